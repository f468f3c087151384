/** The linear family: matrix products of any ranks, made of the products that are nodes. */

import { runtimeError } from '../errors.ts';
import { alias, declare, define, type OutRule } from '../registry.ts';
import { broadcastShapes, numel } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add } from './arithmetic.ts';
import { contiguous } from './conversion.ts';
import { addmm } from './fused-products.ts';
import { expand, reshape, squeezeDim, t, transpose, unsafeView, unsqueeze, view } from './movement.ts';
import { sameDtype, strict } from './out-rules.ts';
import { bmm, dot, mm, mv, outerOf } from './products.ts';

export const matmul = declare('matmul(Tensor self, Tensor other) -> Tensor');
const rmatmul = declare('__rmatmul__(Tensor self, Tensor other) -> Tensor');
export const outer = declare('outer(Tensor self, Tensor vec2) -> Tensor');
export const linear = declare('linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor');

/** Of two vectors the answer is their dot product's, with its words. */
const outOfProduct: OutRule = {
  check: (out, result, args, index) =>
    (args as [Tensor, Tensor]).every(({ rank }) => rank === 1)
      ? sameAsInput.check!(out, result, args, index)
      : sameDtype.check!(out, result, args, index),
};
const sameAsInput = strict(
  (wanted, given) => `result dtype ${given.scalar} does not match input dtype ${wanted.scalar}`,
);

define(matmul, {
  variants: { operators: ['__matmul__'] },
  composite: true,
  out: outOfProduct,
  kernel: matmulKernel,
});
alias(matmul, 'matmul', { namespace: 'linalg', method: false });
define(rmatmul, { variants: { namespace: null }, composite: true, kernel: (self, other) => matmulKernel(other, self) });

/** PyTorch's own cases: which of dot, mv, mm and bmm is the right one, so that the graph is PyTorch's. */
function matmulKernel(a: Tensor, b: Tensor): Tensor {
  if (a.rank === 0 || b.rank === 0) {
    throw runtimeError(`both arguments to matmul need to be at least 1D, but they are ${a.rank}D and ${b.rank}D`);
  }
  if (a.rank === 1 && b.rank === 1) return dot(a, b);
  if (a.rank === 2 && b.rank === 1) return mv(a, b);
  if (a.rank === 1 && b.rank === 2) return squeezeInto(mm(unsqueeze(a, 0), b));
  if (a.rank === 2 && b.rank === 2) return mm(a, b);
  if (a.rank >= 3 && b.rank <= 2) return foldLeft(a, b);
  if (b.rank >= 3 && a.rank <= 2) return foldRight(a, b);
  return batched(a, b);
}

/** [1, n] -> [n]: PyTorch squeezes in place here, so that the result is no view. */
export const squeezeInto = declare('_squeeze_row(Tensor self) -> Tensor');

define(squeezeInto, {
  variants: { namespace: null, method: false },
  node: 'SqueezeBackward3',
  kernel: (self) => squeezeDim.def!.kernel(self, 0) as Tensor,
  gradients: { self: { formula: '∂L/∂self = upstream as a row', rule: (g) => unsqueeze(g, 0) } },
});

function foldLeft(a: Tensor, b: Tensor): Tensor {
  const lead = a.shape.slice(0, -1);
  const folded = reshape(a, [numel(lead), a.shape.at(-1)!]);
  return b.rank === 1 ? unsafeView(mv(folded, b), lead) : unsafeView(mm(folded, b), [...lead, b.shape[1]!]);
}

function foldRight(a: Tensor, b: Tensor): Tensor {
  const turned = transpose(b, b.rank - 1, b.rank - 2);
  const lead = turned.shape.slice(0, -1);
  const other = a.rank === 1 ? a : t(a);
  const folded = reshape(turned, [numel(lead), turned.shape.at(-1)!]);
  if (a.rank === 1) return unsafeView(mv(folded, a), lead);
  const result = unsafeView(mm(folded, other), [...lead, a.shape[0]!]);
  return contiguous(transpose(result, result.rank - 1, result.rank - 2));
}

function batched(a: Tensor, b: Tensor): Tensor {
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const count = numel(batch);
  const [m, k] = a.shape.slice(-2) as [number, number];
  const [rows, n] = b.shape.slice(-2) as [number, number];
  const left = reshape(expand(a, [...batch, m, k]), [count, m, k]);
  const right = reshape(expand(b, [...batch, rows, n]), [count, rows, n]);
  return unsafeView(bmm(left, right), [...batch, m, n]);
}

define(outer, {
  composite: true,
  kernel: (self, vec2) => {
    if (self.rank !== 1) throw runtimeError(`outer: Expected 1-D argument self, but got ${self.rank}-D`);
    if (vec2.rank !== 1) throw runtimeError(`outer: Expected 1-D argument vec2, but got ${vec2.rank}-D`);
    return outerOf(self, vec2);
  },
});

alias(outer, 'ger');

define(linear, {
  variants: { namespace: 'nn.functional', method: false },
  composite: true,
  kernel: (input, weight, bias) => {
    if (bias === null) return matmul(input, t(weight));
    if (input.rank === 2) return addmm(bias, input, t(weight));
    if (input.rank === 3 && input.isContiguous) {
      const [b, s, k] = input.shape as [number, number, number];
      const turned = t(weight);
      return view(addmm(bias, view(input, [b * s, k]), turned), [b, s, weight.shape[0]!]);
    }
    return add(matmul(input, t(weight)), bias);
  },
});
