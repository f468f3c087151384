import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  backward,
  dtypes,
  invokeKinds,
  noteMade,
  opNumber,
  type Result,
  setGrad,
  type Tensor,
  tensorFromData,
  tidy,
} from '../../src/engine/index.ts';
import { poison, theMemory } from '../../src/engine/wasm/memory.ts';
import { createHandles } from '../../src/runtime/guest/bridge-handles.ts';

const N = 64;

function matrix(seed: number, requiresGrad = false): Tensor {
  const values = Float64Array.from({ length: N * N }, (_, i) => Math.sin(seed + i) / 8);
  return tensorFromData(values, [N, N], dtypes.float32, requiresGrad);
}

/** As Python calls: whoever wants to keep the answer takes a handle. */
function call(op: string, ...args: readonly (Tensor | number | bigint)[]): Tensor {
  return answer(op, ...args) as Tensor;
}

function answer(op: string, ...args: readonly (Tensor | number | bigint)[]): Result {
  const kinds = args.map((arg) => (typeof arg === 'bigint' ? 'i' : typeof arg === 'number' ? 'f' : 't')).join('');
  return invokeKinds(
    opNumber(op),
    kinds,
    args.map((arg) => (typeof arg === 'bigint' ? Number(arg) : arg)),
  );
}

/** What a program does with tensors that it lets go as early as it can: views, saved ones, gradients that are shared, replaced and kept. */
function train(): number[] {
  const handles = createHandles();
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
    const [left, right] = answer('chunk', kept(call('mm', turned, v)), 2n, 1n) as readonly Tensor[];
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
      const sum = call('add', x, x);
      const at = sum.storage.data.byteOffset;
      handles.release(handles.add(sum));
      return at;
    });
    assert.equal(new Set(places).size, 1);
  });

  it('is taken back from what ops and rules make on their way', () => {
    const handles = createHandles();
    const x = matrix(7, true);
    handles.add(x);
    const step = (): void => {
      const mark = noteMade();
      const sine = call('sin', x);
      const held = handles.add(sine);
      tidy(mark);
      const loss = call('sum', sine);
      handles.release(held);
      backward([loss]);
      setGrad(x, null);
    };
    for (let warm = 0; warm < 9; warm++) step();
    const before = theMemory().buffer.byteLength;
    for (let round = 0; round < 800; round++) step();
    assert.equal(theMemory().buffer.byteLength, before);
  });

  it('is left alone while a view of it is held', () => {
    const handles = createHandles();
    const sum = call('add', matrix(5), matrix(6));
    const whole = handles.add(sum);
    const row = call('select', sum, 0n, 3n);
    handles.add(row);
    handles.release(whole);
    assert.equal(row.storage.data.length, N * N);
    assert.ok((row.storage.data as Float32Array).every(Number.isFinite));
  });
});
