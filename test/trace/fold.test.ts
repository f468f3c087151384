import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TraceError } from '../../src/trace/errors.ts';
import type { TraceEvent } from '../../src/trace/events.ts';
import { createFold } from '../../src/trace/fold.ts';
import {
  accumulate,
  at,
  bind,
  FILE,
  fold,
  node,
  pass,
  passEnd,
  raw,
  site,
  squareEvents,
  step,
  tensor,
} from './events.ts';

const refuses = (events: TraceEvent[], code: string) =>
  assert.throws(
    () => fold(events),
    (error) => error instanceof TraceError && error.code === code,
  );

describe('folding events into a trace', () => {
  it('keeps upstream gradients, contributions and accumulated .grad apart', () => {
    const trace = fold(squareEvents());
    const second = trace.passes[1]!;
    assert.deepEqual(second.steps[0]!.gradOutputs[0]!.data, [0.5]);
    assert.deepEqual(
      second.steps[0]!.gradInputs.map((value) => value!.data),
      [[1.5], [1.5]],
    );
    assert.deepEqual(second.steps[1]!.gradOutputs[0]!.data, [3]);
    const [sum] = second.accumulations;
    assert.deepEqual([sum!.before!.data, sum!.incoming.data, sum!.after.data], [[6], [3], [9]]);
    assert.deepEqual(trace.tensors[0]!.grad!.data, [9]);
  });

  it('spells sites out and gives tensors the names they were bound to', () => {
    const trace = fold([...squareEvents(), bind('z', 1, 4), bind('y', 1, 4, 'f')]);
    assert.deepEqual(trace.tensors[1]!.names, ['y', 'z']);
    assert.equal(trace.tensors[1]!.name, 'y');
    assert.deepEqual(trace.tensors[1]!.source, at(2, 4, 9));
    assert.deepEqual(trace.nodes[1]!.source, at(2, 4, 9));
    assert.deepEqual(trace.bindings.at(-1)!.scope, 'f');
  });

  it('counts the events that came before as the time', () => {
    const trace = fold(squareEvents());
    assert.deepEqual([trace.tensors[0]!.at, trace.bindings[0]!.at, trace.passes[0]!.at], [6, 7, 12]);
  });

  it('nests data by shape and computes what statistics were left out', () => {
    const trace = fold([
      tensor(0, [], { value: raw([1, 2, 3, 4, 5, 'nan'], [3, 2]) }),
      tensor(1, [], { value: raw([7], []) }),
    ]);
    assert.deepEqual(trace.tensors[0]!.value.data, [
      [1, 2],
      [3, 4],
      [5, 'nan'],
    ]);
    assert.equal(trace.tensors[0]!.value.stats.mean, 3);
    assert.equal(trace.tensors[0]!.value.stats.nans, 1);
    assert.equal(trace.tensors[1]!.value.data, 7);
  });

  it('records in-place changes with their history', () => {
    const trace = fold([
      tensor(0, [1]),
      node(5, { outputs: [0] }),
      { kind: 'update', tensor: 0, op: 'mul_', version: 1, gradFn: 5, site: null, value: raw([2]) },
    ]);
    const [x] = trace.tensors;
    assert.deepEqual(x!.value.data, [1]);
    assert.deepEqual([x!.updates[0]!.op, x!.updates[0]!.gradFn, x!.updates[0]!.value.data], ['mul_', 5, [2]]);
    assert.deepEqual([x!.isLeaf, x!.requiresGrad], [false, true]);
  });

  it('links a tensor to its node, which comes later, and to none that never came', () => {
    const folding = createFold(FILE, [FILE]);
    folding.push(tensor(0, [1], { gradFn: 3, isLeaf: false }));
    assert.equal(folding.trace().tensors[0]!.gradFn, null);
    folding.push(node(3, { outputs: [0] }));
    assert.equal(folding.trace().tensors[0]!.gradFn, 3);
  });

  it('clears and replaces .grad as the program does', () => {
    const trace = fold([...squareEvents(), { kind: 'grad', tensor: 0, value: raw([0]), site: null }]);
    assert.deepEqual(trace.tensors[0]!.grad!.data, [0]);
    assert.deepEqual(trace.passes[1]!.accumulations[0]!.after.data, [9]);
  });

  it('files the steps of a pass inside a pass under the inner one', () => {
    const trace = fold([
      tensor(0, [1]),
      node(0),
      pass([0], [null]),
      pass([0], [null]),
      step(0, [], []),
      passEnd(),
      passEnd('no'),
    ]);
    assert.deepEqual(
      trace.passes.map(({ steps, error }) => [steps.length, error]),
      [
        [0, 'no'],
        [1, null],
      ],
    );
  });

  it('draws a partial picture of a run that was cut off', () => {
    const trace = fold(squareEvents().slice(0, 14));
    assert.equal(trace.passes[0]!.steps.length, 1);
    assert.equal(trace.passes[0]!.error, null);
  });

  it('lets the oldest values lose their data, and never their statistics, past the budget', () => {
    const many = Array.from({ length: 30 }, () => [
      pass([0], [raw([1, 2, 3, 4])]),
      step(0, [raw([5, 6, 7, 8])], []),
      passEnd(),
    ]);
    const trace = fold([tensor(0, [1, 2, 3, 4]), node(0), ...many.flat()], { budget: 40 });
    const first = trace.passes[0]!.steps[0]!.gradOutputs[0]!;
    assert.equal(first.data, undefined);
    assert.deepEqual([first.stats.min, first.stats.max], [5, 8]);
    assert.deepEqual(first.preview, { head: [5, 6, 7], tail: [8] });
    assert.deepEqual(trace.passes[29]!.steps[0]!.gradOutputs[0]!.data, [5, 6, 7, 8]);
    assert.deepEqual(trace.tensors[0]!.value.data, [1, 2, 3, 4]);
  });

  it('keeps what the program did to requires_grad and .grad, and its calls of optimizers, at their lines', () => {
    const trace = fold([
      site(0, at(3)),
      tensor(0, [1]),
      { kind: 'flags', tensor: 0, requiresGrad: true, isLeaf: true, site: 0 },
      { kind: 'call', name: 'optimizer', object: 5, tensors: [0], text: 'SGD lr=0.1', site: 0 },
      { kind: 'grad', tensor: 0, value: raw([0]), site: 0 },
      { kind: 'grad', tensor: 0, value: null, site: null },
    ]);
    const { flagChanges, gradChanges, grad } = trace.tensors[0]!;
    assert.deepEqual(flagChanges, [{ at: 2, requiresGrad: true, isLeaf: true, source: at(3) }]);
    assert.deepEqual(
      gradChanges.map((change) => [change.at, change.source?.line ?? null, change.value?.data ?? null]),
      [
        [4, 3, [0]],
        [5, null, null],
      ],
    );
    assert.equal(grad, null);
    assert.deepEqual(trace.calls, [
      { at: 3, name: 'optimizer', object: 5, tensors: [0], text: 'SGD lr=0.1', source: at(3) },
    ]);
  });

  it('keeps of a stretch that is forgotten which tensors an optimizer has, and not its steps', () => {
    const round = (): TraceEvent[] => [
      { kind: 'call', name: 'step', object: 5, tensors: [], text: '', site: null },
      { kind: 'grad', tensor: 0, value: null, site: null },
      pass([0], [null]),
      passEnd(),
    ];
    const start: TraceEvent = { kind: 'call', name: 'optimizer', object: 5, tensors: [0], text: 'SGD', site: null };
    const trace = fold([tensor(0, [1]), start, ...round(), ...round(), { kind: 'forget', stretch: 0 }]);
    assert.deepEqual(
      trace.calls.map(({ name, at: time }) => [name, time]),
      [
        ['optimizer', 1],
        ['step', 6],
      ],
    );
    assert.deepEqual(
      trace.tensors[0]!.gradChanges.map(({ at: time }) => time),
      [7],
    );
  });

  it('hands out a trace that later events do not touch', () => {
    const folding = createFold(FILE, [FILE]);
    folding.push(tensor(0, [1]));
    const before = folding.trace();
    const text = JSON.stringify(before);
    folding.push(site(0, at(1)));
    folding.push(bind('x', 0, 0));
    folding.push({ kind: 'flags', tensor: 0, requiresGrad: true, isLeaf: true, site: null });
    assert.equal(JSON.stringify(before), text);
  });
});

describe('a stream that cannot be trusted', () => {
  it('is refused where it names what was never announced', () => {
    refuses([tensor(0, [1], { site: 4 })], 'order');
    refuses([tensor(0, [1], { origin: { op: 'mul', inputs: [9] } })], 'order');
    refuses([node(0, { inputs: [1] })], 'order');
    refuses([node(0, { next: [{ node: 0, index: 0 }] })], 'order');
    refuses([node(0, { stack: [1] })], 'order');
    refuses([pass([3], [null])], 'order');
    refuses([{ kind: 'flags', tensor: 0, requiresGrad: true, isLeaf: true, site: null }], 'order');
    refuses([{ kind: 'call', name: 'step', object: 1, tensors: [3], text: '', site: null }], 'order');
    refuses([{ kind: 'error', type: 'E', message: '', frames: [], node: 2, traceback: '', notes: [] }], 'order');
  });

  it('is refused where a step comes outside a pass', () => {
    refuses([tensor(0, [1]), node(0), step(0, [], [])], 'order');
    refuses([tensor(0, [1]), accumulate(0, null, raw([1]), raw([1]))], 'order');
    refuses([passEnd()], 'order');
  });

  it('is refused where an id comes twice', () => {
    refuses([tensor(0, [1]), tensor(0, [1])], 'order');
    refuses([node(0), node(0)], 'order');
    refuses([site(0, at(1)), site(0, at(2))], 'order');
  });

  it('is refused where a value contradicts its shape', () => {
    refuses([tensor(0, [], { value: raw([1, 2, 3], [2, 2]) })], 'value');
    refuses([tensor(0, [], { value: { shape: [2], dtype: 'float32' } })], 'value');
    refuses([tensor(0, [], { value: raw([1], new Array(70_000).fill(1)) })], 'value');
  });

  it('does not spell out a billion empty lists', () => {
    const trace = fold([tensor(0, [], { value: raw([], [1e9, 0]) }), tensor(1, [], { value: raw([], [2, 0]) })]);
    assert.equal(trace.tensors[0]!.value.data, undefined);
    assert.deepEqual(trace.tensors[1]!.value.data, [[], []]);
  });

  it('has no way to a prototype', () => {
    for (const kind of ['constructor', '__proto__', 'toString']) refuses([{ kind } as unknown as TraceEvent], 'format');
    fold([tensor(0, [1]), site(0, at(1)), bind('__proto__', 0, 0, '__proto__')]);
    assert.equal('tensor' in {}, false);
  });

  it('leaves the trace as it was', () => {
    const folding = createFold(FILE, [FILE]);
    for (const event of squareEvents()) folding.push(event);
    const before = JSON.stringify(folding.trace());
    for (const event of [tensor(0, [1]), step(9, [], []), node(7, { inputs: [99] })]) {
      assert.throws(() => folding.push(event), TraceError);
    }
    assert.equal(JSON.stringify(folding.trace()), before);
  });
});
