/** The largest and smallest elements, and where they lie. */
import { int64, isComplex } from '../dtype.ts';
import { indexError, runtimeError } from '../errors.ts';
import { declare, define, type Op } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { cast } from './cast.ts';
import { maskedFillTensor, maximum, minimum } from './choice.ts';
import { eq, isnan, logicalAnd, logicalOr } from './comparison.ts';
import { restrided } from './layout.ts';
import { limits, requireKernel } from './limits.ts';
import { type Element, isNan } from './lines.ts';
import { reshape } from './movement.ts';
import { fromData } from './pointwise.ts';
import { zerosLike } from './raw.ts';
import { reducedDims, reducedShape, sum, sumDim, toRows } from './reduction.ts';
import { selectedBack } from './selection.ts';

type Better = (value: Element, best: Element) => boolean;

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

/** The best element of each row, as a tensor. */
function bestValues(self: Tensor, dims: readonly number[], keepdim: boolean, better: Better): Tensor {
  return fromData(best(self, dims, better).values.storage.data, reducedShape(self.shape, dims, keepdim), self.dtype);
}

/** There is no best of no elements. */
function refuseEmpty(self: Tensor, name: string, dims: readonly number[] | null): void {
  if (self.numel > 0) return;
  if (dims === null) {
    const sentence = `${name}(): Expected reduction dim to be specified for input.numel() == 0.`;
    if (name.startsWith('arg')) throw indexError(sentence);
    throw runtimeError(`${sentence} Specify the reduction dim with the 'dim' argument.`);
  }
  for (const d of dims) {
    if (self.shape[d] === 0) throw indexError(`${name}(): Expected reduction dim ${d} to have non-zero size.`);
  }
}

/** Equal bests share the upstream gradient. */
function shared(g: Tensor, self: Tensor, result: Tensor, dims: readonly number[] | null, keepdim: boolean): Tensor {
  if (dims === null) {
    const mask = logicalOr(eq(self, result), logicalAnd(isnan(self), isnan(result)));
    return maskedFillTensor(zerosLike(self), mask, div(g, sum(mask)));
  }
  const kept = self.shape.map((size, d) => (dims.includes(d) ? 1 : size));
  const whole = (tensor: Tensor): Tensor => (keepdim || self.rank === 0 ? tensor : reshape(tensor, kept));
  const mask = eq(self, whole(result));
  return mul(div(whole(g), sumDim(mask, dims, true)), cast(mask, g.dtype));
}

const SHARED = (name: string): string => `∂L/∂self = upstream where self is the ${name}, shared by equal ones`;

export const amax = declare('amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor');
export const amin = declare('amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor');

/** `max` and `min`: of all elements, along a dimension, of two tensors. */
function extremeFamily(name: 'max' | 'min', better: Better, pick: typeof maximum): void {
  const full = declare(`${name}(Tensor self) -> Tensor` as 'max(Tensor self) -> Tensor');
  const byDim = declare(
    `${name}.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)` as 'max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)',
  );
  const other = declare(
    `${name}.other(Tensor self, Tensor other) -> Tensor` as 'max.other(Tensor self, Tensor other) -> Tensor',
  );
  const Name = name === 'max' ? 'Max' : 'Min';

  define(full, {
    variants: { out: false },
    node: `${Name}Backward1`,
    kernel: (self) => {
      refuseEmpty(self, name, null);
      requireKernel(limits(`${name}_all`, 'complex'), self.dtype);
      return bestValues(self, reducedDims(null, self.rank), false, better);
    },
    gradients: {
      self: {
        formula: SHARED(name),
        saves: ['self', 'result'],
        rule: (g, { self, result }) => shared(g, self, result, null, false),
      },
    },
  });

  define(other, { composite: true, kernel: (self, second) => pick(self, second) });

  define(byDim, {
    names: true,
    node: `${Name}Backward0`,
    differentiable: [0],
    kernel: (self, dim, keepdim) => {
      const at = wrapDim(dim, self.rank);
      refuseEmpty(self, name, [at]);
      if (isComplex(self.dtype)) throw runtimeError(`${name}(): does not support complex input`);
      const { values, indices } = best(self, reducedDims([at], self.rank), better);
      const shape = reducedShape(self.shape, [at], keepdim);
      return [fromData(values.storage.data, shape, self.dtype), fromData(indices, shape, int64)];
    },
    gradients: {
      self: { formula: '∂L/∂self = upstream at indices, 0 elsewhere', saves: ['results'], rule: () => null },
    },
    joint: ([g], s) => [selectedBack(g, s.outputAt(1), s.shapeOf(), s.dim, s.keepdim)],
  });
}

function valuesFamily(
  op: Op<'amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor'>,
  name: 'max' | 'min',
  better: Better,
): void {
  define(op, {
    kernel: (self, dim, keepdim) => {
      const dims = reducedDims(dim, self.rank);
      refuseEmpty(self, `a${name}`, dim.length === 0 ? null : dims);
      requireKernel(limits(`${name}_values_cpu`, 'complex'), self.dtype);
      return bestValues(self, dims, keepdim, better);
    },
    gradients: {
      self: {
        formula: SHARED(name),
        saves: ['self', 'result'],
        rule: (g, { self, result, dim, keepdim }) => shared(g, self, result, reducedDims(dim, self.rank), keepdim),
      },
    },
  });
}

function positionFamily(name: 'argmax' | 'argmin', better: Better) {
  const op = declare(
    `${name}(Tensor self, int? dim=None, bool keepdim=False) -> Tensor` as 'argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor',
  );
  define(op, {
    kernel: (self, dim, keepdim) => {
      const dims = reducedDims(dim === null ? null : [dim], self.rank);
      refuseEmpty(self, name, dim === null ? null : dims);
      requireKernel(limits(`${name}_cpu`, 'bool', 'complex'), self.dtype);
      return fromData(best(self, dims, better).indices, reducedShape(self.shape, dims, keepdim), int64);
    },
  });
  return op;
}

extremeFamily('max', greater, maximum);
extremeFamily('min', smaller, minimum as never);
valuesFamily(amax, 'max', greater);
valuesFamily(amin as never, 'min', smaller);
export const argmax = positionFamily('argmax', greater);
export const argmin = positionFamily('argmin', smaller);

const aminmax = declare('aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)');

define(aminmax, {
  node: 'NotImplemented',
  kernel: (self, dim, keepdim) => {
    const dims = reducedDims(dim === null ? null : [dim], self.rank);
    if (dim === null && self.numel === 0) {
      throw runtimeError('aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.');
    }
    for (const d of dims) {
      if (self.shape[d] === 0) throw indexError(`aminmax: Expected reduction dim ${d} to have non-zero size.`);
    }
    requireKernel(limits('aminmax_cpu', 'half', 'complex', ...(dim === null ? [] : ['bfloat16' as const])), self.dtype);
    const found = [smaller, greater].map((better) => bestValues(self, dims, keepdim, better));
    // A 0-d tensor gets a dimension where one is named.
    return self.rank === 0 && dim !== null && keepdim ? found.map((one) => restrided(one, [1], [1])) : found;
  },
  gradients: { self: { formula: 'PyTorch has none', rule: () => null } },
  joint: () => {
    throw runtimeError('derivative for aten::aminmax is not implemented');
  },
});
