/** Tensor values in the words of a hover: few numbers in full, many as their ends and statistics. */

import { formatElement, formatValue } from '../trace/format.ts';
import type { Value } from '../trace/model.ts';

/** As PyTorch prints the numbers; for more than the trace holds, the ends and what sums them up. */
export function valueText(value: Value): string {
  const { min, max, mean, nans, infs } = value.stats;
  const parts = [formatValue(value)];
  if (value.data === undefined && min !== null && max !== null && mean !== null) {
    const [low, high, middle] = [min, max, mean].map((number) => formatElement(number, 'float32'));
    parts.push(`min ${low}, max ${high}, mean ${middle}`);
  }
  if (nans > 0) parts.push(`${nans} nan`);
  if (infs > 0) parts.push(`${infs} inf`);
  return parts.join(' · ');
}
