/** A number per pass: the loss that it started from, and the norm of all gradients after it. */
import type { Pass, Trace } from '../../trace/model.ts';
import { toNumber } from '../../trace/stats.ts';

export interface Series {
  /** Null where a pass has no such number. */
  readonly loss: readonly (number | null)[];
  readonly norm: readonly (number | null)[];
}

const known = new WeakMap<Trace, Series>();

export function seriesOf(trace: Trace): Series {
  const made = known.get(trace) ?? { loss: trace.passes.map(lossOf), norm: trace.passes.map(normOf) };
  known.set(trace, made);
  return made;
}

function lossOf({ summary }: Pass): number | null {
  const [root, ...others] = summary?.roots ?? [];
  return root == null || others.length > 0 ? null : toNumber(root);
}

function normOf({ summary, accumulations }: Pass): number | null {
  const leaves = summary?.leaves ?? accumulations.map(({ tensor, after }) => ({ tensor, norm: after.stats.norm }));
  if (leaves.length === 0) return null;
  let squares = 0;
  for (const { norm } of leaves) squares += (norm ?? Number.POSITIVE_INFINITY) ** 2;
  return Math.sqrt(squares);
}

/** A line through `width` columns: of thousands of passes each column draws its least and its greatest. */
export function linePath(values: readonly (number | null)[], width: number, height: number): string {
  const finite = values.filter((x): x is number => x !== null && Number.isFinite(x));
  const [low, high] = [least(finite), -least(finite.map((x) => -x))];
  const y = (x: number): string => (height - 2 - ((x - low) / (high - low || 1)) * (height - 4)).toFixed(1);
  const parts: string[] = [];
  let open = false;
  for (const [x, [first, last]] of columns(values, width)) {
    if (first === null || last === null) open = false;
    else {
      parts.push(
        `${open ? 'L' : 'M'}${x.toFixed(1)} ${y(first)}${first === last ? '' : `L${x.toFixed(1)} ${y(last)}`}`,
      );
      open = true;
    }
  }
  return parts.join('');
}

const least = (numbers: readonly number[]): number =>
  numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

type Ends = readonly [number | null, number | null];

function columns(values: readonly (number | null)[], width: number): [number, Ends][] {
  const count = Math.min(values.length, Math.max(1, Math.floor(width)));
  return Array.from({ length: count }, (_, column): [number, Ends] => {
    const from = Math.floor((column * values.length) / count);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / count));
    const own = values.slice(from, to).filter((x): x is number => x !== null && Number.isFinite(x));
    const x = xOf((from + to - 1) / 2, values.length, width);
    return [x, own.length === 0 ? [null, null] : [least(own), -least(own.map((value) => -value))]];
  });
}

/** Where a pass stands in a strip. */
export function xOf(pass: number, count: number, width: number): number {
  return count <= 1 ? width / 2 : 6 + (pass * (width - 12)) / (count - 1);
}

export function passAt(x: number, count: number, width: number): number {
  return count <= 1
    ? 0
    : Math.min(count - 1, Math.max(0, Math.round(((x - 6) * (count - 1)) / Math.max(1, width - 12))));
}
