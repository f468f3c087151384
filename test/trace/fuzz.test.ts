import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalText } from '../../src/trace/canonical.ts';
import { decodeEvents, decodeTrace, encodeTrace } from '../../src/trace/codec.ts';
import { TraceError } from '../../src/trace/errors.ts';
import type { TraceEvent } from '../../src/trace/events.ts';
import { createFold } from '../../src/trace/fold.ts';
import { tensorAt } from '../../src/trace/positions.ts';
import { contributions, gradHistory, graphOfPass, upstreamOfTensor, valueAtPass } from '../../src/trace/queries.ts';
import { accumulate, at, bind, FILE, node, pass, passEnd, raw, site, squareEvents, step, tensor } from './events.ts';

/** Mulberry32: small, seeded, good enough to choose with. */
function createRandom(seed: number) {
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (n: number) => Math.floor(next() * n),
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!,
  };
}
type Random = ReturnType<typeof createRandom>;

/** Any event about ids below 6: most streams of them contradict themselves somewhere. */
function randomEvent(random: Random): TraceEvent {
  const id = () => random.below(6);
  const value = () => raw(Array.from({ length: random.below(4) }, () => random.pick([1, -2.5, 'nan', 'inf', true])));
  const maybe = <T>(make: () => T) => (random.below(3) === 0 ? null : make());
  const makers: (() => TraceEvent)[] = [
    () => site(id(), at(random.below(9), random.below(9))),
    () => tensor(id(), [1], { value: value(), gradFn: maybe(id), site: maybe(id) }),
    () => node(id(), { inputs: [id()], outputs: [id()], next: [maybe(() => ({ node: id(), index: id() }))] }),
    () => ({
      kind: 'update',
      tensor: id(),
      op: 'add_',
      version: id(),
      gradFn: maybe(id),
      site: maybe(id),
      value: value(),
    }),
    () => pass([id()], [maybe(value)]),
    () => step(id(), [maybe(value)], [maybe(value)]),
    () => accumulate(id(), maybe(value), value(), value()),
    () => passEnd(maybe(() => 'failed')),
    () => ({ kind: 'forget', stretch: id() }),
    () => bind(random.pick(['x', '__proto__', 'constructor', 'self.w']), id(), id()),
    () => ({ kind: 'grad', tensor: id(), value: maybe(value), site: null }),
    () => ({ kind: 'output', stream: 'stdout', text: '\udcff\n', site: maybe(id) }),
    () => ({ kind: 'error', type: 'E', message: 'm', frames: [], node: maybe(id), traceback: '', notes: [] }),
  ];
  return random.pick(makers)();
}

/** JSON of events with a value somewhere in it exchanged for another kind of thing. */
function damage(random: Random, text: string): string {
  const spots = [...text.matchAll(/(?<=[:[,])(-?\d+|"[^"]*"|null|true)(?=[,\]}])/g)];
  const spot = random.pick(spots);
  const other = random.pick([
    '-1',
    '1e308',
    'null',
    '"x"',
    '[]',
    '{}',
    '{"__proto__":{"a":1}}',
    '9007199254740993',
    '0.5',
  ]);
  return text.slice(0, spot.index) + other + text.slice(spot.index + spot[0].length);
}

function pushAll(events: readonly TraceEvent[]) {
  const folding = createFold(FILE, [FILE]);
  for (const event of events) {
    try {
      folding.push(event);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
    }
  }
  return folding.trace();
}

describe('random streams, by seed', () => {
  it('of any events fold into traces that validate, print and answer', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = createRandom(seed);
      const trace = pushAll(Array.from({ length: 60 }, () => randomEvent(random)));
      assert.deepEqual(decodeTrace(encodeTrace(trace)), trace, `seed ${seed}`);
      for (const { index } of trace.passes) {
        graphOfPass(trace, index);
        for (const { id } of trace.nodes) contributions(trace, index, id);
        for (const { id } of trace.tensors)
          [upstreamOfTensor(trace, index, id), valueAtPass(trace, id, index), gradHistory(trace, id)];
      }
      for (let line = 0; line < 9; line++) tensorAt(trace, FILE, line, 3);
    }
  });

  it('name only what they hold: no id in a folded trace dangles', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = createRandom(seed);
      const trace = pushAll(Array.from({ length: 60 }, () => randomEvent(random)));
      assert.doesNotMatch(canonicalText(trace), /\b[tn]\?/, `seed ${seed}`);
    }
  });

  it('that were damaged on the way are refused or folded, and touch no prototype', () => {
    const text = JSON.stringify(squareEvents());
    for (let seed = 1; seed <= 1500; seed++) {
      const random = createRandom(seed);
      const damaged = damage(random, damage(random, text));
      try {
        pushAll(decodeEvents(damaged));
      } catch (error) {
        assert.ok(error instanceof TraceError, `seed ${seed}: ${error}`);
      }
    }
    assert.equal('a' in {}, false);
  });

  it('in any order fold without a crash', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed);
      const events = squareEvents().sort(() => random.below(3) - 1);
      decodeTrace(encodeTrace(pushAll(events)));
    }
  });
});

describe('damaged trace files, by seed', () => {
  it('are refused or read, never a crash', () => {
    const text = encodeTrace(pushAll(squareEvents()));
    for (let seed = 1; seed <= 1500; seed++) {
      const random = createRandom(seed);
      const damaged = random.below(4) === 0 ? text.slice(0, random.below(text.length)) : damage(random, text);
      try {
        decodeTrace(damaged);
      } catch (error) {
        assert.ok(error instanceof TraceError, `seed ${seed}: ${error}`);
      }
    }
  });
});
