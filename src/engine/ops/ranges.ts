/** Tensors of regular values: ranges, the identity, indices of triangles. */
import { context } from '../context.ts';
import { bfloat16, bool, type DType, float32, int32, int64, isComplex, isFloating, isIntegral } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { convertScalars } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import type { Scalar } from '../values.ts';
import { creates, leaf, OPTIONS } from './factory.ts';

const arange = declare(`arange(Scalar end, ${OPTIONS}) -> Tensor` as const);
const arangeFrom = declare(`arange.start(Scalar start, Scalar end, Scalar step=1, ${OPTIONS}) -> Tensor` as const);
const linspace = declare(`linspace(Scalar start, Scalar end, int steps, ${OPTIONS}) -> Tensor` as const);
const logspace = declare(
  `logspace(Scalar start, Scalar end, int steps, float base=10.0, ${OPTIONS}) -> Tensor` as const,
);
const eye = declare(`eye(int n, ${OPTIONS}) -> Tensor` as const);
const eyeOf = declare(`eye.m(int n, int m, ${OPTIONS}) -> Tensor` as const);
const tril = declare(`tril_indices(int row, int col, int offset=0, ${OPTIONS}) -> Tensor` as const);
const triu = declare(`triu_indices(int row, int col, int offset=0, ${OPTIONS}) -> Tensor` as const);

/** start, start + step, ... before end: each computed from the first, not from the one before. */
function range(start: Scalar, end: Scalar, step: Scalar, dtype: DType | null): Tensor {
  const floats = [start, end, step].some((value) => typeof value === 'number');
  const [from, to, by] = [Number(start), Number(end), Number(step)];
  if (by === 0) throw runtimeError('step must be nonzero');
  if (!Number.isFinite(from) || !Number.isFinite(to))
    throw runtimeError(`unsupported range: ${named(from)} -> ${named(to)}`);
  if ((by > 0 && from > to) || (by < 0 && from < to)) {
    throw runtimeError('upper bound and larger bound inconsistent with step sign');
  }
  const type = dtype ?? (floats ? context.defaultDtype : int64);
  if (isComplex(type) || type === bool) throw runtimeError(`"arange_cpu" not implemented for '${type.scalar}'`);
  const out = emptyTensor([rangeLength(start, end, step, type)], type);
  if (type === int64) fillIntegers(out.storage.data as BigInt64Array, start, step);
  else fillRange(out, from, by);
  return out;
}

const named = (value: number): string =>
  Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : value < 0 ? '-inf' : 'nan';

const truncated = (value: Scalar): bigint => BigInt(Math.trunc(Number(value)));

function rangeLength(start: Scalar, end: Scalar, step: Scalar, type: DType): number {
  if (type !== int64) return Math.ceil((Number(end) - Number(start)) / Number(step));
  const [from, to, by] = [start, end, step].map((value) => (typeof value === 'bigint' ? value : truncated(value)));
  return Math.ceil(Number(to! - from!) / Number(by!));
}

function fillIntegers(data: BigInt64Array, start: Scalar, step: Scalar): void {
  const from = typeof start === 'bigint' ? start : truncated(start);
  const by = typeof step === 'bigint' ? step : truncated(step);
  for (let i = 0; i < data.length; i++) data[i] = from + by * BigInt(i);
}

/** Whole vectors of 8 floats start at a float, from which the rest of the vector is reckoned; doubles likewise by 4. */
function fillRange(out: Tensor, from: number, by: number): void {
  const { data } = out.storage;
  const width = out.dtype === float32 ? 8 : 1;
  const round = out.dtype === float32 ? Math.fround : (value: number): number => value;
  const vectors = width === 1 ? 0 : data.length - (data.length % width);
  const values = Array.from({ length: data.length }, (_, i) => {
    if (i >= vectors) return from + by * i;
    const first = i - (i % width);
    return round(from + by * first) + by * (i - first);
  });
  convertScalars(values, data, out.dtype);
}

define(arange, { ...creates, kernel: (end, dtype, _, grad) => leaf(range(0n, end, 1n, dtype), grad) });
define(arangeFrom, {
  ...creates,
  kernel: (start, end, step, dtype, _, grad) => leaf(range(start, end, step, dtype), grad),
});

/** Reckoned from both ends, so that both are met exactly. */
export function spaced(
  start: Scalar,
  end: Scalar,
  steps: number,
  dtype: DType,
  map: (value: number) => number,
): Tensor {
  const out = emptyTensor([steps], dtype);
  const round = dtype === float32 ? Math.fround : (value: number): number => value;
  const first = isIntegral(dtype, true) ? Math.trunc : round;
  const [from, to] = [first(Number(start)), first(Number(end))];
  const step = isFloating(dtype) ? round((to - from) / (steps - 1)) : Math.fround((to - from) / (steps - 1));
  const half = Math.floor(steps / 2);
  const values = Array.from({ length: steps }, (_, i) =>
    i < half ? from + round(step * i) : to - round(step * (steps - i - 1)),
  );
  convertScalars((steps === 1 ? [from] : values).map(map), out.storage.data, dtype);
  return out;
}

function checkSteps(steps: number): void {
  if (steps < 0) throw runtimeError('number of steps must be non-negative');
}

define(linspace, {
  ...creates,
  kernel: (start, end, steps, dtype, _, grad) => {
    checkSteps(steps);
    return leaf(
      spaced(start, end, steps, dtype ?? context.defaultDtype, (value) => value),
      grad,
    );
  },
});
define(logspace, {
  ...creates,
  kernel: (start, end, steps, base, dtype, _, grad) => {
    checkSteps(steps);
    return leaf(
      spaced(start, end, steps, dtype ?? context.defaultDtype, (value) => base ** value),
      grad,
    );
  },
});

function identity(n: number, m: number, dtype: DType | null): Tensor {
  if (dtype === bfloat16) throw runtimeError('"eye" not implemented for \'BFloat16\'');
  if (n < 0) throw runtimeError(`n must be greater or equal to 0, got ${n}`);
  if (m < 0) throw runtimeError(`m must be greater or equal to 0, got ${m}`);
  const out = emptyTensor([n, m], dtype ?? context.defaultDtype);
  const values = Array.from({ length: out.numel }, (_, i) => Number(Math.floor(i / m) === i % m));
  convertScalars(values, out.storage.data, out.dtype);
  return out;
}

define(eye, { ...creates, kernel: (n, dtype, _, grad) => leaf(identity(n, n, dtype), grad) });
define(eyeOf, { ...creates, kernel: (n, m, dtype, _, grad) => leaf(identity(n, m, dtype), grad) });

/** Rows and columns of the cells for which `holds`, row by row. */
function indices(
  name: string,
  rows: number,
  cols: number,
  dtype: DType | null,
  holds: (row: number, col: number) => boolean,
): Tensor {
  if (rows < 0) throw runtimeError(`row must be non-negative, got${rows}`);
  if (cols < 0) throw runtimeError(`col must be non-negative, got${cols}`);
  const found: [number[], number[]] = [[], []];
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      if (!holds(row, col)) continue;
      found[0].push(row);
      found[1].push(col);
    }
  }
  const type = dtype ?? int64;
  if (type !== int64 && type !== int32) throw runtimeError(`"${name}" not implemented for '${type.scalar}'`);
  const out = emptyTensor([2, found[0].length], type);
  convertScalars(found.flat(), out.storage.data, type);
  return out;
}

define(tril, {
  ...creates,
  kernel: (rows, cols, offset, dtype, _, grad) =>
    leaf(
      indices('tril_indices', rows, cols, dtype, (row, col) => col - row <= offset),
      grad,
    ),
});
define(triu, {
  ...creates,
  kernel: (rows, cols, offset, dtype, _, grad) =>
    leaf(
      indices('triu_indices', rows, cols, dtype, (row, col) => col - row >= offset),
      grad,
    ),
});
