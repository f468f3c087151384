import type { TraceEvent } from '../../trace/events.ts';
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
}

/**
 * Seals Python ahead of its program. What it answers runs one program to its end and reports `done`; it throws only when the interpreter
 * itself is gone.
 */
export function prepareProgram({ python, interrupt, onPoll }: Stage): (request: RunRequest) => void {
  const { pyodide } = python;
  let pause = () => {};
  /** Raises KeyboardInterrupt as soon as one comes. */
  const sleep = (seconds: number) => {
    pause();
    interrupt.wait(Number(seconds) * 1000);
    pyodide.checkInterrupt();
  };
  pyodide.setInterruptBuffer(interrupt.polled);
  const run = pyodide.pyimport('_backpass_boot').prepare(sleep) as Runner;
  return (request) => {
    const reporter = createReporter(request, interrupt);
    const bridge = createBridge(reporter.emit, { ...request, bufferBytes: (collect) => host.bufferBytes(collect) });
    pause = reporter.pause;
    reporter.output.site(() => bridge.currentSite());
    connectStreams(pyodide, reporter.output);
    onPoll(reporter.tick);
    try {
      reporter.done(Number(run(JSON.stringify(request), bridge, hostForPython(sleep, reporter.output))));
    } finally {
      reporter.flush();
    }
  };
}

/** `_backpass.run`: answers the exit code. */
type Runner = (request: string, bridge: object, host: object) => number;

/** All that leaves the realm while a program runs, in the program's order. */
function createReporter(request: RunRequest, interrupt: Interrupt) {
  const now = () => host.now();
  const batch = createEventBatch((json) => host.emit(json), now);
  const output = createOutput({ emit: batch.add, limit: request.outputLimit, overflow, hurry, now });
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
  function done(exitCode: number): void {
    if (said) return;
    said = true;
    flush();
    host.done(exitCode, overflowAt >= 0 ? 'output' : '');
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

function connectStreams(pyodide: Python['pyodide'], output: Output): void {
  const writer = (stream: StreamName) => ({
    write(bytes: Uint8Array) {
      if (lastWords.dying) lastWords.bytes.push(...bytes);
      else output.write(stream, bytes);
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
