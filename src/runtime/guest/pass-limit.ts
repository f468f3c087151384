import { Enough } from './bridge-failure.ts';

/** Counts the passes of a program that are in no other, and ends it after so many. */
export interface PassLimit {
  /** Null: as many as it likes. */
  begin(limit: number | null): void;
  /** Runs a pass. Throws `Enough` after the last. */
  run<T>(pass: () => T): T;
  readonly reached: boolean;
}

export function createPassLimit(): PassLimit {
  let limit: number | null = null;
  let [count, depth] = [0, 0];
  return {
    begin(passes) {
      limit = passes;
      [count, depth] = [0, 0];
    },
    run<T>(pass: () => T): T {
      depth++;
      let result: T;
      try {
        result = pass();
      } finally {
        depth--;
      }
      if (depth === 0 && limit !== null && ++count >= limit) throw new Enough();
      return result;
    },
    get reached() {
      return limit !== null && count >= limit;
    },
  };
}
