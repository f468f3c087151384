import { exponential, fixed } from '../common/number.ts';
import type { Element, Value } from './model.ts';
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

/** `[1., 25., 36.]`, `[[1., 2.], [3., 4.]]`; what has no data is told by its shape and its ends. */
export function formatValue(value: Value): string {
  const elements = flatData(value);
  if (elements !== null) return bracket(formatElements(elements, value.dtype), value.shape);
  const { preview } = value;
  if (preview === undefined) return `[...] of shape [${value.shape.join(', ')}]`;
  const texts = formatElements([...preview.head, ...preview.tail], value.dtype);
  const head = texts.slice(0, preview.head.length);
  return `[${[...head, '...', ...texts.slice(head.length)].join(', ')}] of shape [${value.shape.join(', ')}]`;
}

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

function bracket(texts: readonly string[], shape: readonly number[]): string {
  if (shape.length === 0) return texts[0]!;
  let level = [...texts];
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d]!;
    const groups = shape.slice(0, d).reduce((a, b) => a * b, 1);
    level = Array.from({ length: groups }, (_, i) => `[${level.slice(i * size, (i + 1) * size).join(', ')}]`);
  }
  return level[0] ?? '[]';
}
