/** Which passes of a long run are kept whole. Passes count from 1, as tables show them; stretches (register.ts) from 0. */

/** From one pass to another, both included. */
export type PassRange = readonly [from: number, to: number];

export interface Whole {
  readonly first: number;
  readonly last: number;
  /** What the user wants to see, wherever it is. */
  readonly pins?: readonly PassRange[];
}

/** What a person steps through; of the others the summary is enough. */
export const WHOLE: Whole = { first: 10, last: 90 };

/** The pass in which a value is no longer finite is kept, and so many before it: they show where that came from. */
const BEFORE = 2;

export interface Retention {
  /**
   * A stretch has ended: so many passes have run by now, and in it, for the first time or not, a loss or a gradient was not finite. Answers with a
   * stretch that is no longer needed, or null.
   */
  end(passes: number, strange: boolean): number | null;
}

export function createRetention({ first, last, pins = [] }: Whole): Retention {
  const kept = new Set<number>();
  let [now, before, strangeBefore] = [0, 0, false];
  return {
    end(passes, strange) {
      if (pins.some(([from, to]) => from <= passes && to > before)) kept.add(now);
      before = passes;
      if (strange && !strangeBefore) for (let back = 0; back <= BEFORE; back++) kept.add(now - back);
      strangeBefore ||= strange;
      const old = now++ - last;
      return old < first || kept.delete(old) ? null : old;
    },
  };
}

/** `5,17,100-110`; null where it is not that. */
export function parsePassRanges(text: string): PassRange[] | null {
  const ranges: PassRange[] = [];
  for (const part of text.split(',')) {
    const found = /^\s*([1-9]\d{0,8})\s*(?:-\s*([1-9]\d{0,8})\s*)?$/.exec(part);
    if (found === null) return null;
    const from = Number(found[1]);
    const to = Number(found[2] ?? from);
    if (to < from) return null;
    ranges.push([from, to]);
  }
  return ranges;
}
