import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dtypes, invoke, type Tensor, tensorFromData } from '../../src/engine/index.ts';

/** Numbers between -0.5 and 0.5 that are always the same. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

const matrix = (rows: number, columns: number, seed: number): Tensor =>
  tensorFromData(numbers(rows * columns, seed), [rows, columns], dtypes.float32);

const call = (op: string, ...args: Parameters<typeof invoke>[1]): Tensor => invoke(op, args) as Tensor;

/** Each product and each sum rounded, in the order of k. */
function expected(x: Float32Array, y: Float32Array, m: number, k: number, n: number): Float32Array {
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      for (let j = 0; j < n; j++) out[i * n + j]! += Math.fround(x[i * k + p]! * y[p * n + j]!);
    }
  }
  return out;
}

describe('the product of big matrices', () => {
  for (const [m, k, n] of [
    [32, 32, 32],
    [33, 300, 17],
    [600, 70, 9],
    [3, 20, 1100],
    [1, 5000, 7],
  ] as const) {
    const x = numbers(m * k, 1);
    const y = numbers(k * n, 2);

    it(`is rounded in the order of k: ${m}x${k} and ${k}x${n}`, () => {
      const product = call('mm', matrix(m, k, 1), matrix(k, n, 2));
      assert.deepEqual(product.storage.data, expected(x, y, m, k, n));
    });

    it(`does not depend on how they lie in memory: ${m}x${k} and ${k}x${n}`, () => {
      const turned = (tensor: Tensor) => call('t', call('.contiguous', call('t', tensor)));
      const product = call('mm', turned(matrix(m, k, 1)), turned(matrix(k, n, 2)));
      assert.deepEqual(product.storage.data, expected(x, y, m, k, n));
    });
  }

  it('is taken one by one in a batch, of views too', () => {
    const [b, m, k, n] = [3, 20, 90, 40];
    const x = tensorFromData(numbers(b * m * k, 3), [m, b, k], dtypes.float32);
    const y = tensorFromData(numbers(b * k * n, 4), [b, k, n], dtypes.float32);
    const product = call('bmm', call('transpose', x, 0n, 1n), y);
    for (let i = 0; i < b; i++) {
      const one = call('mm', call('select', x, 1n, BigInt(i)), call('select', y, 0n, BigInt(i)));
      assert.deepEqual(product.storage.data.slice(i * m * n, (i + 1) * m * n), one.storage.data);
    }
  });

  it('keeps nan and infinity where they belong', () => {
    const x = matrix(64, 64, 5);
    const y = matrix(64, 64, 6);
    (x.storage.data as Float32Array)[64 * 7 + 3] = Number.NaN;
    (y.storage.data as Float32Array)[64 * 5 + 9] = Number.POSITIVE_INFINITY;
    const data = call('mm', x, y).storage.data as Float32Array;
    data.forEach((value, i) => {
      const [row, column] = [Math.floor(i / 64), i % 64];
      assert.equal(Number.isNaN(value), row === 7);
      assert.equal(Number.isFinite(value), row !== 7 && column !== 9);
    });
  });
});
