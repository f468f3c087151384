/** Values in lines, as wide as a box can take: numbers as PyTorch prints them, or what sums them up. */
import { bracketed, formatElement, formatElements, formatShape } from '../trace/format.ts';
import type { Value } from '../trace/model.ts';
import { flatData, numelOf } from '../trace/value.ts';

/** Up to this many elements a picture shows numbers; above, shape and norm. */
export const NUMBERS_LIMIT = 8;
/** A small matrix stands on one line. */
const WIDTHS = { nested: 44, row: 58 };

/** A value in lines: its numbers where they are few (or `limit` allows them), else what sums it up. */
export function formatLines(value: Value, limit = NUMBERS_LIMIT): string[] {
  const elements = numelOf(value.shape) <= limit ? flatData(value) : null;
  if (elements === null) return [summary(value)];
  return bracketed(aligned(formatElements(elements, value.dtype)), value.shape, WIDTHS);
}

/** Columns of one width, as PyTorch prints them. */
function aligned(texts: readonly string[]): string[] {
  const width = Math.max(0, ...texts.map((text) => text.length));
  return texts.map((text) => text.padStart(width));
}

function summary({ shape, stats: { norm, nans, infs } }: Value): string {
  const parts = [formatShape(shape)];
  if (norm !== null) parts.push(`norm ${formatElement(norm, 'float32')}`);
  if (nans > 0) parts.push(`${nans} nan`);
  if (infs > 0) parts.push(`${infs} inf`);
  return parts.join(' · ');
}
