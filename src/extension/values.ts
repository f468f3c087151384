/** Tensor values in the words of a hover: few numbers in full, many as their ends and statistics. */
import type { Element, Nested, Value } from '../trace/model.ts';

const LIMIT = 64;

/** `[1, 25, 36]`; for more elements than fit, `[1, 25, ..., 256] mean 86.6, std 91.2`. */
export function valueText(value: Value): string {
  if (value.data !== undefined && count(value.shape) <= LIMIT) return nestedText(value.data);
  const parts = value.preview ? [previewText(value.preview)] : [];
  const { min, max, mean, nans, infs } = value.stats;
  if (min !== null && max !== null && mean !== null) {
    parts.push(`min ${numberText(min)}, max ${numberText(max)}, mean ${numberText(mean)}`);
  }
  if (nans > 0) parts.push(`${nans} nan`);
  if (infs > 0) parts.push(`${infs} inf`);
  return parts.join(' ');
}

/** `float32 [5]`; a 0-d tensor is `float32 []`, as PyTorch writes its size. */
export function typeText(value: { readonly dtype: string; readonly shape: readonly number[] }): string {
  return `${value.dtype.replace(/^torch\./, '')} [${value.shape.join(', ')}]`;
}

function nestedText(data: Nested): string {
  if (typeof data === 'object') return `[${data.map(nestedText).join(', ')}]`;
  return elementText(data);
}

function previewText({ head, tail }: { readonly head: readonly Element[]; readonly tail: readonly Element[] }): string {
  return `[${[...head.map(elementText), '...', ...tail.map(elementText)].join(', ')}]`;
}

function elementText(element: Element): string {
  if (typeof element === 'number') return numberText(element);
  if (typeof element === 'boolean') return element ? 'True' : 'False';
  return element;
}

/** Six significant digits: what a float32 holds. */
function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const text = String(Number(value.toPrecision(6)));
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
