import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as engine from '../../src/engine/index.ts';
import { decodeEvents } from '../../src/trace/codec.ts';
import { TraceEvent } from '../../src/trace/events.ts';
import type { Stats, Trace } from '../../src/trace/model.ts';
import { createPacker } from '../../src/trace/packing.ts';
import { createRecorder, type Recorder, type RecorderOptions } from '../../src/trace/recorder.ts';
import { at, fold } from './events.ts';

const floats = (values: number[], requiresGrad = false, shape: number[] = [values.length]) =>
  engine.tensorFromData(values, shape, engine.dtypes.float32, requiresGrad);
const call = (op: string, ...args: engine.Arg[]) => engine.invoke(op, args) as engine.Tensor;

/** The events of what `body` does, through JSON, as a host gets them. */
function record(
  body: (recorder: Recorder) => void,
  options: RecorderOptions = {},
): { events: TraceEvent[]; trace: Trace } {
  const events: TraceEvent[] = [];
  const recorder = createRecorder((event) => events.push(event), options);
  engine.setObserver(recorder.observer);
  try {
    body(recorder);
  } finally {
    engine.setObserver(null);
  }
  return { events, trace: fold(decodeEvents(JSON.stringify(events))) };
}

afterEach(() => engine.setObserver(null));

describe('recording the engine', () => {
  it('tells x * x and three passes with both contributions and one sum each', () => {
    const { trace } = record(() => {
      const x = floats([1, 5, 6, 10, 16], true);
      const y = call('mul', x, x);
      for (const weight of [1, 0.1, 0.5]) engine.backward([y], [floats(Array(5).fill(weight))], { retainGraph: true });
    });
    assert.deepEqual(
      trace.nodes.map(({ name }) => name),
      ['AccumulateGrad', 'MulBackward0'],
    );
    const mul = trace.nodes[1]!;
    assert.deepEqual(
      mul.next.map((edge) => edge!.node),
      [trace.nodes[0]!.id, trace.nodes[0]!.id],
    );
    assert.equal(trace.passes.length, 3);
    for (const { steps, accumulations } of trace.passes) {
      assert.deepEqual(
        steps.map(({ gradInputs }) => gradInputs.length),
        [2, 0],
      );
      assert.equal(accumulations.length, 1);
    }
    assert.deepEqual(trace.passes[0]!.steps[1]!.gradOutputs[0]!.data, [2, 10, 12, 20, 32]);
    assert.deepEqual(trace.tensors[0]!.grad!.data, trace.passes[2]!.accumulations[0]!.after.data);
    assert.deepEqual(trace.passes[2]!.accumulations[0]!.before!.data, trace.passes[1]!.accumulations[0]!.after.data);
  });

  it('takes snapshots: a later change in place does not reach them', () => {
    const { trace } = record(() => {
      const x = floats([1, 2]);
      call('.add_', x, 10);
      call('.mul_', x, 2);
    });
    const [x] = trace.tensors;
    assert.deepEqual(x!.value.data, [1, 2]);
    assert.deepEqual(
      x!.updates.map(({ op, version, value }) => [op, version, value.data]),
      [
        ['add_', 1, [11, 12]],
        ['mul_', 2, [22, 24]],
      ],
    );
  });

  it('tells a change through a view to the tensor that owns the memory, too', () => {
    const { trace } = record(() => {
      const x = floats([1, 2, 3, 4], false, [2, 2]);
      call('.mul_', call('.select', x, 0n, 1n), 10);
    });
    assert.deepEqual(trace.tensors[0]!.updates.at(-1)!.value.data, [
      [1, 2],
      [30, 40],
    ]);
  });

  it('tells a change through an alias, as p.data and p.detach() are, to the tensor itself', () => {
    const { trace } = record(() => {
      const x = floats([1, 2], true);
      call('.mul_', call('.detach', x), 10);
    });
    assert.deepEqual(trace.tensors[0]!.updates.at(-1)!.value.data, [10, 20]);
  });

  it('tells that .grad was changed in place or cleared, and what it is the gradient of', () => {
    const { trace } = record(() => {
      const x = floats([1, 2], true);
      engine.backward([call('.sum', call('mul', x, x))]);
      call('.mul_', x.grad!, 0.5);
    });
    const [x] = trace.tensors;
    assert.deepEqual(x!.grad!.data, [1, 2]);
    assert.deepEqual(trace.passes[0]!.accumulations[0]!.after.data, [2, 4]);
    assert.deepEqual(trace.tensors.at(-1)!.origin, { op: 'grad', inputs: [x!.id] });
    const cleared = record(() => {
      const y = floats([1], true);
      engine.backward([call('mul', y, y)]);
      engine.setGrad(y, null);
    });
    assert.equal(cleared.trace.tensors[0]!.grad, null);
  });

  it('tells sites, stacks, names and the failing node', () => {
    const { trace } = record((recorder) => {
      recorder.start('2.9', '3.14');
      recorder.defineSite(1, at(3));
      recorder.defineSite(2, at(7));
      recorder.setSite(2);
      const x = floats([1, 2], true);
      recorder.bind('x', '', 2, x);
      recorder.setStack([1, 2]);
      const y = call('mul', x, x);
      recorder.setSite(2);
      let message = '';
      try {
        engine.backward([y]);
      } catch (error) {
        message = (error as Error).message;
      }
      recorder.error({ type: 'RuntimeError', message, frames: [], traceback: 'Traceback', notes: ['note'] });
    });
    assert.equal(trace.tensors[0]!.name, 'x');
    const mul = trace.nodes[1]!;
    assert.deepEqual([mul.source, mul.stack], [at(3), [at(3), at(7)]]);
    assert.deepEqual(trace.passes[0]!.source, at(7));
    assert.match(trace.passes[0]!.error!, /only for scalar outputs/);
    assert.equal(trace.error!.node, mul.id);
  });

  it('shows Python numbers as numbers', () => {
    const { trace } = record(() => {
      const x = floats([1, 2], true);
      call('.sum', call('mul', x, 2.5), 0n);
    });
    const mul = trace.nodes.find(({ op }) => op === 'mul')!;
    assert.deepEqual(
      mul.saved.map(({ name, text }) => [name, text]),
      [['other', '2.5']],
    );
    assert.deepEqual(mul.inputs, [trace.tensors[0]!.id, null]);
  });

  it('writes nan, infinities, negative zero, bools and integers past 2^53 so that JSON keeps them', () => {
    const { trace } = record(() => {
      floats([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0]);
      engine.tensorFromData([2n ** 62n, 3n], [2], engine.dtypes.int64);
      engine.tensorFromData([true, false], [2], engine.dtypes.bool);
    });
    assert.deepEqual(
      trace.tensors.map(({ value }) => value.data),
      [
        ['nan', 'inf', '-inf', '-0'],
        ['4611686018427387904', 3],
        [true, false],
      ],
    );
  });

  it('sums big tensors up, strided ones in the order of their elements', () => {
    const { trace } = record(() => {
      const x = floats(
        Array.from({ length: 200 }, (_, i) => i),
        false,
        [10, 20],
      );
      call('.t', x);
    });
    const [x, t] = trace.tensors;
    assert.deepEqual([x!.value.data, x!.value.stats.max, x!.value.stats.zeros], [undefined, 199, 1]);
    assert.deepEqual(x!.value.preview, { head: [0, 1, 2], tail: [197, 198, 199] });
    assert.deepEqual(t!.value.preview, { head: [0, 20, 40], tail: [159, 179, 199] });
    assert.deepEqual(t!.value.stats, x!.value.stats);
  });

  it('sums a view up as it does a copy of it, whatever its strides are', () => {
    const x = floats(
      Array.from({ length: 360 }, (_, i) => [Number.NaN, 0, Number.POSITIVE_INFINITY][i % 37] ?? Math.sin(i)),
      false,
      [6, 5, 12],
    );
    const first = call('.narrow', x, 0n, 0n, 1n);
    const views = [
      call('.transpose', x, 0n, 2n),
      call('.permute', x, [2n, 0n, 1n]),
      call('.narrow', x, 2n, 1n, 7n),
      call('.expand', first, [9n, 5n, 12n]),
      call('.expand', call('.narrow', x, 2n, 3n, 1n), [6n, 5n, 4n]),
      call('.as_strided', x, [50n, 3n, 2n], [1n, 2n, 100n], 7n),
      call('.unfold', x, 2n, 5n, 2n),
      call('.narrow', call('.t', call('.view', x, [30n, 12n])), 1n, 3n, 20n),
    ];
    for (const view of views) {
      const { trace } = record((recorder) => recorder.observer.tensor(call('.clone', view), 'clone', [view]));
      const [seen, copy] = trace.tensors.map(({ value }) => value);
      assert.deepEqual(seen!.preview, copy!.preview);
      for (const key of Object.keys(copy!.stats) as (keyof Stats)[]) {
        const [a, b] = [seen!.stats[key]!, copy!.stats[key]!];
        assert.ok(Math.abs(a - b) <= 1e-12 * Math.abs(b), `${key} of ${view.shape}: ${a}, ${b}`);
      }
    }
  });

  it('keeps up with a chain of 10,000 ops', () => {
    const { trace } = record(() => {
      let x = floats([1], true);
      for (let i = 0; i < 10_000; i++) x = call('mul', x, 1);
      engine.backward([x]);
    });
    assert.equal(trace.nodes.length, 10_001);
    assert.equal(trace.passes[0]!.steps.length, 10_001);
  });
});

describe('recording a long run', () => {
  const whole = { first: 2, last: 3 };

  /** Steps of gradient descent on one weight; what each pass of a short run like it would be. */
  function train(steps: number, options: RecorderOptions) {
    let tick = 0;
    return record(
      (recorder) => {
        recorder.defineSite(1, at(1));
        recorder.defineSite(2, at(2));
        const w = floats([3], true);
        recorder.bind('w', '', 1, w);
        let carried = floats([1], true);
        for (let step = 0; step < steps; step++) {
          recorder.setSite(2);
          const once = floats([step + 1]);
          if (step === 5) recorder.bind('once', '', 1, once);
          const loss = call('mul', call('mul', w, once), carried);
          recorder.bind('loss', '', 2, loss);
          carried = step % 4 === 0 ? call('detach', loss) : carried;
          engine.backward([loss], null, { retainGraph: true });
          engine.asProgram(() => call('.mul_', call('.detach', w), 0.5));
        }
      },
      { ...options, now: () => tick++ },
    );
  }

  it('keeps the first and the last passes whole, and of all the loss and the norms', () => {
    const [{ trace }, { trace: all }] = [train(40, { whole }), train(40, { whole: { first: 40, last: 0 } })];
    assert.deepEqual(
      trace.passes.flatMap(({ whole, index }) => (whole ? [index] : [])),
      [0, 1, 37, 38, 39],
    );
    const rows = ({ passes }: Trace) =>
      passes.map(({ summary }) => ({ ...summary, leaves: summary!.leaves.map((leaf) => leaf.norm) }));
    assert.deepEqual(rows(trace), rows(all));
    assert.ok(trace.passes.every(({ summary }) => typeof summary?.roots[0] === 'number' && summary.ms === 1));
    /** Numbers of tensors and nodes go on from one run to the next. */
    const told = ({ passes, nodes }: Trace, index: number) =>
      passes[index]!.steps.map(({ node, ...step }) => {
        const { name, source, stack, formulas } = nodes.find(({ id }) => id === node)!;
        return { ...step, name, source, stack, formulas };
      });
    for (const index of [0, 1, 38, 39]) assert.deepEqual(told(trace, index), told(all, index));
  });

  it('lets go of what only the others spoke of, and names nothing that is gone', () => {
    const { trace } = train(400, { whole });
    assert.ok(trace.tensors.length < 60 && trace.nodes.length < 40, `${trace.tensors.length}, ${trace.nodes.length}`);
    const tensors = new Set(trace.tensors.map(({ id }) => id));
    const nodes = new Set(trace.nodes.map(({ id }) => id));
    for (const { next, inputs, outputs } of trace.nodes) {
      assert.ok(next.every((edge) => edge === null || nodes.has(edge.node)));
      assert.ok([...inputs, ...outputs].every((id) => id === null || tensors.has(id)));
    }
    for (const { gradFn, origin, updates } of trace.tensors) {
      assert.ok(gradFn === null || nodes.has(gradFn));
      assert.ok((origin?.inputs ?? []).every((id) => tensors.has(id)));
      assert.ok(updates.length < 20);
    }
    assert.ok(trace.bindings.every(({ tensor }) => tensors.has(tensor)));
    assert.ok(
      trace.bindings.some(({ name }) => name === 'once'),
      'The last binding of a place stays.',
    );
    assert.ok(trace.passes.flatMap(({ steps }) => steps).every(({ node }) => nodes.has(node)));
  });

  const wholeOf = ({ passes }: Trace) => passes.flatMap(({ whole, index }) => (whole ? [index + 1] : []));

  it('keeps the passes that were asked for, wherever they are', () => {
    const pins = [
      [2, 2],
      [9, 9],
      [20, 22],
      [99, 99],
    ] as const;
    const { trace } = train(40, { whole: { ...whole, pins } });
    assert.deepEqual(wholeOf(trace), [1, 2, 9, 20, 21, 22, 38, 39, 40]);
    for (const index of [8, 20]) assert.ok(trace.passes[index]!.steps.length > 0);
  });

  it('keeps the pass in which a gradient is infinite for the first time, and two before it', () => {
    const { trace } = record(
      () => {
        const w = floats([1], true);
        for (let step = 0; step < 30; step++) {
          engine.backward([call('mul', w, floats([step === 14 || step > 20 ? Number.POSITIVE_INFINITY : step]))], null);
        }
      },
      { whole },
    );
    assert.deepEqual(wholeOf(trace), [1, 2, 13, 14, 15, 28, 29, 30]);
  });

  it('holds no more after more thousands of passes, once all is compiled', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const packer = createPacker(TraceEvent);
    const recorder = createRecorder((event) => packer.add(event));
    const held: number[] = [];
    engine.setObserver(recorder.observer);
    const w = floats(Array(100).fill(1), true, [100]);
    for (let step = 0; step <= 12000; step++) {
      const loss = call('sum', call('mul', call('mul', w, w), floats(Array(100).fill(step))));
      engine.backward([loss], null);
      engine.asProgram(() => call('.mul_', call('.detach', w), 0.5));
      packer.take();
      if (step !== 4000 && step !== 12000) continue;
      collect();
      held.push(process.memoryUsage().heapUsed);
    }
    const [early, late] = held as [number, number];
    assert.ok(late - early < 2 ** 20, `${late - early} bytes more`);
  });
});
