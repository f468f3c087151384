import { anomalyReport, EngineError, isAnomalyEnabled } from '../../engine/index.ts';

/** What every entry answers with instead of throwing. Python then asks for `failure()` and raises. */
export const FAILED = -1;

/** A Python callback (a hook) raised: Python holds the exception itself and raises it again. */
export class CallbackFailed extends EngineError {
  constructor(message: string) {
    super('RuntimeError', message);
  }
}

/** The program has run as many passes as it may: Python leaves it as `sys.exit()` does. */
export class Enough extends Error {}

/** Keeps the last failure until Python has fetched it. */
export interface Failures {
  /** Runs an entry; a failure becomes `FAILED`. */
  guard<A extends unknown[], R>(entry: (...args: A) => R): (...args: A) => R | typeof FAILED;
  readonly type: string;
  readonly message: string;
  /** What anomaly mode has to say of it. */
  readonly report: readonly string[];
}

function typeOf(error: unknown): string {
  if (error instanceof CallbackFailed) return 'Callback';
  if (error instanceof Enough) return 'Enough';
  return error instanceof EngineError ? error.type : 'Internal';
}

export function createFailures(): Failures {
  let type = '';
  let message = '';
  let report: readonly string[] = [];
  const keep = (error: unknown): typeof FAILED => {
    type = typeOf(error);
    report = error instanceof EngineError && error.node !== null && isAnomalyEnabled() ? anomalyReport(error.node) : [];
    message = error instanceof Error ? error.message : String(error);
    return FAILED;
  };
  return {
    guard:
      (entry) =>
      (...args) => {
        try {
          return entry(...args);
        } catch (error) {
          return keep(error);
        }
      },
    get type() {
      return type;
    },
    get message() {
      return message;
    },
    get report() {
      return report;
    },
  };
}
