import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Tensor } from '../../src/engine/index.ts';
import * as engine from '../../src/engine/index.ts';

const vector = (values: number[], grad = false): Tensor =>
  engine.tensorFromData(values, [values.length], engine.dtypes.float32, grad);
const call = (name: string, ...args: engine.Arg[]): Tensor => engine.invoke(name, args) as Tensor;
const message = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was raised';
};

describe('a backward pass', () => {
  beforeEach(() => engine.setObserver(null));

  it('accumulates into .grad, pass after pass, in one tensor', () => {
    const x = vector([1, 5, 6], true);
    const y = call('mul', x, x);
    engine.backward([y], [vector([1, 1, 1])], { retainGraph: true });
    const first = x.grad;
    engine.backward([y], [vector([0.5, 0.5, 0.5])], { retainGraph: true });
    assert.deepEqual(engine.elements(x.grad!), [3, 15, 18]);
    assert.equal(x.grad, first);
  });

  it('frees what its nodes saved, and says so the second time', () => {
    const x = vector([1, 2], true);
    const y = call('mul', x, x);
    engine.backward([y], [vector([1, 1])]);
    assert.match(
      message(() => engine.backward([y], [vector([1, 1])])),
      /^Trying to backward through the graph a second time/,
    );
  });

  it('needs a gradient for a vector, of its own shape', () => {
    const y = call('mul', vector([1, 2], true), 2n);
    assert.equal(
      message(() => engine.backward([y])),
      'grad can be implicitly created only for scalar outputs',
    );
    assert.equal(
      message(() => engine.backward([y], [vector([1, 1, 1])])),
      'Mismatch in shape: grad_output[0] has a shape of torch.Size([3]) and output[0] has a shape of torch.Size([2]).',
    );
  });

  it('finds a saved tensor that was written to', () => {
    const x = vector([1, 2, 3, 4, 5], true);
    const y = call('mul', x, 2n);
    const z = call('mul', y, y);
    call('.add_', y, 1n);
    assert.equal(
      message(() => engine.backward([z], [vector([1, 1, 1, 1, 1])])),
      'one of the variables needed for gradient computation has been modified by an inplace operation: ' +
        '[torch.FloatTensor [5]], which is output 0 of AddBackward0, is at version 1; expected version 0 instead. ' +
        'Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True).',
    );
  });

  it('refuses to write to a leaf that requires grad, or to a view of one', () => {
    const x = vector([1, 2], true);
    assert.equal(
      message(() => call('.mul_', x, 2n)),
      'a leaf Variable that requires grad is being used in an in-place operation.',
    );
    assert.equal(
      message(() => engine.invoke('.__setitem__', [x, [0n], 1])),
      'a view of a leaf Variable that requires grad is being used in an in-place operation.',
    );
  });

  it('goes through writes to a view', () => {
    const x = vector([1, 2, 3], true);
    const y = call('.clone', x);
    engine.invoke('.__setitem__', [y, [1n], 0]);
    assert.equal(y.gradFn?.name, 'CopySlices');
    engine.backward([y], [vector([1, 2, 3])]);
    assert.deepEqual(engine.elements(x.grad!), [1, 0, 3]);
  });

  it('answers grad() with null for an unused input only where that is allowed', () => {
    const [x, z] = [vector([1], true), vector([1], true)];
    const y = call('mul', x, x);
    assert.match(
      message(() => engine.grad([y], [z], null, { retainGraph: true })),
      /^One of the differentiated Tensors appears/,
    );
    assert.deepEqual(engine.grad([y], [z], null, { allowUnused: true }), [null]);
  });

  it('runs a chain of 100,000 ops', () => {
    const x = vector([1], true);
    let y = x;
    for (let i = 0; i < 100_000; i++) y = call('add', y, x);
    engine.backward([y]);
    assert.deepEqual(engine.elements(x.grad!), [100_001]);
  });

  it('tells the observer of each step, and of the end of a pass that failed', () => {
    const told: string[] = [];
    const x = vector([3], true);
    const y = call('mul', x, x);
    engine.setObserver({
      tensor: () => {},
      node: () => {},
      write: () => {},
      flags: () => {},
      gradChanged: () => {},
      passBegin: () => told.push('begin'),
      step: (node) => told.push(node.name),
      accumulate: (_, before, incoming) =>
        told.push(`${before === null ? 'None' : engine.item(before)} + ${engine.item(incoming)}`),
      passEnd: (error, node) => told.push(`end ${error === null ? 'well' : node?.name}`),
    });
    engine.backward([y]);
    message(() => engine.backward([y]));
    assert.deepEqual(told, [
      'begin',
      'MulBackward0',
      'None + 6',
      'AccumulateGrad',
      'end well',
      'begin',
      'end MulBackward0',
    ]);
  });
});
