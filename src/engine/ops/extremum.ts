/** The largest and smallest elements, and where they lie. */
import { int64 } from '../dtype.ts';
import { indexError, runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { cast } from './cast.ts';
import { masked, maximum, minimum } from './choice.ts';
import { eq } from './comparison.ts';
import { fromData } from './pointwise.ts';
import { expandBack, reducedDims, reducedShape, sum, sumDim, toRows } from './reduction.ts';
import { selectedBack } from './selection.ts';

const isNan = (value: number | bigint): boolean => typeof value === 'number' && Number.isNaN(value);

type Better = (value: number | bigint, best: number | bigint) => boolean;

const greater: Better = (value, best) => value > best || isNan(value);
const smaller: Better = (value, best) => value < best || isNan(value);

/** Each row's best element and its first position. A nan is better than anything. */
function best(self: Tensor, dims: readonly number[], better: Better): { values: Tensor; indices: BigInt64Array } {
  const { data, inner, outer } = toRows(self, dims);
  const values = emptyTensor([outer], self.dtype);
  const indices = new BigInt64Array(outer);
  for (let row = 0; row < outer; row++) {
    let at = row * inner;
    for (let i = at + 1; i < (row + 1) * inner; i++) {
      if (isNan(data[at]!)) break;
      if (better(data[i]!, data[at]!)) at = i;
    }
    values.storage.data[row] = data[at]!;
    indices[row] = BigInt(at - row * inner);
  }
  return { values, indices };
}

function refuseEmpty(self: Tensor, name: string): void {
  if (self.numel > 0) return;
  throw name.startsWith('arg')
    ? indexError(
        `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
      )
    : runtimeError(
        `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
      );
}

/** Equal bests share the upstream gradient. */
function shared(g: Tensor, self: Tensor, result: Tensor, dims: readonly number[] | null, keepdim: boolean): Tensor {
  const mask = eq(self, dims === null ? result : expandBack(result, self.shape, dims, keepdim));
  const count = dims === null ? sum(mask) : sumDim(mask, dims, true);
  const upstream = dims === null ? g : expandBack(g, self.shape, dims, keepdim);
  const share = div(upstream, count);
  return dims === null ? masked(share, mask) : mul(cast(mask, g.dtype), share);
}

function family(name: 'max' | 'min', better: Better, pick: typeof maximum): void {
  const full = declare(`${name}(Tensor self) -> Tensor` as 'max(Tensor self) -> Tensor');
  const byDim = declare(
    `${name}.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)` as 'max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)',
  );
  const other = declare(
    `${name}.other(Tensor self, Tensor other) -> Tensor` as 'max.other(Tensor self, Tensor other) -> Tensor',
  );
  const all = declare(
    `a${name}(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor` as 'amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor',
  );
  const arg = declare(
    `arg${name}(Tensor self, int? dim=None, bool keepdim=False) -> Tensor` as 'argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor',
  );
  const Name = name === 'max' ? 'Max' : 'Min';

  define(full, {
    node: `${Name}Backward1`,
    kernel: (self) => {
      refuseEmpty(self, name);
      return fromData(best(self, reducedDims(null, self.rank), better).values.storage.data, [], self.dtype);
    },
    gradients: {
      self: {
        formula: `∂L/∂self = upstream where self is the ${name}, shared by equal ones`,
        saves: ['self', 'result'],
        rule: (g, { self, result }) => shared(g, self, result, null, false),
      },
    },
  });

  define(byDim, {
    node: `${Name}Backward0`,
    differentiable: [0],
    kernel: (self, dim, keepdim) => {
      const dims = self.rank === 0 ? [] : [wrapDim(dim, self.rank)];
      if (self.rank > 0 && self.shape[dims[0]!] === 0) {
        throw indexError(`${name}(): Expected reduction dim ${dims[0]} to have non-zero size.`);
      }
      const { values, indices } = best(self, dims, better);
      const shape = reducedShape(self.shape, dims, keepdim);
      return [fromData(values.storage.data, shape, self.dtype), fromData(indices, shape, int64)];
    },
    gradients: {
      self: { formula: '∂L/∂self = upstream at indices, 0 elsewhere', saves: ['results'], rule: () => null },
    },
    joint: ([g], s) => [selectedBack(g, s.outputAt(1), s.shapeOf(), s.dim, s.keepdim)],
  });

  define(other, { variants: { method: true }, composite: true, kernel: (self, second) => pick(self, second) });

  define(all, {
    kernel: (self, dim, keepdim) => {
      refuseEmpty(self, `a${name}`);
      const dims = reducedDims(dim, self.rank);
      return fromData(
        best(self, dims, better).values.storage.data,
        reducedShape(self.shape, dims, keepdim),
        self.dtype,
      );
    },
    gradients: {
      self: {
        formula: `∂L/∂self = upstream where self is the ${name}, shared by equal ones`,
        saves: ['self', 'result'],
        rule: (g, { self, result, dim, keepdim }) => shared(g, self, result, reducedDims(dim, self.rank), keepdim),
      },
    },
  });

  define(arg, {
    kernel: (self, dim, keepdim) => {
      if (dim === null) refuseEmpty(self, `arg${name}`);
      const dims = reducedDims(dim === null ? null : [dim], self.rank);
      const shape = dim === null ? (keepdim ? self.shape.map(() => 1) : []) : reducedShape(self.shape, dims, keepdim);
      return fromData(best(self, dims, better).indices, shape, int64);
    },
  });
}

family('max', greater, maximum);
family('min', smaller, minimum as never);
