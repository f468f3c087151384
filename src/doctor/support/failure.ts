import type { Pass, RunError, Source, Trace } from '../../trace/model.ts';

/** An exception that ended the program. */
export interface Failure {
  readonly error: RunError;
  /** The pass that raised it; null where something else did. */
  readonly pass: Pass | null;
  /** The innermost place of the user's; null where there is none. */
  readonly source: Source | null;
}

export function failureOf(trace: Trace): Failure | null {
  const { error } = trace;
  if (error === null) return null;
  const pass = trace.passes.findLast((candidate) => candidate.error !== null && candidate.error === error.message);
  const source = error.frames.at(-1)?.source ?? null;
  return { error, pass: pass ?? null, source };
}

/** The failure of a pass whose message matches. What a program catches itself is no finding: it was meant to fail. */
export function failedPass(failure: Failure | null, message: RegExp): { pass: Pass; source: Source } | null {
  if (failure === null || failure.pass === null || !message.test(failure.error.message)) return null;
  const source = failure.pass.source ?? failure.source;
  return source === null ? null : { pass: failure.pass, source };
}
