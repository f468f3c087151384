/** Whether all elements hold, whether any does, how many do. What is not zero holds; a nan does. */
import { bool, int64, uint8 } from '../dtype.ts';
import { declare, define } from '../registry.ts';
import { convert, rowMajor } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { fromData } from './pointwise.ts';
import { reducedDims, reducedShape, toRows } from './reduction.ts';

const countNonzero = declare('count_nonzero(Tensor self, int? dim=None) -> Tensor');
const countNonzeroDims = declare('count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor');

/** How many elements of each row are not zero, and how many it has. */
function held(self: Tensor, dims: readonly number[]): { counts: number[]; inner: number } {
  const flags = fromData(convert(rowMajor(self), self.dtype, bool), self.shape, bool);
  const { data, inner, outer } = toRows(flags, dims);
  const counts = new Array<number>(outer).fill(0);
  for (let r = 0; r < outer; r++) {
    for (let i = r * inner; i < (r + 1) * inner; i++) counts[r]! += data[i]!;
  }
  return { counts, inner };
}

function quantifier(name: 'all' | 'any', holds: (count: number, of: number) => boolean) {
  const full = declare(`${name}(Tensor self) -> Tensor` as 'all(Tensor self) -> Tensor');
  const byDim = declare(
    `${name}.dim(Tensor self, int dim, bool keepdim=False) -> Tensor` as 'all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor',
  );
  const test = (self: Tensor, dim: readonly number[] | null, keepdim: boolean): Tensor => {
    const dims = reducedDims(dim, self.rank);
    const { counts, inner } = held(self, dims);
    const out = Uint8Array.from(counts, (count) => Number(holds(count, inner)));
    return fromData(out, reducedShape(self.shape, dims, keepdim), self.dtype === uint8 ? uint8 : bool);
  };
  define(full, { kernel: (self) => test(self, null, false) });
  define(byDim, {
    names: true,
    kernel: (self, dim, keepdim) => test(self, [dim], keepdim),
  });
  return byDim;
}

quantifier('all', (count, of) => count === of);
export const anyDim = quantifier('any', (count) => count > 0);

function countKernel(self: Tensor, dim: readonly number[] | null): Tensor {
  const dims = reducedDims(dim, self.rank);
  return fromData(BigInt64Array.from(held(self, dims).counts, BigInt), reducedShape(self.shape, dims, false), int64);
}

define(countNonzeroDims, { kernel: countKernel });
define(countNonzero, { kernel: (self, dim) => countKernel(self, dim === null ? null : [dim]) });
