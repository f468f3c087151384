import { closeSync, openSync, writeFileSync } from 'node:fs';
import { encodeTrace } from '../trace/codec.ts';
import type { TraceEvent } from '../trace/events.ts';
import { createFold } from '../trace/fold.ts';
import type { Trace } from '../trace/model.ts';
import { reason } from './program.ts';

/** Keeps the trace of a run, and writes it at the end where a path is given. */
export interface Keeper {
  push(event: TraceEvent): void;
  trace(): Trace;
  /** Null, or why there is no trace, or only a part of one. */
  save(): string | null;
}

export function createKeeper(path: string | null, file: string, argv: readonly string[]): Keeper {
  const fold = createFold(file, argv);
  let fault: string | null = null;
  return {
    push(event) {
      if (fault !== null) return;
      try {
        fold.push(event);
      } catch (error) {
        fault = `the trace ends early: ${reason(error)}`;
      }
    },
    trace: fold.trace,
    save() {
      try {
        if (path !== null) writeFileSync(path, encodeTrace(fold.trace()));
        return fault;
      } catch (error) {
        return `${path}: ${reason(error)}`;
      }
    },
  };
}

/** Null, or why not. Asked before the program runs: a trace that cannot be written should not cost a run. */
export function whyNotWritable(path: string): string | null {
  try {
    closeSync(openSync(path, 'a'));
    return null;
  } catch (error) {
    return `${path}: ${reason(error)}`;
  }
}
