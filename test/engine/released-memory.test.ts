import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { backward, dtypes, invoke, setGrad, type Tensor, tensorFromData } from '../../src/engine/index.ts';
import { poison } from '../../src/engine/wasm/memory.ts';
import { createHandles } from '../../src/runtime/guest/bridge-handles.ts';

const N = 64;

function matrix(seed: number, requiresGrad = false): Tensor {
  const values = Float64Array.from({ length: N * N }, (_, i) => Math.sin(seed + i) / 8);
  return tensorFromData(values, [N, N], dtypes.float32, requiresGrad);
}

/** What a program does with tensors that it lets go as early as it can: views, saved ones, gradients that are shared, replaced and kept. */
function train(): number[] {
  const handles = createHandles();
  const call = (op: string, ...args: Parameters<typeof invoke>[1]): Tensor => invoke(op, args) as Tensor;
  const [x, w, v] = [matrix(1), matrix(2, true), matrix(3, true)];
  for (const leaf of [x, w, v]) handles.add(leaf);
  const losses: number[] = [];
  for (let step = 0; step < 5; step++) {
    const made: number[] = [];
    const kept = (tensor: Tensor): Tensor => {
      made.push(handles.add(tensor));
      return tensor;
    };
    const release = (): void => {
      for (const handle of made.splice(0)) handles.release(handle);
    };
    const hidden = kept(call('tanh', kept(call('mm', x, w))));
    const turned = kept(call('t', kept(call('add', hidden, hidden))));
    const [left, right] = invoke('chunk', [kept(call('mm', turned, v)), 2n, 1n]) as readonly Tensor[];
    const both = kept(call('mul', kept(call('exp', left!)), kept(call('sigmoid', right!))));
    const soft = kept(call('softmax', kept(call('sub', both, kept(call('mul', both, 0.5)))), -1n));
    const loss = call('sum', kept(call('mul', soft, soft)));
    const last = handles.add(loss);
    release();
    backward([loss]);
    losses.push((loss.storage.data as Float32Array)[0]!);
    handles.release(last);
    for (const leaf of [w, v]) {
      const grad = leaf.grad!;
      const handle = handles.add(grad);
      losses.push(...(grad.storage.data as Float32Array).slice(0, 9));
      setGrad(leaf, null);
      losses.push((kept(call('sum', grad)).storage.data as Float32Array)[0]!);
      handles.release(handle);
      release();
    }
  }
  return losses;
}

describe('memory that nobody holds any more', () => {
  before(() => poison(true));
  after(() => poison(false));

  it('is not read again: a program sees none of the NaN that is written there', () => {
    const [poisoned] = [train()];
    poison(false);
    assert.deepEqual(poisoned, train());
    assert.ok(poisoned.every(Number.isFinite));
  });

  it('serves again at once', () => {
    const handles = createHandles();
    const x = matrix(4);
    handles.add(x);
    const places = Array.from({ length: 4 }, () => {
      const sum = invoke('add', [x, x]) as Tensor;
      const at = sum.storage.data.byteOffset;
      handles.release(handles.add(sum));
      return at;
    });
    assert.equal(new Set(places).size, 1);
  });

  it('is left alone while a view of it is held', () => {
    const handles = createHandles();
    const sum = invoke('add', [matrix(5), matrix(6)]) as Tensor;
    const whole = handles.add(sum);
    const row = invoke('select', [sum, 0n, 3n]) as Tensor;
    handles.add(row);
    handles.release(whole);
    assert.equal(row.storage.data.length, N * N);
    assert.ok((row.storage.data as Float32Array).every(Number.isFinite));
  });
});
