import type { TraceEvent } from '../../trace/events.ts';
import type { RunRequest } from '../protocol.ts';
import { createEventBatch } from './events.ts';
import { files } from './files.ts';
import type { Interrupt } from './interrupt.ts';
import { createOutput, type Output, type StreamName } from './output.ts';
import type { Python } from './pyodide.ts';
import { host, timers } from './shims.ts';

/** After the output limit a program has this long to end by the KeyboardInterrupt; then it is reported as it stands. */
const GRACE_MS = 300;

export interface Stage {
  python: Python;
  interrupt: Interrupt;
  onPoll(tick: () => void): void;
}

/** Runs one program to its end and reports `done`. Throws only when the interpreter itself is gone. */
export function runProgram(request: RunRequest, stage: Stage): void {
  const { python, interrupt } = stage;
  const { pyodide } = python;
  const batch = createEventBatch(
    (json) => host.emit(json),
    () => host.now(),
  );
  const end = createEnd(() => {
    output.end();
    batch.flush();
  });
  const output: Output = createOutput({
    emit: batch.add,
    site: () => null,
    limit: request.outputLimit,
    overflow: () => end.overflow(interrupt),
    now: () => host.now(),
  });
  const emit = (event: TraceEvent) => {
    output.release();
    batch.add(event);
  };
  connectStreams(pyodide, output);
  stage.onPoll(() => {
    output.tick();
    batch.tick();
  });
  pyodide.setInterruptBuffer(interrupt.polled);
  const boot = pyodide.pyimport('_backpass_boot');
  let exitCode: number;
  try {
    exitCode = Number(boot.run(JSON.stringify(request), bridge(emit, request), hostForPython(stage, output)));
  } catch (error) {
    end.report(1);
    throw error;
  }
  end.report(exitCode);
}

/** Placeholder until the engine's bridge stands. */
function bridge(_emit: (event: TraceEvent) => void, _request: RunRequest): object {
  return {};
}

/** `done` is said once: at the program's end, or when it goes on in spite of the output limit. */
function createEnd(flush: () => void) {
  let overflowAt = -1;
  let said = false;

  function report(exitCode: number): void {
    if (said) return;
    said = true;
    flush();
    host.done(exitCode, overflowAt >= 0 ? 'output' : '');
  }

  function overflow(interrupt: Interrupt): void {
    interrupt.raise();
    if (overflowAt < 0) overflowAt = host.now();
    else if (host.now() - overflowAt > GRACE_MS) report(130);
  }

  return { report, overflow };
}

function connectStreams(pyodide: Python['pyodide'], output: Output): void {
  const writer = (stream: StreamName) => ({
    write(bytes: Uint8Array) {
      output.write(stream, bytes);
      return bytes.length;
    },
    isatty: false,
  });
  pyodide.setStdout(writer('stdout'));
  pyodide.setStderr(writer('stderr'));
  pyodide.setStdin({ stdin: () => null, isatty: false });
}

/** What Python imports as `_backpass_host`. */
function hostForPython({ python, interrupt }: Stage, output: Output): object {
  return {
    read: files.read,
    kind: files.kind,
    list: files.list,
    emit_output(stream: StreamName, bytes: { toJs?(): Uint8Array }) {
      const array = bytes instanceof Uint8Array ? bytes : bytes.toJs?.();
      if (array) output.write(stream === 'stderr' ? 'stderr' : 'stdout', array);
    },
    /** Sleeps, and raises KeyboardInterrupt as soon as one comes. */
    sleep(seconds: number) {
      output.release();
      interrupt.wait(Number(seconds) * 1000);
      python.pyodide.checkInterrupt();
    },
    /** Runs the callbacks that are due; answers the seconds until the next, or -1. */
    pump() {
      const ms = timers.pump();
      return ms < 0 ? -1 : ms / 1000;
    },
  };
}
