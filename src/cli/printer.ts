import type { RunEnd } from '../runtime/host.ts';
import type { TraceEvent } from '../trace/events.ts';
import type { Sink } from './streams.ts';

/** How much of stderr is remembered, to tell whether a traceback stands there already. */
const REMEMBERED = 1 << 20;

export interface Printer {
  print(event: TraceEvent): void;
  /** Says what the program could not, and resolves when all is written. */
  end(how: RunEnd): Promise<void>;
}

/** Writes what the program wrote; a runtime may leave the last traceback to us. */
export function createPrinter(stdout: Sink, stderr: Sink): Printer {
  let recent = '';
  let traceback = '';
  return {
    print(event) {
      if (event.kind === 'error') traceback = event.traceback;
      if (event.kind !== 'output') return;
      (event.stream === 'stdout' ? stdout : stderr).write(event.text);
      if (event.stream === 'stderr') recent = (recent + event.text).slice(-REMEMBERED);
    },
    async end(how) {
      if (traceback !== '' && !recent.includes(traceback.trimEnd())) stderr.write(traceback);
      if (how.kind === 'crashed') stderr.write(`backpass: ${how.message}\n`);
      if (how.kind === 'exit' && how.limit === 'output')
        stderr.write('backpass: the program was stopped: it printed more than a gibibyte\n');
      if (how.kind === 'exit' && how.limit === 'passes')
        stderr.write('backpass: the program was stopped: it has run as many passes as it was to\n');
      if (how.kind === 'timeout') stderr.write('backpass: the program was stopped: its time was up\n');
      await Promise.all([stdout.flush(), stderr.flush()]);
    },
  };
}
