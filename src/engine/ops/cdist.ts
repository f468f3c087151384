/** Distances between every two rows of two matrices. */
import { isFloating } from '../dtype.ts';
import { runtimeError, valueError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes, numel } from '../shape.ts';
import { gather, type NumberData } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { div, mul, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { masked, maskedFill } from './choice.ts';
import { eq, ne } from './comparison.ts';
import { limits, requireKernel } from './limits.ts';
import { matmul } from './linear.ts';
import { expand, reshape, transpose, unsqueeze, view } from './movement.ts';
import { pow } from './powers.ts';
import { sameDtype } from './products.ts';
import { sumDim } from './reduction.ts';
import { abs, sign } from './signs.ts';

const cdist = declare(
  "cdist(Tensor x1, Tensor x2, float p=2, str compute_mode='use_mm_for_euclid_dist_if_necessary') -> Tensor",
);
const forward = declare('_cdist_forward(Tensor x1, Tensor x2, float p) -> Tensor');
const euclidean = declare('_euclidean_dist(Tensor x1, Tensor x2) -> Tensor');

const internal = { namespace: null, method: false } as const;
const MODES = ['use_mm_for_euclid_dist_if_necessary', 'use_mm_for_euclid_dist', 'donot_use_mm_for_euclid_dist'];

/** From so many rows on PyTorch takes Euclidean distances by a matrix product. */
const MANY = 25;

define(cdist, {
  variants: { method: false },
  composite: true,
  kernel: (x1, x2, p, mode) => {
    const found = MODES.indexOf(mode);
    if (found < 0) throw valueError(`${mode} is not a valid value for compute_mode`);
    check(x1, x2, p);
    if (x1.numel === 0 || x2.numel === 0 || p !== 2) return forward(x1, x2, p);
    const [rows1, rows2] = [x1.shape.at(-2)!, x2.shape.at(-2)!];
    if (found === 1 || (found === 0 && (rows1 > MANY || rows2 > MANY))) return byProduct(x1, x2);
    return forward(x1, x2, p);
  },
});

function check(x1: Tensor, x2: Tensor, p: number): void {
  for (const [name, x] of [
    ['X1', x1],
    ['X2', x2],
  ] as const) {
    if (x.rank < 2) throw runtimeError(`cdist only supports at least 2D tensors, ${name} got: ${x.rank}D`);
  }
  for (const [name, x] of [
    ['X1', x1],
    ['X2', x2],
  ] as const) {
    if (!isFloating(x.dtype)) {
      throw runtimeError(`cdist only supports floating-point dtypes, ${name} got: ${x.dtype.scalar}`);
    }
  }
  const [columns1, columns2] = [x1.shape.at(-1)!, x2.shape.at(-1)!];
  if (columns1 !== columns2) {
    throw runtimeError(`X1 and X2 must have the same number of columns. X1: ${columns1} X2: ${columns2}`);
  }
  if (p < 0) throw runtimeError('cdist only supports non-negative p values');
}

function byProduct(x1: Tensor, x2: Tensor): Tensor {
  const batch = broadcastShapes(x1.shape.slice(0, -2), x2.shape.slice(0, -2));
  const [rows1, rows2, columns] = [x1.shape.at(-2)!, x2.shape.at(-2)!, x1.shape.at(-1)!];
  const count = numel(batch);
  if (count === 1 && batch.length === 0) return view(euclidean(x1, x2), [rows1, rows2]);
  const flat = (x: Tensor, rows: number): Tensor =>
    reshape(expand(x, [...batch, rows, columns]), [count, rows, columns]);
  return view(euclidean(flat(x1, rows1), flat(x2, rows2)), [...batch, rows1, rows2]);
}

/** √max(|x|² − 2 x·y + |y|², 0). */
define(euclidean, {
  variants: internal,
  kernel: (x1, x2) => distances(x1, x2, 2),
  gradients: {
    x1: { formula: '∂L/∂x1 = Σⱼ upstream · (x1ᵢ − x2ⱼ) / result', saves: ['x1', 'x2', 'result'], rule: () => null },
    x2: { formula: '∂L/∂x2 = Σᵢ upstream · (x2ⱼ − x1ᵢ) / result', saves: ['x1', 'x2', 'result'], rule: () => null },
  },
  joint: ([g], { x1, x2, result }) => {
    if (!g) return [null, null];
    const ratio = maskedFill(div(g, result), eq(result, 0n), 0n);
    return [
      sub(mul(x1, sumDim(ratio, [-1], true)), matmul(ratio, x2)),
      sub(mul(x2, unsqueeze(sumDim(ratio, [-2]), -1)), matmul(transpose(ratio, -2, -1), x1)),
    ];
  },
});

function distances(x1: Tensor, x2: Tensor, p: number): Tensor {
  const batch = broadcastShapes(x1.shape.slice(0, -2), x2.shape.slice(0, -2));
  const [rows1, rows2, columns] = [x1.shape.at(-2)!, x2.shape.at(-2)!, x1.shape.at(-1)!];
  const a = gather(x1, [...batch, rows1, columns]) as NumberData;
  const b = gather(x2, [...batch, rows2, columns]) as NumberData;
  const out = emptyTensor([...batch, rows1, rows2], x1.dtype);
  const { data } = out.storage;
  for (let i = 0; i < out.numel; i++) {
    const [j, row] = [i % rows2, Math.floor(i / rows2)];
    const other = Math.floor(row / rows1) * rows2 + j;
    data[i] = distance(a, row * columns, b, other * columns, columns, p);
  }
  return out;
}

function distance(a: NumberData, from: number, b: NumberData, to: number, columns: number, p: number): number {
  let total = 0;
  for (let k = 0; k < columns; k++) {
    const gap = Math.abs(a[from + k]! - b[to + k]!);
    if (p === 0) total += Number(gap !== 0);
    else if (p === 1) total += gap;
    else if (p === 2) total += gap * gap;
    else if (p === Number.POSITIVE_INFINITY) total = Math.max(total, gap);
    else total += gap ** p;
  }
  if (p === 2) return Math.sqrt(total);
  return p === 0 || p === 1 || p === Number.POSITIVE_INFINITY ? total : total ** (1 / p);
}

define(forward, {
  variants: internal,
  node: 'CdistBackward0',
  kernel: (x1, x2, p) => {
    sameDtype(x1, x2);
    requireKernel(limits('cdist', 'half', 'bfloat16'), x1.dtype);
    return distances(x1, x2, p);
  },
  gradients: {
    x1: {
      formula: '∂L/∂x1 = Σⱼ upstream · sign(d) |d|ᵖ⁻¹ / resultᵖ⁻¹, d = x1ᵢ − x2ⱼ',
      saves: ['x1', 'x2', 'result'],
      rule: (g, { x1, x2, result, p }) => sumDim(slope(g, x1, x2, result, p), [-2]),
    },
    x2: {
      formula: '∂L/∂x2 = −Σᵢ upstream · sign(d) |d|ᵖ⁻¹ / resultᵖ⁻¹, d = x1ᵢ − x2ⱼ',
      saves: ['x1', 'x2', 'result'],
      rule: (g, { x1, x2, result, p }) => mul(sumDim(slope(g, x1, x2, result, p), [-3]), -1n),
    },
  },
});

/** By each difference of two rows, of [..., rows1, rows2, columns]. */
function slope(g: Tensor, x1: Tensor, x2: Tensor, result: Tensor, p: number): Tensor {
  const gap = sub(unsqueeze(x1, -2), unsqueeze(x2, -3));
  const [upstream, distance] = [unsqueeze(g, -1), unsqueeze(result, -1)];
  if (p === 0) return mul(mul(gap, upstream), 0n);
  if (p === 1) return mul(sign(gap), upstream);
  if (p === 2) return mul(gap, masked(div(upstream, distance), ne(distance, 0n)));
  if (p === Number.POSITIVE_INFINITY) {
    return mul(mul(sign(gap), cast(eq(abs(gap), distance), gap.dtype)), upstream);
  }
  const scale = masked(div(upstream, pow(distance, p - 1)), ne(distance, 0n));
  const power = mul(sign(gap), pow(abs(gap), p - 1));
  return mul(p < 1 ? masked(power, ne(gap, 0n)) : power, scale);
}
