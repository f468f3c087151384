/** Elements in their order: whole lines (`sort`), and the first of them (`topk`). */
import { int64 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import { identity, partialSort, select as selectNth, sort as sortPositions } from './introselect.ts';
import { limits, requireKernel } from './limits.ts';
import { ascending, descending, type Element, fromLines, linesOf, resized } from './lines.ts';
import { selectedBack } from './selection.ts';

export const sort = declare('sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)');
const sortStable = declare(
  'sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)',
);
const argsort = declare('argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor');
const argsortStable = declare(
  'argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor',
);
const msort = declare('msort(Tensor self) -> Tensor');
const topk = declare(
  'topk(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)',
);

/** `k` elements of each line, at the positions that `order` finds in it. */
function pick(
  self: Tensor,
  dim: number,
  k: number,
  order: (element: (i: number) => Element, n: number) => ArrayLike<number>,
): readonly [Tensor, Tensor] {
  const lines = linesOf(self, dim);
  const values = self.dtype.allocate(lines.count * k);
  const indices = new BigInt64Array(lines.count * k);
  const { data, n } = lines;
  for (let line = 0; line < lines.count; line++) {
    const at = order((i) => data[line * n + i]!, n);
    for (let i = 0; i < k; i++) {
      values[line * k + i] = data[line * n + at[i]!]!;
      indices[line * k + i] = BigInt(at[i]!);
    }
  }
  const shape = resized(self.shape, lines.dim, k);
  return [fromLines(values, shape, lines.dim, self.dtype), fromLines(indices, shape, lines.dim, int64)];
}

/** Equal elements keep their order where that is asked for; else they come out as the C++ library leaves them. */
function sortKernel(self: Tensor, dim: number, isDescending: boolean, stable: boolean): readonly [Tensor, Tensor] {
  requireKernel(limits('sorting_kernel_method_name', 'complex'), self.dtype);
  const precedes = isDescending ? descending : ascending;
  return pick(self, dim, linesOf(self, dim).n, (element, n) => {
    const at = identity(n);
    const before = (i: number, j: number): boolean => precedes(element(i), element(j));
    if (!stable) sortPositions(at, 0, n, before);
    else at.sort((i, j) => (before(i, j) ? -1 : before(j, i) ? 1 : i - j));
    return at;
  });
}

const SORTED = '∂L/∂self = upstream at indices';

define(sortStable, {
  names: true,
  node: 'SortBackward1',
  differentiable: [0],
  kernel: (self, stable, dim, isDescending) => sortKernel(self, dim, isDescending, stable === true),
  gradients: { self: { formula: SORTED, saves: ['results'], rule: () => null } },
  joint: ([g], s) => [selectedBack(g, s.outputAt(1), s.shapeOf(), s.dim, true)],
});

define(sort, {
  names: true,
  differentiable: [0],
  kernel: (self, dim, isDescending) => sortKernel(self, dim, isDescending, false),
  gradients: { self: { formula: SORTED, saves: ['results'], rule: () => null } },
  joint: ([g], s) => [selectedBack(g, s.outputAt(1), s.shapeOf(), s.dim, true)],
});

define(argsortStable, {
  variants: { out: false },
  composite: true,
  kernel: (self, stable, dim, isDescending) => sortStable(self, stable, dim, isDescending)[1]!,
});

define(argsort, {
  names: true,
  variants: { out: false },
  composite: true,
  kernel: (self, dim, isDescending) => sort(self, dim, isDescending)[1]!,
});
define(msort, { composite: true, kernel: (self) => sort(self, 0)[0]! });

/** The positions of the first `k` elements, found as PyTorch finds them: a heap where they are few, else a selection. */
function firstPositions(
  element: (i: number) => Element,
  n: number,
  k: number,
  precedes: (x: Element, y: Element) => boolean,
  sorted: boolean,
): Int32Array {
  const at = identity(n);
  const before = (i: number, j: number): boolean => precedes(element(i), element(j));
  if (k === 0) return at;
  if (k * 64 <= n) partialSort(at, 0, k, n, before);
  else {
    selectNth(at, 0, k - 1, n, before);
    if (sorted) sortPositions(at, 0, k - 1, before);
  }
  return at;
}

define(topk, {
  differentiable: [0],
  kernel: (self, k, dim, largest, sorted) => {
    const { n } = linesOf(self, dim);
    if (k < 0 || k > n) throw runtimeError('selected index k out of range');
    requireKernel(limits('topk_cpu', 'bool', 'half', 'complex'), self.dtype);
    const precedes = largest ? descending : ascending;
    return pick(self, dim, k, (element, length) => firstPositions(element, length, k, precedes, sorted));
  },
  gradients: { self: { formula: SORTED, saves: ['results'], rule: () => null } },
  joint: ([g], s) => [selectedBack(g, s.outputAt(1), s.shapeOf(), s.dim, true)],
});
