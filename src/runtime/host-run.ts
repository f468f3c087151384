import { TraceEvent } from '../trace/events.ts';
import { createUnpacker, type Pack } from '../trace/packing.ts';
import type { Interpreter } from './host-worker.ts';
import { LIMITS } from './limits.ts';
import type { RunRequest, WorkerMessage } from './protocol.ts';

/** How a run ended. `crashed`: the interpreter is gone; `ours` when that is a fault of Backpass rather than of the program. */
export type RunEnd =
  | { kind: 'exit'; code: number; limit: 'output' | 'passes' | null; files: string[] }
  | { kind: 'cancelled' }
  | { kind: 'timeout' }
  | { kind: 'crashed'; message: string; ours: boolean };

export interface RunListener {
  /** Called for each batch, in order, while the program runs; never after `done` has settled. */
  events(batch: TraceEvent[]): void;
  /** The interpreter was ready and the program has begun. */
  started?(): void;
}

export interface Run {
  /** Settles once and never rejects. */
  readonly done: Promise<RunEnd>;
  /** Interrupts the program; one that does not listen is ended after a short grace. */
  cancel(): void;
}

/**
 * Runs one program in `interpreter`, which is spent afterwards. `release` is told once how it was left: `unused` when the run was
 * cancelled before its program began.
 */
export function startRun(
  interpreter: Interpreter,
  request: RunRequest,
  timeoutMs: number | null,
  on: RunListener,
  release: (state: 'unused' | 'spent') => void,
): Run {
  let begun = false;
  let settled = false;
  let stopping: 'cancelled' | 'timeout' | null = null;
  const unpack = createUnpacker(TraceEvent);
  const timers: NodeJS.Timeout[] = [];
  let resolveDone: (end: RunEnd) => void;
  const done = new Promise<RunEnd>((resolve) => {
    resolveDone = resolve;
  });

  function settle(end: RunEnd): void {
    if (settled) return;
    settled = true;
    for (const timer of timers) clearTimeout(timer);
    release(begun ? 'spent' : 'unused');
    resolveDone(end);
  }

  function stop(kind: 'cancelled' | 'timeout'): void {
    if (settled || stopping) return;
    stopping = kind;
    if (begun) {
      interpreter.interrupt();
      // What the program said in time may still wait to be read: a busy host's timers come first.
      timers.push(setTimeout(() => setImmediate(settle, { kind }), LIMITS.graceMs));
    } else settle({ kind });
  }

  function message(message: WorkerMessage): void {
    if (settled) return;
    if (message.kind === 'events') deliver(message);
    else if (message.kind === 'fatal') fail(message.message, message.ours);
    else if (message.kind === 'done') {
      const { exitCode: code, limit, files } = message;
      settle(stopping ? { kind: stopping } : { kind: 'exit', code, limit, files });
    }
  }

  function deliver(message: Packed): void {
    const batch = unpacked(message, unpack);
    if (batch) on.events(batch);
    else fail('The worker sent events that are not in the contract.', true);
  }

  /** A worker that dies while it is being stopped has been stopped. */
  function fail(message: string, ours: boolean): void {
    settle(stopping ? { kind: stopping } : { kind: 'crashed', message, ours });
  }

  function begin(): void {
    if (settled) return;
    begun = true;
    if (timeoutMs !== null) timers.push(setTimeout(() => stop('timeout'), timeoutMs));
    interpreter.start(request, { message, gone: fail });
    on.started?.();
  }

  interpreter.ready.then(begin, (error: Error) => {
    begun = true;
    fail(error.message, true);
  });
  return { done, cancel: () => stop('cancelled') };
}

type Packed = Extract<WorkerMessage, { kind: 'events' }>;

function unpacked({ texts, words }: Packed, unpack: (pack: Pack) => TraceEvent[]): TraceEvent[] | null {
  try {
    return unpack({ texts: JSON.parse(texts) as string[], words });
  } catch {
    return null;
  }
}
