/** What a value holds, in words. */
import type { Value } from '../../trace/model.ts';
import { numelOf } from '../../trace/value.ts';
import { type Message, t } from '../finding.ts';

export const isBad = (value: Value | null | undefined): boolean =>
  value != null && (value.stats.nans > 0 || value.stats.infs > 0);

/** Three digits: `0.00123`, `88.7`, `3.4e+38`. */
export function short(x: number): string {
  const rounded = Number(x.toPrecision(3));
  return Math.abs(rounded) >= 1e6 ? rounded.toExponential() : String(rounded);
}

/** `nan`, or the infinities. A nan says that a sum of them is lost as well. */
export const badWord = ({ stats }: Value): string => (stats.nans > 0 ? 'nan' : 'inf');

/** `nan`, `2 of 8 numbers are inf`, as the end of a sentence about one tensor. */
export function badShare(value: Value): Message {
  const { stats, shape } = value;
  const [count, n] = [stats.nans > 0 ? stats.nans : stats.infs, numelOf(shape)];
  if (n === 1) return t('it is {0}', badWord(value));
  return t('it is {2} at {0} of its {1} places', count, n, badWord(value));
}

/** The largest size of a finite element. */
export const largest = ({ stats }: Value): number => Math.max(Math.abs(stats.min ?? 0), Math.abs(stats.max ?? 0));
