/** The programs of the pictures, as traces. */
import type { Trace } from '../../src/trace/model.ts';
import { TraceMaker, type Variable } from './make-trace.ts';

const X = [1, 5, 6, 10, 16];

/** examples/5_three_passes.py */
export function threePasses(): Trace {
  const maker = new TraceMaker();
  const x = maker.tensor('x', [5], X, true, 5);
  const y = maker.mul('y', x, x, 6);
  maker.backward(y, [1, 1, 1, 1, 1], 8);
  maker.backward(y, [0.1, 0.1, 0.1, 0.1, 0.1], 11);
  maker.backward(y, [0.5, 0.1, 0.1, 0.1, 0.2], 14);
  return maker.trace();
}

/** examples/2_non_scalar.py */
export function nonScalar(): Trace {
  const maker = new TraceMaker();
  const x = maker.tensor('x', [2], [1, 16], true, 5);
  const y = maker.mul('y', x, x, 6);
  maker.failingPass(y, 7, 'grad can be implicitly created only for scalar outputs');
  return maker.trace();
}

export function noBackward(): Trace {
  const maker = new TraceMaker();
  const x = maker.tensor('x', [3], [1, 2, 3], true, 3);
  maker.mean('loss', maker.mul('y', x, x, 4), 5);
  return maker.trace();
}

export function noGrad(): Trace {
  const maker = new TraceMaker();
  const a = maker.tensor('a', [2], [1, 2], false, 2);
  const b = maker.tensor('b', [2], [3, 4], false, 3);
  maker.mul('c', maker.add(null, a, b, 4), a, 4);
  maker.tensor('unused', [], [7], false, 5);
  return maker.trace();
}

/** Like examples/7_perceptron.py: every step makes its own graph over the same four leaves. */
export function perceptron(steps = 3): Trace {
  const maker = new TraceMaker();
  const w1 = maker.tensor('self.w1', [2, 4], [0.5, -0.4, 0.8, 0.1, -0.6, 0.9, 0.7, -0.2], true, 10);
  const b1 = maker.tensor('self.b1', [1], [0], true, 11);
  const w2 = maker.tensor('self.w2', [4, 1], [0.6, 0.8, -0.9, 0.3], true, 12);
  const b2 = maker.tensor('self.b2', [1], [0], true, 13);
  const inputs = maker.tensor('inputs', [4, 2], [0, 0, 0, 1, 1, 0, 1, 1], false, 23);
  const targets = maker.tensor('targets', [4, 1], [0, -1, -1, 0], false, 24);
  for (let step = 0; step < steps; step++) {
    const hidden = maker.relu('hidden', maker.add(null, maker.matmul(null, inputs, w1, 6), b1, 6), 6);
    const error = maker.add('error', maker.add(null, maker.matmul(null, hidden, w2, 20), b2, 20), targets, 28);
    const loss = maker.mean('loss', maker.mul(null, error, error, 29), 29);
    maker.backward(loss, [1], 30);
    maker.clearGrads();
  }
  return maker.trace();
}

export function chain(length: number): Trace {
  const maker = new TraceMaker();
  const w = maker.tensor('w', [1], [1], true, 1);
  let h: Variable = maker.tensor('x', [1], [1], true, 2);
  for (let step = 0; step < length; step++) h = maker.mul(`h${step}`, h, w, 4);
  maker.backward(h, [1], 6);
  return maker.trace();
}

/** Names that try to be markup, and names that need room or another direction. */
export function hostile(): Trace {
  const maker = new TraceMaker();
  const script = maker.tensor('<script>alert(1)</script><img src=x onerror=alert(2)>', [2], [1, 2], true, 1);
  const long = maker.tensor('a_very_long_parameter_name_of_the_second_encoder_layer_weight', [2], [3, 4], true, 2);
  const arabic = maker.tensor('params["وزن"]', [2], [0.5, 0.25], true, 3);
  const emoji = maker.tensor('params["🔥🚀"]', [2], [1, 1], true, 4);
  const y = maker.mul('y', maker.mul(null, script, long, 5), maker.add('和', arabic, emoji, 6), 7);
  maker.backward(y, [1, 1], 8);
  return maker.trace();
}
