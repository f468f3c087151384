/** Values in lines, as wide as a box can take: numbers as PyTorch prints them, or what sums them up. */
import { formatElement, formatElements } from '../trace/format.ts';
import type { Element, Nested, Value } from '../trace/model.ts';

/** Up to this many elements a picture shows numbers; above, shape and norm. */
export const NUMBERS_LIMIT = 8;
const LINE_LIMIT = 58;
/** A small matrix stands on one line up to this length. */
const MATRIX_LIMIT = 44;

/** A value in lines: its numbers where they are few (or `limit` allows them), else what sums it up. */
export function formatValue(value: Value, limit = NUMBERS_LIMIT): string[] {
  if (value.data !== undefined && numel(value) <= limit) return formatNested(value.data, value.dtype);
  return [summary(value)];
}

export function numel(value: Pick<Value, 'shape'>): number {
  return value.shape.reduce((product, size) => product * size, 1);
}

/** `float32 [5]`; a 0-d tensor is `float32 scalar`. */
export function formatType(value: Pick<Value, 'shape' | 'dtype'>): string {
  return `${value.dtype.replace(/^torch\./, '')} ${formatShape(value.shape)}`;
}

export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : `[${shape.join(', ')}]`;
}

/** One number, as PyTorch would print a tensor that holds only it. */
export function formatNumber(value: number): string {
  return formatElement(value, 'float32');
}

function summary(value: Value): string {
  const { norm, nans, infs } = value.stats;
  const parts = [formatShape(value.shape)];
  if (norm !== null) parts.push(`norm ${formatNumber(norm)}`);
  if (nans > 0) parts.push(`${nans} nan`);
  if (infs > 0) parts.push(`${infs} inf`);
  return parts.join(' · ');
}

function formatNested(data: Nested, dtype: string): string[] {
  const texts = formatElements(flatten(data), dtype);
  const width = Math.max(0, ...texts.map((text) => text.length));
  let next = 0;
  const print = (): string => (texts[next++] ?? '').padStart(width);
  return nestedLines(data, print);
}

/** The rows of the innermost lists are lines; a line that is too long breaks between elements. */
function nestedLines(data: Nested, print: () => string): string[] {
  if (!isList(data)) return [print()];
  if (data.every((item) => !isList(item))) return wrapRow(data.map(print));
  const rows = data.map((item) => nestedLines(item, print));
  const oneLine = `[${rows.map((row) => row.join(' ')).join(', ')}]`;
  if (oneLine.length <= MATRIX_LIMIT) return [oneLine];
  return rows.flatMap((row, at) => bracketRow(row, at === 0, at === rows.length - 1));
}

function bracketRow(row: readonly string[], first: boolean, last: boolean): string[] {
  return row.map((line, at) => {
    const open = first && at === 0 ? '[' : ' ';
    const close = at < row.length - 1 ? '' : last ? ']' : ',';
    return `${open}${line}${close}`;
  });
}

function wrapRow(texts: readonly string[]): string[] {
  const perLine = Math.max(1, Math.floor((LINE_LIMIT - 2) / ((texts[0]?.length ?? 0) + 2)));
  const lineCount = Math.ceil(texts.length / perLine);
  const even = Math.ceil(texts.length / Math.max(1, lineCount));
  const lines: string[] = [];
  for (let at = 0; at < texts.length; at += even) lines.push(texts.slice(at, at + even).join(', '));
  return bracketLines(lines.length === 0 ? [''] : lines);
}

function bracketLines(lines: readonly string[]): string[] {
  return lines.map((line, at) => `${at === 0 ? '[' : ' '}${line}${at === lines.length - 1 ? ']' : ','}`);
}

function flatten(data: Nested): Element[] {
  return isList(data) ? data.flatMap(flatten) : [data];
}

function isList(data: Nested): data is readonly Nested[] {
  return Array.isArray(data);
}
