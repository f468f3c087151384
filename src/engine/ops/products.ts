/** Products of two matrices or vectors, each of which is one node. */
import type { OutputMeta } from '../autograd/node.ts';
import { bool, float16, float32, int64, isComplex } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { multiply, multiplyBig, multiplyComplex } from '../linear-algebra/multiply.ts';
import { multiplyNarrow, roundsEachSum } from '../linear-algebra/multiply-narrow.ts';
import { declare, define } from '../registry.ts';
import { formatShape, type Shape } from '../shape.ts';
import { type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { gemm, type Matrix } from '../wasm/gemm.ts';
import { mul } from './arithmetic.ts';
import { conj } from './complex.ts';
import { reshape, t, transpose } from './movement.ts';

export const mm = declare('mm(Tensor self, Tensor mat2) -> Tensor');
export const mv = declare('mv(Tensor self, Tensor vec) -> Tensor');
export const dot = declare('dot(Tensor self, Tensor tensor) -> Tensor');
export const vdot = declare('vdot(Tensor self, Tensor other) -> Tensor');
export const bmm = declare('bmm(Tensor self, Tensor mat2) -> Tensor');

/** The conjugate transpose of each matrix. */
export const adjoint = (tensor: Tensor): Tensor => conj(transpose(tensor, -2, -1));

/** Refuses operands of two dtypes. */
export function sameDtype(a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype) throw runtimeError(`expected scalar type ${a.dtype.scalar} but found ${b.dtype.scalar}`);
}

/** Refuses dtypes that PyTorch has no product for on the CPU. */
export function refuseBoolAndHalf(self: Tensor, kernel: string): void {
  if (self.dtype !== bool && self.dtype !== float16) return;
  throw runtimeError(`"${kernel}" not implemented for '${self.dtype.scalar}'`);
}

/** The product of `batches` pairs of matrices that lie one after another. */
export function product(
  self: Tensor,
  other: Tensor,
  shape: Shape,
  m: number,
  k: number,
  n: number,
  batches = 1,
): Tensor {
  const out = emptyTensor(shape, self.dtype);
  if (self.dtype === float32 && m * k * n >= BIG) {
    bigProduct(self, other, out, m, k, n, batches);
    return out;
  }
  const [x, y, { data }] = [rowMajor(self), rowMajor(other), out.storage];
  const sizes = { m, k, n };
  const { narrow } = self.dtype;
  const rounded = narrow !== null && self.rank === other.rank && roundsEachSum(self, other, sizes);
  const run = isComplex(self.dtype) ? multiplyComplex : self.dtype === int64 ? (multiplyBig as never) : multiply;
  for (let b = 0; b < batches; b++) {
    const at = { x: b * m * k, y: b * k * n, out: b * m * n };
    if (rounded) multiplyNarrow(x as NumberData, y as NumberData, data as NumberData, sizes, at, narrow);
    else run(x as NumberData, y as NumberData, data as NumberData, sizes, at);
  }
  return out;
}

/** From here on a product is worth packing, and rounds each product and each sum; a smaller one is exact to the last bit of OpenBLAS. */
const BIG = 2 ** 15;

function bigProduct(self: Tensor, other: Tensor, out: Tensor, m: number, k: number, n: number, batches: number): void {
  const data = out.storage.data as Float32Array;
  for (let b = 0; b < batches; b++) gemm(matrixOf(self, b, m, k), matrixOf(other, b, k, n), data, b * m * n, m, k, n);
}

/** One of a batch, transposed or not: only what lies otherwise is copied. */
function matrixOf(tensor: Tensor, batch: number, rows: number, columns: number): Matrix {
  const { shape, strides, offset, rank } = tensor;
  const [row, column] = [strides[rank - 2]!, strides[rank - 1]!];
  if ((rank === 2 || rank === 3) && shape[rank - 2] === rows && shape[rank - 1] === columns) {
    const at = offset + (rank === 3 ? batch * strides[0]! : 0);
    return { data: tensor.storage.data as Float32Array, at, row, column };
  }
  return { data: rowMajor(tensor) as Float32Array, at: batch * rows * columns, row: columns, column: 1 };
}

define(mm, {
  kernel: (self, mat2) => {
    if (self.rank !== 2) throw runtimeError('self must be a matrix');
    if (mat2.rank !== 2) throw runtimeError('mat2 must be a matrix');
    return multiplied(self, mat2);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream @ mat2ᵀ',
      saves: ['mat2'],
      rule: (g, s) => leftSlope(g, s.mat2, s.metaOf(0)),
    },
    mat2: {
      formula: '∂L/∂mat2 = selfᵀ @ upstream',
      saves: ['self'],
      rule: (g, s) => rightSlope(g, s.self, s.metaOf(1)),
    },
  },
});

/** The gradient of a matrix that is multiplied by `right`; of one that lies column by column, it lies so too. */
export const leftSlope = (g: Tensor, right: Tensor, left: OutputMeta): Tensor =>
  liesByColumns(left) ? t(mm(conj(right), t(g))) : mm(g, conj(t(right)));

/** The gradient of a matrix that `left` is multiplied by. */
export const rightSlope = (g: Tensor, left: Tensor, right: OutputMeta): Tensor =>
  liesByColumns(right) ? t(mm(t(g), conj(left))) : mm(conj(t(left)), g);

const liesByColumns = ({ shape, strides }: OutputMeta): boolean => strides[0] === 1 && strides[1] === shape[0];

/** Of two matrices. */
export function multiplied(self: Tensor, mat2: Tensor): Tensor {
  const [m, k] = self.shape as [number, number];
  const [rows, n] = mat2.shape as [number, number];
  if (k !== rows) throw runtimeError(`mat1 and mat2 shapes cannot be multiplied (${m}x${k} and ${rows}x${n})`);
  // Where there is nothing to multiply PyTorch looks at no dtype.
  if (self.numel === 0 || mat2.numel === 0) return emptyTensor([m, n], self.dtype);
  refuseBoolAndHalf(self, 'addmm_impl_cpu_');
  sameDtype(self, mat2);
  return product(self, mat2, [m, n], m, k, n);
}

/** The outer product of vectors: a column times a row. */
export const outerOf = (column: Tensor, row: Tensor): Tensor => mul(reshape(column, [column.shape[0]!, 1]), row);

define(mv, {
  kernel: (self, vec) => {
    if (self.rank !== 2 || vec.rank !== 1) {
      throw runtimeError(`vector + matrix @ vector expected, got 1, ${self.rank}, ${vec.rank}`);
    }
    const [m, k] = self.shape as [number, number];
    if (k !== vec.shape[0]) throw runtimeError(`size mismatch, got ${m}, ${m}x${k},${vec.shape[0]}`);
    sameDtype(self, vec);
    refuseBoolAndHalf(self, 'addmv_impl_cpu');
    return product(self, vec, [m], m, k, 1);
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream ⊗ conj(vec)', saves: ['vec'], rule: (g, { vec }) => outerOf(g, conj(vec)) },
    vec: { formula: '∂L/∂vec = selfᵀ @ upstream', saves: ['self'], rule: (g, { self }) => mv(conj(t(self)), g) },
  },
});

function checkVectors(self: Tensor, other: Tensor): number {
  if (self.rank !== 1 || other.rank !== 1) {
    throw runtimeError(`1D tensors expected, but got ${self.rank}D and ${other.rank}D tensors`);
  }
  if (self.dtype !== other.dtype) {
    throw runtimeError(
      `dot : expected both vectors to have same dtype, but found ${self.dtype.scalar} and ${other.dtype.scalar}`,
    );
  }
  const [n] = self.shape as [number];
  if (n !== other.shape[0]) {
    throw runtimeError(
      `inconsistent tensor size, expected tensor ${formatShape(self.shape)} and src ${formatShape(other.shape)} to have the same number of elements, but got ${n} and ${other.shape[0]} elements respectively`,
    );
  }
  refuseBoolAndHalf(self, 'dot');
  return n;
}

define(dot, {
  kernel: (self, tensor) => product(self, tensor, [], 1, checkVectors(self, tensor), 1),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · conj(tensor)',
      saves: ['tensor'],
      rule: (g, { tensor }) => mul(g, conj(tensor)),
    },
    tensor: {
      formula: '∂L/∂tensor = upstream · conj(self)',
      saves: ['self'],
      rule: (g, { self }) => mul(g, conj(self)),
    },
  },
});

/** conj(self) · other. */
define(vdot, {
  kernel: (self, other) => {
    const n = checkVectors(self, other);
    const left = isComplex(self.dtype) ? (conj(self) as Tensor) : self;
    return product(left, other, [], 1, n, 1);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = conj(upstream) · other',
      saves: ['other'],
      rule: (g, { other }) => mul(conj(g), other),
    },
    other: { formula: '∂L/∂other = upstream · self', saves: ['self'], rule: (g, { self }) => mul(g, self) },
  },
});

/** Sizes of a product of batches: [batches, rows, inner, columns]. `kernel`: PyTorch's name of it. */
export function checkBatches(batch1: Tensor, batch2: Tensor, kernel: string): [number, number, number, number] {
  if (batch1.rank !== 3) throw runtimeError('batch1 must be a 3D tensor');
  if (batch2.rank !== 3) throw runtimeError('batch2 must be a 3D tensor');
  const [b, m, k] = batch1.shape as [number, number, number];
  const n = batch2.shape[2]!;
  if (batch2.shape[0] !== b || batch2.shape[1] !== k) {
    throw runtimeError(
      `Expected size for first two dimensions of batch2 tensor to be: [${b}, ${k}] but got: [${batch2.shape[0]}, ${batch2.shape[1]}].`,
    );
  }
  sameDtype(batch1, batch2);
  refuseBoolAndHalf(batch1, kernel);
  return [b, m, k, n];
}

define(bmm, {
  kernel: (self, mat2) => {
    const [b, m, k, n] = checkBatches(self, mat2, 'bmm');
    return product(self, mat2, [b, m, n], m, k, n, b);
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream @ mat2ᵀ', saves: ['mat2'], rule: (g, { mat2 }) => bmm(g, adjoint(mat2)) },
    mat2: { formula: '∂L/∂mat2 = selfᵀ @ upstream', saves: ['self'], rule: (g, { self }) => bmm(adjoint(self), g) },
  },
});
