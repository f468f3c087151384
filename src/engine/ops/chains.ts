/** Products of many matrices: chains in the cheapest order, and powers. */
import { cppName } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { unsqueeze, view } from './movement.ts';
import { mm } from './products.ts';

const multiDot = declare('linalg_multi_dot(Tensor[] tensors) -> Tensor');

define(multiDot, {
  variants: { namespace: 'linalg', method: false },
  composite: true,
  kernel: (tensors) => {
    const count = tensors.length;
    if (count < 2) throw runtimeError(`multi_dot(): expected at least 2 tensors but got ${count}`);
    const [first, last] = [tensors[0]!, tensors[count - 1]!];
    for (const [name, end] of [
      ['first', first],
      ['last', last],
    ] as const) {
      if (end.rank < 1 || end.rank > 2) {
        throw runtimeError(`multi_dot(): the ${name} tensor must be 1D or 2D but got ${end.rank}D`);
      }
    }
    const shape = [...(first.rank === 2 ? [first.shape[0]!] : []), ...(last.rank === 2 ? [last.shape[1]!] : [])];
    const matrices = tensors.map((tensor, i) => {
      if (i === 0 && tensor.rank === 1) return unsqueeze(tensor, 0);
      return i === count - 1 && tensor.rank === 1 ? unsqueeze(tensor, -1) : tensor;
    });
    matrices.forEach((matrix, i) => {
      checkLink(matrices, tensors, matrix, i);
    });
    return view(inOrder(matrices), shape);
  },
});

function checkLink(matrices: readonly Tensor[], given: readonly Tensor[], matrix: Tensor, i: number): void {
  if (matrix.rank !== 2) throw runtimeError(`multi_dot(): tensor ${i} must be 2D but got ${matrix.rank}D`);
  const first = given[0]!;
  if (matrix.dtype !== first.dtype) {
    throw runtimeError(
      `multi_dot(): all tensors must have be the same dtype but tensor 0 is ${cppName(first.dtype)} and tensor ${i} ${cppName(matrix.dtype)}`,
    );
  }
  const before = matrices[i - 1];
  if (before !== undefined && before.rank === 2 && before.shape[1] !== matrix.shape[0]) {
    throw runtimeError(
      `multi_dot(): tensors ${i - 1} and ${i} with shapes ${formatShape(before.shape)} and ${formatShape(matrix.shape)} cannot be multiplied`,
    );
  }
}

/** The product of a chain in the order of the fewest multiplications (Cormen et al., Introduction to Algorithms, 15.2). */
function inOrder(matrices: readonly Tensor[]): Tensor {
  if (matrices.length === 2) return mm(matrices[0]!, matrices[1]!);
  const sizes = [matrices[0]!.shape[0]!, ...matrices.map((matrix) => matrix.shape[1]!)];
  if (matrices.length === 3) {
    const [a, b, c, d] = sizes as [number, number, number, number];
    const [x, y, z] = matrices as [Tensor, Tensor, Tensor];
    return a * c * (b + d) <= b * d * (a + c) ? mm(mm(x, y), z) : mm(x, mm(y, z));
  }
  const splits = bestSplits(sizes);
  const multiply = (i: number, j: number): Tensor => {
    if (i === j) return matrices[i]!;
    const at = splits[i]![j]!;
    return mm(multiply(i, at), multiply(at + 1, j));
  };
  return multiply(0, matrices.length - 1);
}

/** splits[i][j]: after which matrix the product of i to j is parted. */
function bestSplits(sizes: readonly number[]): number[][] {
  const count = sizes.length - 1;
  const costs = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const splits = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (let length = 1; length < count; length++) {
    for (let i = 0; i + length < count; i++) {
      const j = i + length;
      costs[i]![j] = Number.POSITIVE_INFINITY;
      for (let k = i; k < j; k++) {
        const cost = costs[i]![k]! + costs[k + 1]![j]! + sizes[i]! * sizes[k + 1]! * sizes[j + 1]!;
        if (cost >= costs[i]![j]!) continue;
        costs[i]![j] = cost;
        splits[i]![j] = k;
      }
    }
  }
  return splits;
}

const chainMatmul = declare('chain_matmul(Tensor[] matrices) -> Tensor');

define(chainMatmul, {
  variants: { method: false },
  composite: true,
  kernel: (matrices) => {
    for (const { rank } of matrices) {
      if (rank !== 2) throw runtimeError(`Tensor dimension is ${rank}, expected 2 instead.`);
    }
    return matrices.length === 1 ? matrices[0]! : multiDot(matrices);
  },
});
