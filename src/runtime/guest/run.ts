import type { TraceEvent } from '../../trace/events.ts';
import type { Pack } from '../../trace/packing.ts';
import type { RunRequest } from '../protocol.ts';
import { createBridge } from './bridge.ts';
import { createEventBatch } from './events.ts';
import { files } from './files.ts';
import type { Interrupt } from './interrupt.ts';
import { createOutput, type Output, type StreamName } from './output.ts';
import type { Python } from './pyodide.ts';
import { host, lastWords } from './shims.ts';

/** After the output limit a program has this long to end by the KeyboardInterrupt; then it is reported as it stands. */
const GRACE_MS = 300;

export interface Stage {
  python: Python;
  interrupt: Interrupt;
  onPoll(tick: () => void): void;
  /** Whether there is time to run a small program first, which leaves the interpreter fast and nothing else. */
  rehearse: boolean;
}

/**
 * Seals Python ahead of its program. What it answers runs one program to its end and reports `done`; it throws only when the interpreter
 * itself is gone.
 */
export function prepareProgram({ python, interrupt, onPoll, rehearse }: Stage): (request: RunRequest) => void {
  const { pyodide } = python;
  const bridge = createBridge(host, python.api);
  let reporter = createReporter(REHEARSAL, interrupt, () => {});
  /** Raises KeyboardInterrupt as soon as one comes. */
  const sleep = (seconds: number) => {
    reporter.pause();
    interrupt.wait(Number(seconds) * 1000);
    pyodide.checkInterrupt();
  };
  pyodide.setInterruptBuffer(interrupt.polled);
  connectStreams(pyodide, (stream, bytes) => reporter.output.write(stream, bytes));
  const runner = (pyodide.pyimport('_backpass_boot') as Boot).prepare(sleep, bridge.seen);

  function begin(limits: Limits, emit: (pack: Pack) => void): void {
    reporter = createReporter(limits, interrupt, emit);
    bridge.begin({ ...limits, emit: reporter.emit });
    reporter.output.site(() => bridge.seen.currentSite());
  }

  if (rehearse) {
    begin(REHEARSAL, () => {});
    runner.rehearse();
  }
  return (request) => {
    begin(request, ({ words, texts }) => host.emit(JSON.stringify(texts), words, words.length));
    onPoll(() => reporter.tick());
    try {
      const code = Number(runner.run(JSON.stringify(request), hostForPython(sleep, reporter.output)));
      bridge.end();
      reporter.done(code, bridge.passes.reached);
    } finally {
      reporter.flush();
    }
  };
}

/** What of a request matters outside Python. */
type Limits = Pick<RunRequest, 'outputLimit' | 'tensorLimit' | 'passLimit' | 'keep' | 'record'>;

const REHEARSAL: Limits = { outputLimit: 2 ** 20, tensorLimit: 2 ** 30, passLimit: null, keep: [], record: true };

interface Boot {
  prepare(sleep: (seconds: number) => void, bridge: object): Runner;
}

/** The package `_backpass`. */
interface Runner {
  rehearse(): void;
  /** Answers the exit code. */
  run(request: string, host: object): number;
}

/** All that leaves the realm while a program runs, in the program's order. */
function createReporter(limits: Limits, interrupt: Interrupt, send: (pack: Pack) => void) {
  const now = () => host.now();
  const batch = createEventBatch(send, now);
  const output = createOutput({ emit: batch.add, limit: limits.outputLimit, overflow, hurry, now });
  const allowance = createAllowance(now);
  let overflowAt = -1;
  let said = false;

  function emit(event: TraceEvent): void {
    output.release();
    batch.add(event);
  }

  function tick(): void {
    output.tick();
    batch.tick();
  }

  /** A line that is printed goes out at once: what follows may be one long call in which nothing ticks. A loop of them does not. */
  function hurry(): void {
    if (allowance()) pause();
  }

  /** Before the program stands still. */
  function pause(): void {
    output.release();
    batch.flush();
  }

  function flush(): void {
    output.end();
    batch.flush();
  }

  /** Said once: at the program's end, or when it goes on in spite of the output limit. */
  function done(exitCode: number, passesReached = false): void {
    if (said) return;
    said = true;
    flush();
    host.done(exitCode, overflowAt >= 0 ? 'output' : passesReached ? 'passes' : '');
  }

  /** Interrupts once: what the program prints on its way out overflows too, and may not be interrupted again. */
  function overflow(): void {
    if (overflowAt < 0) {
      overflowAt = now();
      interrupt.raise();
    } else if (now() - overflowAt > GRACE_MS) done(130);
  }

  return { emit, output, tick, pause, flush, done };
}

/** Says yes 32 times in a row, and once more for each frame that passes. */
function createAllowance(now: () => number): () => boolean {
  const most = 32;
  let left = most;
  let last = now();
  return () => {
    const frames = Math.floor((now() - last) / 16);
    last += frames * 16;
    left = Math.min(most, left + frames);
    left -= left > 0 ? 1 : 0;
    return left > 0;
  };
}

function connectStreams(pyodide: Python['pyodide'], write: Output['write']): void {
  const writer = (stream: StreamName) => ({
    write(bytes: Uint8Array) {
      if (lastWords.dying) lastWords.bytes.push(...bytes);
      else write(stream, bytes);
      return bytes.length;
    },
    isatty: false,
  });
  pyodide.setStdout(writer('stdout'));
  pyodide.setStderr(writer('stderr'));
  pyodide.setStdin({ stdin: () => null, isatty: false });
}

/** What the runner is given as `host`: the files beside the program, a way to print, and a sleep that can be interrupted. */
function hostForPython(sleep: (seconds: number) => void, output: Output): object {
  return {
    read: files.read,
    kind: files.kind,
    list: files.list,
    sleep,
    /** `bytes` is anything with the buffer protocol. */
    emit_output(stream: string, bytes: { toJs?(): Uint8Array }) {
      const array = bytes instanceof Uint8Array ? bytes : bytes.toJs?.();
      if (array) output.write(stream === 'stderr' ? 'stderr' : 'stdout', array);
    },
  };
}
