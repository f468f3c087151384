/** Linear algebra beside PyTorch: what its own operator database does not ask: signs of vectors, singular matrices, errors, small shapes. */
import { type Case, fl, type Given, type Leaf } from './harness.ts';

const matrix = (rows: readonly (readonly number[])[], dtype: Leaf['dtype'] = 'float64', grad = true): Leaf => ({
  leaf: true,
  values: rows.flat(),
  shape: [rows.length, rows[0]?.length ?? 0],
  dtype,
  grad,
});
const vector = (...values: number[]): Leaf => ({
  leaf: true,
  values,
  shape: [values.length],
  dtype: 'float64',
  grad: true,
});

const general = matrix([
  [2, -1, 0.5],
  [1, 3, -2],
  [-0.5, 1, 4],
]);
const symmetric = matrix([
  [4, 1, -0.5],
  [1, 3, 0.25],
  [-0.5, 0.25, 2],
]);
const tall = matrix([
  [1, 2],
  [-3, 4],
  [0.5, -1],
  [2, 0.25],
]);
const wide = matrix([
  [1, 2, -0.5],
  [-3, 4, 1],
]);
const singular = matrix([
  [1, 2],
  [2, 4],
]);
const whole = matrix(
  [
    [1, 2],
    [3, 4],
  ],
  'int64',
  false,
);

type Row = readonly [op: string, args: readonly Given[], kwargs?: Readonly<Record<string, Given>>];
const group = (ulps: number, rows: readonly Row[]): Case[] =>
  rows.map(([op, args, kwargs]) => ({ op, args, kwargs: kwargs ?? {}, ulps }));

/** Values, gradients of both orders and the signs of vectors. */
const values = group(4096, [
  ['linalg.inv', [general]],
  ['linalg.det', [general]],
  ['det', [general]],
  ['linalg.slogdet', [general]],
  ['linalg.solve', [general, vector(1, -2, 3)]],
  ['linalg.cholesky', [symmetric]],
  ['linalg.cholesky', [symmetric], { upper: true }],
  ['linalg.eigh', [symmetric]],
  ['linalg.eigh', [symmetric, 'U']],
  ['linalg.eigvalsh', [symmetric]],
  ['linalg.qr', [tall]],
  ['linalg.qr', [wide]],
  ['linalg.svd', [wide], { full_matrices: false }],
  ['linalg.svd', [tall], { full_matrices: false }],
  ['linalg.svd', [matrix([[-3, 4]])], { full_matrices: false }],
  ['linalg.lu', [general]],
  ['linalg.lu_factor', [wide]],
  ['linalg.pinv', [tall]],
  ['linalg.matrix_exp', [general]],
  ['linalg.matrix_power', [general, -2n]],
  ['linalg.matrix_rank', [singular]],
  ['linalg.norm', [general, 'nuc']],
  ['linalg.norm', [general, fl(1)]],
  ['linalg.cond', [general]],
  ['einsum', ['ij,jk->ki', [general, tall]]],
  ['einsum', ['ij,jk->ki', [general, symmetric]]],
  ['einsum', ['ii->i', [general]]],
  ['einsum', ['...i,i', [general, vector(1, 2, 3)]]],
  ['kron', [wide, singular]],
  ['cross', [general, symmetric]],
  ['addmv', [vector(1, 2), wide, vector(1, -1, 2)], { beta: fl(0.5), alpha: 2n }],
  ['fft.irfft', [vector(1, 2, -3, 0.5)]],
]);

/** What fails, in PyTorch's words. */
const failures = group(0, [
  ['linalg.inv', [singular]],
  ['linalg.inv', [wide]],
  ['linalg.inv', [whole]],
  ['linalg.inv', [vector(1, 2)]],
  ['inverse', [singular]],
  ['linalg.solve', [singular, vector(1, 2)]],
  ['linalg.solve', [general, vector(1, 2)]],
  ['linalg.cholesky', [matrix([[-1]])]],
  ['linalg.lu_factor', [matrix([[0]])]],
  ['linalg.qr', [tall, 'half']],
  ['linalg.eigh', [general, 'X']],
  ['linalg.norm', [general, fl(3)]],
  ['linalg.matrix_power', [wide, 2n]],
  ['linalg.multi_dot', [[general]]],
  ['einsum', ['ij,jk->il', [general, general]]],
  ['einsum', ['ij,jk', [general]]],
  ['einsum', ['ij,jk', [general, wide]]],
  ['mm', [wide, wide]],
  ['mm', [general, whole]],
  ['bmm', [general, general]],
  ['fft.fft', [vector(1, 2), 0n]],
  ['fft.fft', [vector(1, 2)], { norm: 'none' }],
  ['cdist', [tall, general]],
]);

export const linalgCases: readonly Case[] = [...values, ...failures];
