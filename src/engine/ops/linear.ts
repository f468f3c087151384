/** The linear family: products of matrices and vectors. */
import { int64, isComplex } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes, formatShape, numel, type Shape } from '../shape.ts';
import { convertScalars, type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import type { Scalar } from '../values.ts';
import { add, mul } from './arithmetic.ts';
import { conj } from './complex.ts';
import { contiguous } from './conversion.ts';
import { expand, reshape, squeezeDim, t, transpose, unsafeView, unsqueeze, view } from './movement.ts';

export const mm = declare('mm(Tensor self, Tensor mat2) -> Tensor');
export const mv = declare('mv(Tensor self, Tensor vec) -> Tensor');
export const dot = declare('dot(Tensor self, Tensor tensor) -> Tensor');
export const bmm = declare('bmm(Tensor self, Tensor mat2) -> Tensor');
export const addmm = declare(
  'addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor',
);
export const matmul = declare('matmul(Tensor self, Tensor other) -> Tensor');
const rmatmul = declare('__rmatmul__(Tensor self, Tensor other) -> Tensor');
export const outer = declare('outer(Tensor self, Tensor vec2) -> Tensor');
export const linear = declare('linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor');

function sameDtype(a: Tensor, b: Tensor, name: string): void {
  if (a.dtype === b.dtype) return;
  if (name === 'dot') {
    throw runtimeError(
      `dot : expected both vectors to have same dtype, but found ${a.dtype.scalar} and ${b.dtype.scalar}`,
    );
  }
  throw runtimeError(`expected scalar type ${a.dtype.scalar} but found ${b.dtype.scalar}`);
}

/** out[m, n] = Σk x[m, k] · y[k, n], added up in the order of k with fused multiply-add, as OpenBLAS does: the product of two floats is exact in a double. */
function multiply(
  x: NumberData,
  y: NumberData,
  out: NumberData,
  m: number,
  k: number,
  n: number,
  at = { x: 0, y: 0, out: 0 },
): void {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const factor = x[at.x + i * k + p]!;
      const row = at.y + p * n;
      const to = at.out + i * n;
      for (let j = 0; j < n; j++) out[to + j] = out[to + j]! + factor * y[row + j]!;
    }
  }
}

function multiplyBig(
  x: BigInt64Array,
  y: BigInt64Array,
  out: BigInt64Array,
  m: number,
  k: number,
  n: number,
  at = { x: 0, y: 0, out: 0 },
): void {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      for (let j = 0; j < n; j++) out[at.out + i * n + j]! += x[at.x + i * k + p]! * y[at.y + p * n + j]!;
    }
  }
}

function multiplyComplex(
  x: NumberData,
  y: NumberData,
  out: NumberData,
  m: number,
  k: number,
  n: number,
  at = { x: 0, y: 0, out: 0 },
): void {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const from = 2 * (at.x + i * k + p);
      const [re, im] = [x[from]!, x[from + 1]!];
      for (let j = 0; j < n; j++) {
        const other = 2 * (at.y + p * n + j);
        const to = 2 * (at.out + i * n + j);
        out[to]! += re * y[other]! - im * y[other + 1]!;
        out[to + 1]! += re * y[other + 1]! + im * y[other]!;
      }
    }
  }
}

/** The product of `batches` pairs of matrices that lie one after another. */
function product(self: Tensor, other: Tensor, shape: Shape, m: number, k: number, n: number, batches = 1): Tensor {
  const out = emptyTensor(shape, self.dtype);
  const x = rowMajor(self);
  const y = rowMajor(other);
  for (let b = 0; b < batches; b++) {
    const at = { x: b * m * k, y: b * k * n, out: b * m * n };
    if (isComplex(self.dtype)) {
      multiplyComplex(x as NumberData, y as NumberData, out.storage.data as NumberData, m, k, n, at);
    } else if (self.dtype === int64) {
      multiplyBig(x as BigInt64Array, y as BigInt64Array, out.storage.data as BigInt64Array, m, k, n, at);
    } else multiply(x as NumberData, y as NumberData, out.storage.data as NumberData, m, k, n, at);
  }
  return out;
}

define(mm, {
  kernel: (self, mat2) => {
    if (self.rank !== 2) throw runtimeError('self must be a matrix');
    if (mat2.rank !== 2) throw runtimeError('mat2 must be a matrix');
    const [m, k] = self.shape as [number, number];
    const [rows, n] = mat2.shape as [number, number];
    if (k !== rows) throw runtimeError(`mat1 and mat2 shapes cannot be multiplied (${m}x${k} and ${rows}x${n})`);
    sameDtype(self, mat2, 'mm');
    return product(self, mat2, [m, n], m, k, n);
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream @ mat2ᵀ', saves: ['mat2'], rule: (g, { mat2 }) => mm(g, conj(t(mat2))) },
    mat2: { formula: '∂L/∂mat2 = selfᵀ @ upstream', saves: ['self'], rule: (g, { self }) => mm(conj(t(self)), g) },
  },
});

define(mv, {
  kernel: (self, vec) => {
    if (self.rank !== 2 || vec.rank !== 1) {
      throw runtimeError(`vector + matrix @ vector expected, got 1, ${self.rank}, ${vec.rank}`);
    }
    const [m, k] = self.shape as [number, number];
    if (k !== vec.shape[0]) throw runtimeError(`size mismatch, got ${m}, ${m}x${k},${vec.shape[0]}`);
    sameDtype(self, vec, 'mv');
    return product(self, vec, [m], m, k, 1);
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream ⊗ vec', saves: ['vec'], rule: (g, { vec }) => mul(unsqueeze(g, 1), vec) },
    vec: { formula: '∂L/∂vec = selfᵀ @ upstream', saves: ['self'], rule: (g, { self }) => mv(t(self), g) },
  },
});

define(dot, {
  kernel: (self, tensor) => {
    if (self.rank !== 1 || tensor.rank !== 1) {
      throw runtimeError(`1D tensors expected, but got ${self.rank}D and ${tensor.rank}D tensors`);
    }
    sameDtype(self, tensor, 'dot');
    const [n] = self.shape as [number];
    if (n !== tensor.shape[0]) {
      throw runtimeError(
        `inconsistent tensor size, expected tensor ${formatShape(self.shape)} and src ${formatShape(tensor.shape)} to have the same number of elements, but got ${n} and ${tensor.shape[0]} elements respectively`,
      );
    }
    return product(self, tensor, [], 1, n, 1);
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream · tensor', saves: ['tensor'], rule: (g, { tensor }) => mul(g, tensor) },
    tensor: { formula: '∂L/∂tensor = upstream · self', saves: ['self'], rule: (g, { self }) => mul(g, self) },
  },
});

define(bmm, {
  kernel: (self, mat2) => {
    if (self.rank !== 3) throw runtimeError('batch1 must be a 3D tensor');
    if (mat2.rank !== 3) throw runtimeError('batch2 must be a 3D tensor');
    const [b, m, k] = self.shape as [number, number, number];
    const n = mat2.shape[2]!;
    if (mat2.shape[0] !== b || mat2.shape[1] !== k) {
      throw runtimeError(
        `Expected size for first two dimensions of batch2 tensor to be: [${b}, ${k}] but got: [${mat2.shape[0]}, ${mat2.shape[1]}].`,
      );
    }
    sameDtype(self, mat2, 'bmm');
    return product(self, mat2, [b, m, n], m, k, n, b);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream @ mat2ᵀ',
      saves: ['mat2'],
      rule: (g, { mat2 }) => bmm(g, transpose(mat2, 1, 2)),
    },
    mat2: {
      formula: '∂L/∂mat2 = selfᵀ @ upstream',
      saves: ['self'],
      rule: (g, { self }) => bmm(transpose(self, 1, 2), g),
    },
  },
});

const times = (tensor: Tensor, factor: Scalar): Tensor => (Number(factor) === 1 ? tensor : mul(tensor, factor));

define(addmm, {
  variants: { inplace: true },
  kernel: (self, mat1, mat2, beta, alpha) => {
    const result = mm.def!.kernel(mat1, mat2) as Tensor;
    const scaled = Number(alpha) === 1 ? result : (mul.def!.kernel(result, scalarLike(alpha, result)) as Tensor);
    const bias = Number(beta) === 1 ? self : (mul.def!.kernel(self, scalarLike(beta, self)) as Tensor);
    return add.def!.kernel(expand.def!.kernel(bias, scaled.shape) as Tensor, scaled, 1n) as Tensor;
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream · beta', rule: (g, { beta }) => times(g, beta) },
    mat1: {
      formula: '∂L/∂mat1 = upstream @ mat2ᵀ · alpha',
      saves: ['mat2'],
      rule: (g, { mat2, alpha }) => times(mm(g, t(mat2)), alpha),
    },
    mat2: {
      formula: '∂L/∂mat2 = mat1ᵀ @ upstream · alpha',
      saves: ['mat1'],
      rule: (g, { mat1, alpha }) => times(mm(t(mat1), g), alpha),
    },
  },
});

function scalarLike(value: Scalar, like: Tensor): Tensor {
  const tensor = emptyTensor([], like.dtype);
  convertScalars([value], tensor.storage.data, like.dtype);
  return tensor;
}

define(matmul, { variants: { operators: ['__matmul__'] }, composite: true, kernel: matmulKernel });
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
const squeezeInto = declare('_squeeze_row(Tensor self) -> Tensor');

define(squeezeInto, {
  variants: { namespace: null, method: false },
  node: 'SqueezeBackward3',
  kernel: (self) => squeezeDim.def!.kernel(self, 0) as Tensor,
  gradients: { self: { formula: '∂L/∂self = upstream as a row', rule: (g) => unsqueeze(g, 0) } },
});

function foldLeft(a: Tensor, b: Tensor): Tensor {
  const folded = reshape(a, [-1, a.shape.at(-1)!]);
  const lead = a.shape.slice(0, -1);
  return b.rank === 1 ? unsafeView(mv(folded, b), lead) : unsafeView(mm(folded, b), [...lead, b.shape[1]!]);
}

function foldRight(a: Tensor, b: Tensor): Tensor {
  const turned = transpose(b, b.rank - 1, b.rank - 2);
  const lead = turned.shape.slice(0, -1);
  const folded = reshape(turned, [-1, turned.shape.at(-1)!]);
  if (a.rank === 1) return unsafeView(mv(folded, a), lead);
  const result = unsafeView(mm(folded, t(a)), [...lead, a.shape[0]!]);
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
    return mul(reshape(self, [self.shape[0]!, 1]), vec2);
  },
});

define(linear, {
  variants: { namespace: 'nn.functional', method: false },
  composite: true,
  kernel: (input, weight, bias) => {
    if (bias === null) return matmul(input, t(weight));
    if (input.rank === 2) return addmm(bias, input, t(weight));
    if (input.rank === 3 && input.isContiguous) {
      const [b, s, k] = input.shape as [number, number, number];
      return view(addmm(bias, view(input, [b * s, k]), t(weight)), [b, s, weight.shape[0]!]);
    }
    return add(matmul(input, t(weight)), bias);
  },
});
