/** Einstein's summation: the equation's operands are brought to one order of subscripts, and multiplied pair by pair from the left. */
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { formatShape, numel } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { diagonal } from './diagonal.ts';
import { type Equation, parseEquation } from './einsum-equation.ts';
import { permute, reshape, unsqueeze, view } from './movement.ts';
import { bmm } from './products.ts';
import { sumDim } from './reduction.ts';

const einsum = declare('einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor');

define(einsum, {
  variants: { method: false },
  composite: true,
  kernel: (text, tensors) => {
    const equation = parseEquation(
      text,
      tensors.map((tensor) => tensor.rank),
    );
    const operands = tensors.map((tensor, i) => ordered(tensor, equation, i));
    checkBroadcast(tensors, operands, equation);
    return contractAll(operands, equation);
  },
});

/** The operand with one dimension per place of the equation: repeated subscripts as a diagonal, missing ones of size 1. */
function ordered(tensor: Tensor, equation: Equation, which: number): Tensor {
  const { places, count, ellipsisPlace, ellipsisRank } = equation;
  const subscripts = equation.operands[which]!;
  const at = new Map<string, number>();
  const perm = new Array<number>(count).fill(-1);
  let operand = tensor;
  let dim = 0;
  for (const subscript of subscripts) {
    if (subscript === '...') {
      const missing = ellipsisRank - (tensor.rank - (subscripts.length - 1));
      for (let k = 0; k < missing; k++) operand = unsqueeze(operand, dim);
      for (let k = 0; k < ellipsisRank; k++) perm[ellipsisPlace + k] = dim++;
      continue;
    }
    const before = at.get(subscript);
    if (before === undefined) {
      at.set(subscript, dim);
      perm[places.get(subscript)!] = dim++;
    } else operand = onDiagonal(operand, before, dim, subscript, which);
  }
  perm.forEach((place, i) => {
    if (place >= 0) return;
    operand = unsqueeze(operand, -1);
    perm[i] = dim++;
  });
  return permute(operand, perm);
}

function onDiagonal(operand: Tensor, to: number, from: number, subscript: string, which: number): Tensor {
  if (operand.shape[to] !== operand.shape[from]) {
    throw runtimeError(
      `einsum(): subscript ${subscript} is repeated for operand ${which} but the sizes don't match, ${operand.shape[from]} != ${operand.shape[to]}`,
    );
  }
  const picked = diagonal(operand, 0, to, from);
  const dims = picked.shape.map((_, i) => i).slice(0, -1);
  return permute(picked, [...dims.slice(0, to), picked.rank - 1, ...dims.slice(to)]);
}

/** Sizes along one place are equal or 1. */
function checkBroadcast(tensors: readonly Tensor[], operands: readonly Tensor[], equation: Equation): void {
  const sizes = new Array<number>(equation.count).fill(1);
  operands.forEach((operand, which) => {
    operand.shape.forEach((size, place) => {
      if (size === 1 || sizes[place] === 1 || size === sizes[place]) {
        if (size !== 1) sizes[place] = size;
        return;
      }
      const subscript = [...equation.places].find(([, at]) => at === place)?.[0];
      throw runtimeError(
        subscript === undefined
          ? `einsum(): operands do not broadcast with remapped shapes [original->remapped]:${operands.map((one, i) => ` ${formatShape(tensors[i]!.shape)}->${formatShape(one.shape)}`).join('')}`
          : `einsum(): subscript ${subscript} has size ${size} for operand ${which} which does not broadcast with previously seen size ${sizes[place]}`,
      );
    });
  });
}

function contractAll(operands: readonly Tensor[], { outputRank, count }: Equation): Tensor {
  const summed = Array.from({ length: count - outputRank }, (_, i) => outputRank + i);
  if (operands.length === 1) return summed.length === 0 ? operands[0]! : sumDim(operands[0]!, summed);
  const users = new Map(summed.map((d) => [d, operands.filter((operand) => operand.shape[d] !== 1).length]));
  const result = operands.slice(1).reduce((a, b) => contractPair(a, b, users), operands[0]!);
  return summed.length === 0 ? result : view(result, result.shape.slice(0, outputRank));
}

/** Multiplies two operands, and sums along what no later one has. `users`: how many have each summed dimension. */
function contractPair(left: Tensor, right: Tensor, users: Map<number, number>): Tensor {
  const [both, onlyLeft, onlyRight]: [number[], number[], number[]] = [[], [], []];
  for (const [d, count] of users) {
    const [inLeft, inRight] = [left.shape[d] !== 1, right.shape[d] !== 1];
    if (inLeft && inRight) users.set(d, count - 1);
    const now = users.get(d);
    if (now !== 1 || !(inLeft || inRight)) continue;
    users.set(d, 0);
    (inLeft && inRight ? both : inLeft ? onlyLeft : onlyRight).push(d);
  }
  const a = onlyLeft.length > 0 ? sumDim(left, onlyLeft, true) : left;
  const b = onlyRight.length > 0 ? sumDim(right, onlyRight, true) : right;
  return both.length === 0 ? mul(a, b) : batchedProduct(a, b, both);
}

/** As one product of batches: dimensions of both that stay, of the left alone, summed ones, of the right alone. */
function batchedProduct(a: Tensor, b: Tensor, summed: readonly number[]): Tensor {
  const [batch, lefts, rights]: [number[], number[], number[]] = [[], [], []];
  a.shape.forEach((size, d) => {
    if (summed.includes(d)) return;
    (size !== 1 && b.shape[d] !== 1 ? batch : size !== 1 ? lefts : rights).push(d);
  });
  const sizes = (tensor: Tensor, dims: readonly number[]): number[] => dims.map((d) => tensor.shape[d]!);
  const [outer, rows, depth, columns] = [sizes(a, batch), sizes(a, lefts), sizes(a, summed), sizes(b, rights)];
  const x = reshape(permute(a, [...batch, ...lefts, ...summed, ...rights]), [numel(outer), numel(rows), numel(depth)]);
  const y = reshape(permute(b, [...batch, ...summed, ...rights, ...lefts]), [
    numel(outer),
    numel(depth),
    numel(columns),
  ]);
  const shape = [...outer, ...rows, ...summed.map(() => 1), ...columns];
  const order = [...batch, ...lefts, ...summed, ...rights];
  const back = order.map((_, d) => order.indexOf(d));
  return permute(view(bmm(x, y), shape), back);
}
