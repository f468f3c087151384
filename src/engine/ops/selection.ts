/** One element of each line, by its rank or by how often it occurs: `kthvalue`, `median`, `mode`. */
import { type DType, int32, int64 } from '../dtype.ts';
import { indexError, runtimeError } from '../errors.ts';
import { declare, define, type OutRule } from '../registry.ts';
import { type Shape, wrapDim } from '../shape.ts';
import { rowMajor } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { div } from './arithmetic.ts';
import { maskedFillTensor } from './choice.ts';
import { eq, isnan, logicalAnd, logicalOr } from './comparison.ts';
import { scatterZeros } from './indexing.ts';
import { identity, select, sort } from './introselect.ts';
import { limits, requireKernel } from './limits.ts';
import { ascending, descending, type Element, isNan, linesOf, withoutDim } from './lines.ts';
import { unsqueeze } from './movement.ts';
import { sameValues } from './out-rules.ts';
import { fromData } from './pointwise.ts';
import { zerosLike } from './raw.ts';
import { sum } from './reduction.ts';

const kthvalue = declare(
  'kthvalue(Tensor self, int k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)',
);
const mode = declare('mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)');

/** The gradient of what was selected along `dim`: zeros, with the upstream gradient at the indices. */
export function selectedBack(
  g: Tensor | null | undefined,
  indices: Tensor,
  shape: Shape,
  dim: number,
  keepdim: boolean,
): Tensor | null {
  if (g === null || g === undefined) return null;
  if (shape.length === 0) return g;
  const back = (tensor: Tensor): Tensor => (keepdim ? tensor : unsqueeze(tensor, wrapDim(dim, shape.length)));
  return scatterZeros(null, back(g), shape, dim, back(indices));
}

/** Refuses to select from no elements. */
export function refuseEmptyDim(self: Tensor, dim: number, name: string): void {
  if (self.rank > 0 && self.shape[dim] === 0) {
    throw indexError(`${name}: Expected reduction dim ${dim} to have non-zero size.`);
  }
}

type At = (i: number) => Element;

/** The element of each line at the position that `find` answers with. */
function pickOne(
  self: Tensor,
  dim: number,
  keepdim: boolean,
  find: (element: At, n: number) => number,
): readonly [Tensor, Tensor] {
  const lines = linesOf(self, dim);
  const { data, n } = lines;
  const values = self.dtype.allocate(lines.count);
  const indices = new BigInt64Array(lines.count);
  for (let line = 0; line < lines.count; line++) {
    const at = find((i) => data[line * n + i]!, n);
    values[line] = data[line * n + at]!;
    indices[line] = BigInt(at);
  }
  const shape = withoutDim(self.shape, lines.dim, keepdim);
  return [fromData(values, shape, self.dtype), fromData(indices, shape, int64)];
}

/** Hoare's quickselect with the median of three as pivot, step for step as PyTorch's, so that equal elements are told apart alike. */
function quickselect(at: Int32Array, k: number, after: (i: number, j: number) => boolean): number {
  const swap = (i: number, j: number): void => {
    [at[i], at[j]] = [at[j]!, at[i]!];
  };
  const order = (i: number, j: number): void => {
    if (after(at[i]!, at[j]!)) swap(i, j);
  };
  let left = 0;
  let right = at.length - 1;
  while (right > left) {
    if (right === left + 1) {
      order(left, right);
      break;
    }
    swap((left + right) >> 1, left + 1);
    order(left + 1, right);
    order(left, right);
    order(left + 1, left);
    const pivot = at[left]!;
    let i = left + 1;
    let j = right;
    for (;;) {
      do i++;
      while (after(pivot, at[i]!));
      do j--;
      while (after(at[j]!, pivot));
      if (j < i) break;
      swap(i, j);
    }
    swap(left, j);
    if (j <= k) left = i;
    if (j >= k) right = j - 1;
  }
  return at[k]!;
}

/** The values may not be written over self. */
const ofKthvalue: OutRule = {
  check: (out, _, args) => {
    if (out.storage.memory === (args[0] as Tensor).storage.memory) {
      throw runtimeError(
        'unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.',
      );
    }
    return undefined;
  },
};

const SELECTED = '∂L/∂self = upstream at indices, 0 elsewhere';

define(kthvalue, {
  names: true,
  out: ofKthvalue,
  differentiable: [0],
  kernel: (self, k, dim, keepdim) => {
    const at = wrapDim(dim, self.rank);
    refuseEmptyDim(self, at, 'kthvalue()');
    if (k < 1 || k > (self.shape[at] ?? 1))
      throw runtimeError(`kthvalue(): selected number k out of range for dimension ${at}`);
    requireKernel(limits('kthvalue_cpu', 'bool', 'half', 'complex'), self.dtype);
    return pickOne(self, at, keepdim, (element, n) =>
      quickselect(identity(n), k - 1, (i, j) => descending(element(i), element(j))),
    );
  },
  gradients: { self: { formula: SELECTED, saves: ['results'], rule: () => null } },
  joint: ([g], s) => [selectedBack(g, s.outputAt(1), s.shapeOf(), s.dim, s.keepdim)],
});

/** The position of the lower median, where equal elements are in their order; of the first nan, unless nans are passed over. */
function middle(element: At, n: number, ignoreNan: boolean): number {
  const at = identity(n);
  const nans = at.filter((i) => isNan(element(i)));
  if (nans.length > 0 && !ignoreNan) return nans[0]!;
  const k = Math.max(0, Math.floor((n - nans.length - 1) / 2));
  select(at, 0, k, n, (i, j) => {
    const [x, y] = [element(i), element(j)];
    return ascending(x, y) || (i < j && !ascending(y, x));
  });
  return at[k]!;
}

/** What C makes of a nan in the dtype: the median of no elements. */
function nothing(dtype: DType): Element {
  if (dtype === int64) return -(2n ** 63n);
  return dtype === int32 ? -(2 ** 31) : Number.NaN;
}

function medianFamily(name: 'median' | 'nanmedian') {
  const ignoreNan = name === 'nanmedian';
  const full = declare(`${name}(Tensor self) -> Tensor` as 'median(Tensor self) -> Tensor');
  const byDim = declare(
    `${name}.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)` as 'median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)',
  );

  define(full, {
    variants: { out: false },
    kernel: (self) => {
      requireKernel(limits('median_cpu', 'bool', 'half', 'complex'), self.dtype);
      const data = rowMajor(self);
      const at = data.length === 0 ? null : middle((i) => data[i]!, data.length, ignoreNan);
      const out = self.dtype.allocate(1);
      out[0] = at === null ? nothing(self.dtype) : data[at]!;
      return fromData(out, [], self.dtype);
    },
    gradients: {
      self: {
        formula: '∂L/∂self = upstream where self is the median, shared by equal ones',
        saves: ['self', 'result'],
        rule: (g, { self, result }) => {
          const mask = logicalOr(eq(self, result), logicalAnd(isnan(self), isnan(result)));
          return maskedFillTensor(zerosLike(self), mask, div(g, sum(mask)));
        },
      },
    },
  });

  define(byDim, {
    names: true,
    node: ignoreNan ? 'NanmedianBackward1' : 'MedianBackward1',
    differentiable: [0],
    kernel: (self, dim, keepdim) => {
      const at = wrapDim(dim, self.rank);
      refuseEmptyDim(self, at, 'median()');
      requireKernel(limits('median_out', 'bool', 'half', 'complex'), self.dtype);
      return pickOne(self, at, keepdim, (element, n) => middle(element, n, ignoreNan));
    },
    gradients: { self: { formula: SELECTED, saves: ['results'], rule: () => null } },
    joint: ([g], s) => [selectedBack(g, s.outputAt(1), s.shapeOf(), s.dim, s.keepdim)],
  });
  return byDim;
}

medianFamily('median');
export const nanmedianDim = medianFamily('nanmedian');

/** The most frequent element, the least of several; the last of its run in sorted order stands for it. */
function mostFrequent(element: At, n: number): number {
  const at = identity(n);
  sort(at, 0, n, (i, j) => element(i) < element(j));
  let best = 0;
  let most = 0;
  let run = 0;
  for (let i = 0; i < n; i++) {
    run++;
    if (i < n - 1 && element(at[i]!) === element(at[i + 1]!)) continue;
    if (run > most) {
      most = run;
      best = at[i]!;
    }
    run = 0;
  }
  return best;
}

define(mode, {
  names: true,
  out: sameValues,
  differentiable: [0],
  kernel: (self, dim, keepdim) => {
    const at = wrapDim(dim, self.rank);
    refuseEmptyDim(self, at, 'mode()');
    requireKernel(limits('mode_cpu', 'complex'), self.dtype);
    return pickOne(self, at, keepdim, mostFrequent);
  },
  gradients: { self: { formula: SELECTED, saves: ['results'], rule: () => null } },
  joint: ([g], s) => [selectedBack(g, s.outputAt(1), s.shapeOf(), s.dim, s.keepdim)],
});
