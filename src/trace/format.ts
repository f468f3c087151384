import { exponential, fixed } from '../common/number.ts';
import type { Element, PassSummary, Value } from './model.ts';
import { toNumber } from './stats.ts';
import { flatData } from './value.ts';

/**
 * Elements as PyTorch prints them side by side: `1.`, `0.1000`, `1.0000e-05`, `True`, `nan`; one form for all of them.
 * Source of the rules: torch/_tensor_str.py, `_Formatter`.
 */
export function formatElements(elements: readonly Element[], dtype: string): string[] {
  if (!isFloating(dtype)) return elements.map(formatExact);
  const numbers = elements.map(toNumber);
  const form = chooseForm(numbers.filter((x) => Number.isFinite(x) && x !== 0).map(Math.abs));
  return numbers.map((x) => (Number.isFinite(x) ? form(x) : formatSpecial(x)));
}

/** A single element, as PyTorch prints a 0-d tensor of it. */
export const formatElement = (element: Element, dtype: string): string => formatElements([element], dtype)[0]!;

/** What a pass's roots held, as its summary keeps it. */
export const formatRoots = (roots: PassSummary['roots']): string[] =>
  roots.map((value) => (value === null ? '…' : formatElement(value, 'float32')));

/** `[1., 25., 36.]`, `[[1., 2.], [3., 4.]]`; what has no data is told by its shape and its ends. */
export function formatValue(value: Value): string {
  const elements = flatData(value);
  if (elements !== null) return bracketed(formatElements(elements, value.dtype), value.shape)[0]!;
  const { preview } = value;
  if (preview === undefined) return `[...] of shape ${formatShape(value.shape)}`;
  const texts = formatElements([...preview.head, ...preview.tail], value.dtype);
  const head = texts.slice(0, preview.head.length);
  return `[${[...head, '...', ...texts.slice(head.length)].join(', ')}] of shape ${formatShape(value.shape)}`;
}

/** `float32 [5]`; a 0-d tensor is `float32 []`, as PyTorch writes its size. */
export const formatType = ({ dtype, shape }: Pick<Value, 'dtype' | 'shape'>): string =>
  `${dtype.replace(/^torch\./, '')} ${formatShape(shape)}`;

export const formatShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

const isFloating = (dtype: string): boolean => /^(b?float|double|half|complex)/.test(dtype);

function formatExact(element: Element): string {
  if (typeof element !== 'boolean') return String(element);
  return element ? 'True' : 'False';
}

const formatSpecial = (x: number): string => (Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf');

type Form = (x: number) => string;

function chooseForm(sizes: readonly number[]): Form {
  if (sizes.length === 0) return (x) => `${fixed(x, 0)}.`;
  const min = sizes.reduce((a, b) => Math.min(a, b));
  const max = sizes.reduce((a, b) => Math.max(a, b));
  const wide = max / min > 1000 || max > 1e8;
  if (sizes.every(Number.isInteger)) return wide ? (x) => exponential(x, 4) : (x) => `${fixed(x, 0)}.`;
  return wide || min < 1e-4 ? (x) => exponential(x, 4) : (x) => fixed(x, 4);
}

/** How wide a nested list may be drawn. */
export interface Widths {
  /** A list of lists longer than this takes a line per row. */
  readonly nested: number;
  /** A row longer than this breaks between elements. */
  readonly row: number;
}

/** Texts in the brackets of their shape, row-major: one line, or several where `widths` asks for them. */
export function bracketed(texts: readonly string[], shape: readonly number[], widths?: Widths): string[] {
  if (shape.length === 0) return [texts[0]!];
  const [size, ...inner] = shape as [number, ...number[]];
  if (inner.length === 0) return bracketRow(texts, widths?.row);
  const step = texts.length / Math.max(1, size);
  const rows = Array.from({ length: size }, (_, i) => bracketed(texts.slice(i * step, (i + 1) * step), inner, widths));
  const oneLine = `[${rows.map((row) => row.join(' ')).join(', ')}]`;
  return widths === undefined || oneLine.length <= widths.nested ? [oneLine] : stacked(rows);
}

/** Lines broken into even parts. */
function bracketRow(texts: readonly string[], width = Number.POSITIVE_INFINITY): string[] {
  const fitting = Math.max(1, Math.floor((width - 2) / ((texts[0]?.length ?? 0) + 2)));
  const perLine = Math.ceil(texts.length / Math.max(1, Math.ceil(texts.length / fitting)));
  const lines: string[] = [];
  for (let at = 0; at < texts.length; at += perLine) lines.push(texts.slice(at, at + perLine).join(', '));
  return lines.length === 0 ? ['[]'] : stacked(lines.map((line) => [line]));
}

/** One bracket around several groups of lines: `[` opens the first, a comma ends each, `]` closes the last. */
function stacked(groups: readonly (readonly string[])[]): string[] {
  return groups.flatMap((lines, group) =>
    lines.map((line, at) => {
      const open = group === 0 && at === 0 ? '[' : ' ';
      const close = at < lines.length - 1 ? '' : group === groups.length - 1 ? ']' : ',';
      return `${open}${line}${close}`;
    }),
  );
}
