/**
 * Runs programs: the one door of this room for the extension and the command line. Each run has a fresh interpreter of its own, and
 * one more is kept warm, so that a run starts in milliseconds and nothing of a program outlives it.
 */
import { type Run, type RunEnd, type RunListener, startRun } from './host-run.ts';
import { type Interpreter, type PythonFiles, type Ready, readPython, spawnInterpreter } from './host-worker.ts';
import { LIMITS } from './limits.ts';
import { PROTOCOL_VERSION, type RunRequest } from './protocol.ts';

export type { Run, RunEnd, RunListener };

export interface HostOptions {
  /** The folder with `worker.js`, `guest.js` and the Python files: `out`. */
  distDir: string;
  /** Receives what the interpreter has to say about itself; never the program's output. */
  log?(text: string): void;
  /** Whether another interpreter is warmed up while one runs (default). The command line, which runs once, says false. */
  spare?: boolean;
}

export interface ProgramRequest {
  /** An absolute path, or the name of an untitled document. */
  file: string;
  source: string;
  /** `sys.argv`, program name first. */
  argv: string[];
  /** The folder whose files can be imported and read. */
  root: string | null;
  /** Unsaved texts by absolute path. */
  overlays?: Record<string, string>;
  /** Whether the backward pass is recorded (default), or only output and error. */
  record?: boolean;
  outputLimit?: number;
  tensorLimit?: number;
  /** Passes after which the program is left. Without it: never. */
  passLimit?: number | null;
  /** Passes of a long run that are kept whole wherever they are: from one to another, from 1. */
  keep?: readonly (readonly [number, number])[];
  /** Counted from the program's first line. Without it a program may run forever. */
  timeoutMs?: number;
}

export interface Host {
  /** Starts an interpreter ahead of the first run. Resolves when it is ready, with how long that took. */
  warm(): Promise<Ready>;
  run(request: ProgramRequest, on: RunListener): Run;
  /** Ends every interpreter; runs that are under way end as cancelled. */
  dispose(): Promise<void>;
}

export function createHost(options: HostOptions): Host {
  const log = options.log ?? (() => {});
  const alive = new Set<Interpreter>();
  const runs = new Set<Run>();
  let python: PythonFiles | null = null;
  let spare: Interpreter | null = null;
  let disposed = false;

  /** `rehearse`: nobody waits for it yet. */
  function ensureSpare(rehearse: boolean): Interpreter {
    if (!spare?.alive()) {
      python ??= readPython(options.distDir);
      spare = spawnInterpreter(python, log, rehearse);
      alive.add(spare);
    }
    return spare;
  }

  function take(): Interpreter {
    const interpreter = ensureSpare(false);
    spare = null;
    return interpreter;
  }

  /** When the run has ended, or is a long one: a start beside it makes both late. */
  function refillAfter({ done }: Run, { ready }: Interpreter): void {
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const refill = () => {
      if (!disposed) ensureSpare(true);
    };
    void done.then(() => {
      over = true;
      clearTimeout(timer);
      refill();
    });
    ready.then(
      () => {
        if (!over) timer = setTimeout(refill, LIMITS.spareMs).unref();
      },
      () => {},
    );
  }

  function putBack(interpreter: Interpreter, state: 'unused' | 'spent'): void {
    if (state === 'unused' && !spare?.alive() && !disposed) spare = interpreter;
    else {
      alive.delete(interpreter);
      void interpreter.terminate();
    }
  }

  return {
    async warm() {
      return ensureSpare(true).ready;
    },
    run(request, on) {
      if (disposed) return ended({ kind: 'cancelled' });
      const interpreter = take();
      const run = startRun(interpreter, complete(request), request.timeoutMs ?? null, on, (state) =>
        putBack(interpreter, state),
      );
      runs.add(run);
      if (options.spare !== false) refillAfter(run, interpreter);
      void run.done.then(() => runs.delete(run));
      return run;
    },
    async dispose() {
      disposed = true;
      for (const run of runs) run.cancel();
      await Promise.all([...alive].map((interpreter) => interpreter.terminate()));
    },
  };
}

function complete(request: ProgramRequest): RunRequest {
  const { source, argv, root } = request;
  return {
    kind: 'run',
    version: PROTOCOL_VERSION,
    file: pythonPath(request.file),
    source: source.startsWith('\ufeff') ? source.slice(1) : source,
    argv,
    root: root === null ? null : pythonPath(root),
    overlays: Object.fromEntries(
      Object.entries(request.overlays ?? {}).map(([path, text]) => [pythonPath(path), text]),
    ),
    outputLimit: request.outputLimit ?? LIMITS.output,
    tensorLimit: request.tensorLimit ?? LIMITS.tensor,
    passLimit: request.passLimit ?? null,
    keep: (request.keep ?? []).map(([from, to]) => [from, to]),
    record: request.record ?? true,
  };
}

/** The Python in here is a POSIX one: it splits paths at `/` only, which Windows accepts too. */
function pythonPath(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}

function ended(end: RunEnd): Run {
  return { done: Promise.resolve(end), cancel: () => {} };
}
