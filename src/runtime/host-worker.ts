import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { LIMITS, WORKER_LIMITS } from './limits.ts';
import { type HostMessage, type RunRequest, WorkerMessage } from './protocol.ts';

export type Ready = Extract<WorkerMessage, { kind: 'ready' }>;

export interface Listener {
  message(message: WorkerMessage): void;
  /** The worker ended, or said something that is not in the protocol. Called at most once, and last. */
  gone(reason: string, ours: boolean): void;
}

/** One worker thread: warms up, runs one program, and is then spent. */
export interface Interpreter {
  readonly ready: Promise<Ready>;
  alive(): boolean;
  /** To be called once, after `ready`. */
  start(request: RunRequest, listener: Listener): void;
  /** Asks Python for a KeyboardInterrupt. */
  interrupt(): void;
  /** Ends the thread, whatever it does. */
  terminate(): Promise<void>;
}

export interface PythonFiles {
  readonly distDir: string;
  /** CPython, compiled. */
  readonly code: Promise<WebAssembly.Module>;
}

/** Beside the worker's own start, which has enough to compile. */
export function readPython(distDir: string): PythonFiles {
  const code = readFile(join(distDir, 'pyodide.asm.wasm')).then((bytes) => WebAssembly.compile(bytes));
  code.catch(() => {}); // Each worker that waits for it says so.
  return { distDir, code };
}

/** `rehearse`: nobody waits for it yet, so it may warm up thoroughly. */
export function spawnInterpreter(
  { distDir, code }: PythonFiles,
  log: (text: string) => void,
  rehearse: boolean,
): Interpreter {
  const worker = new Worker(join(distDir, 'worker.js'), {
    workerData: { distDir, rehearse },
    env: {},
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { ...WORKER_LIMITS },
  });
  let listener: Listener | null = null;
  let memory: SharedArrayBuffer | null = null;
  let over = false;
  let resolveReady: (ready: Ready) => void;
  let rejectReady: (error: Error) => void;
  const ready = new Promise<Ready>((resolve, reject) => {
    resolveReady = resolve;
    rejectReady = reject;
  });
  ready.catch(() => {}); // A spare that nobody waits for may fail in silence: the next run starts another.

  const tell = (message: HostMessage) => worker.postMessage(message);

  function gone(reason: string, ours: boolean): void {
    if (over) return;
    over = true;
    clearTimeout(slow);
    rejectReady(new Error(reason));
    listener?.gone(reason, ours);
    void worker.terminate();
  }

  function receive(raw: unknown): void {
    if (over) return;
    const parsed = v.safeParse(WorkerMessage, raw);
    if (parsed.success) accept(parsed.output);
    else gone('The worker said something that is not in the protocol.', true);
  }

  function accept(message: WorkerMessage): void {
    if (message.kind === 'ready') {
      clearTimeout(slow);
      memory = message.interrupt;
      resolveReady(message);
    } else if (listener) listener.message(message);
    else if (message.kind === 'fatal') gone(message.message, message.ours);
  }

  const slow = setTimeout(() => gone('Python did not start in time.', true), LIMITS.startMs);
  slow.unref();
  code.then(
    (module) => tell({ kind: 'python', module }),
    (error: unknown) => gone(describe(error), true),
  );
  worker.on('message', receive);
  worker.on('messageerror', () => gone('A message of the worker could not be read.', true));
  worker.on('error', (error) => gone(describe(error), !isOutOfMemory(error)));
  worker.on('exit', (code) => gone(`The worker ended (exit code ${code}).`, true));
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (chunk) => log(String(chunk).trimEnd()));

  return {
    ready,
    alive: () => !over,
    start(request, to) {
      listener = to;
      if (over) to.gone('The worker had ended.', true);
      else tell(request);
    },
    interrupt() {
      if (!memory) return;
      new Uint8Array(memory)[0] = 2;
      Atomics.notify(new Int32Array(memory), 0);
    },
    async terminate() {
      over = true;
      clearTimeout(slow);
      rejectReady(new Error('The worker was ended.'));
      await worker.terminate();
    },
  };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** Never the stack: it can hold Pyodide's whole source on one line. */
function describe(error: unknown): string {
  if (isOutOfMemory(error)) return 'The program used more memory than Backpass allows.';
  return `The worker failed: ${String(error instanceof Error ? error.message : error).slice(0, 400)}`;
}
