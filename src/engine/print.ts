/** `repr(tensor)`, as PyTorch's `_tensor_str.py` writes it. */
import { exponential, fixed } from '../common/number.ts';
import { refuseStale } from './autograd/view.ts';
import { context } from './context.ts';
import { bool, complexType, type DType, int64, isComplex, isFloating, realType } from './dtype.ts';
import { elements } from './item.ts';
import { gather } from './strided.ts';
import type { Tensor } from './tensor.ts';
import type { Complex } from './values.ts';

/** The tensor as `print` shows it. */
export function repr(tensor: Tensor): string {
  return withSuffixes(`tensor(${body(tensor)}`, suffixes(tensor));
}

function suffixes(tensor: Tensor): string[] {
  refuseStale(tensor);
  const { dtype } = tensor;
  const empty = tensor.numel === 0;
  const parts: string[] = [];
  if (empty && tensor.rank !== 1) parts.push(`size=${tuple(tensor.shape)}`);
  const usual = [context.defaultDtype, complexType(context.defaultDtype), int64, bool];
  if (empty ? dtype !== context.defaultDtype : !usual.includes(dtype)) {
    parts.push(`dtype=torch.${dtype.name}`);
  }
  if (tensor.gradFn !== null) parts.push(`grad_fn=<${tensor.gradFn.name}>`);
  else if (tensor.requiresGrad) parts.push('requires_grad=True');
  return parts;
}

const tuple = (shape: readonly number[]): string => `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;

/** A suffix that no longer fits on the line starts a new one. */
function withSuffixes(text: string, parts: readonly string[]): string {
  const indent = 'tensor('.length;
  let out = text;
  let used = text.length - text.lastIndexOf('\n') + 1;
  for (const part of parts) {
    const breaks = used + part.length + 2 > context.print.linewidth;
    out += breaks ? `,\n${' '.repeat(indent)}${part}` : `, ${part}`;
    used = breaks ? indent + part.length : used + part.length + 2;
  }
  return `${out})`;
}

function body(tensor: Tensor): string {
  if (tensor.numel === 0) return '[]';
  const summarize = tensor.numel > context.print.threshold;
  const values: Values = isComplex(tensor.dtype) ? (elements(tensor) as Complex[]) : gather(tensor, tensor.shape);
  const pick = (size: number): number[] => shown(size, summarize);
  const format = formatter(tensor.dtype, summarize ? sampled(values, tensor.shape, pick) : values);
  return nested(values, tensor.shape, 0, 0, 'tensor('.length, summarize, format);
}

type Printed = number | bigint | Complex;
type Values = ArrayLike<Printed>;

/** The indices that are printed of a dimension. */
function shown(size: number, summarize: boolean): number[] {
  const edge = context.print.edgeitems;
  const all = Array.from({ length: size }, (_, i) => i);
  return summarize && size > 2 * edge ? [...all.slice(0, edge), ...all.slice(size - edge)] : all;
}

/** The printed elements of a tensor that is too large to be printed whole. */
function sampled(values: Values, shape: readonly number[], pick: (size: number) => number[]): Printed[] {
  let positions = [0];
  for (const size of shape) positions = positions.flatMap((start) => pick(size).map((i) => start * size + i));
  return positions.map((position) => values[position]!);
}

interface Format {
  readonly width: number;
  /** `write` pads by itself. */
  readonly padded?: boolean;
  readonly write: (value: Printed) => string;
}

/** How wide the elements are and whether they need decimals or an exponent: one decision for the whole tensor. */
function formatter(dtype: DType, values: Values): Format {
  if (isComplex(dtype)) return complexFormatter(dtype, values as ArrayLike<Complex>);
  if (!isFloating(dtype)) {
    const write = dtype === bool ? (v: Printed) => (v ? 'True' : 'False') : String;
    return { width: widest(values, write), write };
  }
  const finite = Array.from(values as ArrayLike<number>).filter((v) => Number.isFinite(v) && v !== 0);
  const { precision, sciMode } = context.print;
  const whole = finite.every((v) => v === Math.ceil(v));
  const scientific = (v: number): string => exponential(v, precision);
  const decimal = (v: number): string => (whole ? fixed(v, 0) + (Number.isFinite(v) ? '.' : '') : fixed(v, precision));
  const exponent = needsExponent(finite, whole);
  // PyTorch measures before it asks for the option, and does not ask where there is nothing to measure.
  const width = Math.max(1, widest(finite, exponent ? scientific : decimal));
  const chosen = finite.length === 0 ? exponent : (sciMode ?? exponent);
  return { width, write: (chosen ? scientific : decimal) as Format['write'] };
}

/** Each part has its own width and decimals. */
function complexFormatter(dtype: DType, values: ArrayLike<Complex>): Format {
  const all = Array.from(values);
  const re = formatter(
    realType(dtype),
    all.map((value) => value.re),
  );
  const im = formatter(
    realType(dtype),
    all.map((value) => value.im),
  );
  const write = (value: Printed): string => {
    const { re: real, im: imag } = value as Complex;
    const second = `${im.write(imag).padStart(im.width)}j`.trimStart();
    return re.write(real).padStart(re.width) + (/^[+-]/.test(second) ? '' : '+') + second;
  };
  return { width: re.width + im.width + 1, write, padded: true };
}

function needsExponent(finite: readonly number[], whole: boolean): boolean {
  if (finite.length === 0) return false;
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const value of finite) {
    min = Math.min(min, Math.abs(value));
    max = Math.max(max, Math.abs(value));
  }
  return max / min > 1000 || max > 1e8 || (!whole && min < 1e-4);
}

function widest<T>(values: ArrayLike<T>, write: (value: T) => string): number {
  let width = 0;
  for (let i = 0; i < values.length; i++) width = Math.max(width, write(values[i]!).length);
  return width;
}

/** One dimension's brackets; `start` is the position of its first element counted in elements of this dimension. */
function nested(
  values: Values,
  shape: readonly number[],
  dim: number,
  start: number,
  indent: number,
  summarize: boolean,
  format: Format,
): string {
  const element = (i: number): string =>
    format.padded ? format.write(values[i]!) : format.write(values[i]!).padStart(format.width);
  if (shape.length === 0) return element(0);
  const size = shape[dim]!;
  const indices = shown(size, summarize);
  const cut = indices.length < size ? context.print.edgeitems : -1;
  if (dim === shape.length - 1) {
    const items = indices.map((i) => element(start * size + i));
    if (cut >= 0) items.splice(cut, 0, ' ...');
    return vector(items, indent, format.width);
  }
  const slices = indices.map((i) => nested(values, shape, dim + 1, start * size + i, indent + 1, summarize, format));
  if (cut >= 0) slices.splice(cut, 0, '...');
  return `[${slices.join(`,${'\n'.repeat(shape.length - dim - 1)}${' '.repeat(indent + 1)}`)}]`;
}

function vector(items: readonly string[], indent: number, width: number): string {
  const perLine = Math.max(1, Math.floor((context.print.linewidth - indent) / (width + 2)));
  const lines: string[] = [];
  for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(', '));
  return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`;
}
