/** What every test of the runtime needs: a host over the real build, and a run gathered into one record. */
import { join } from 'node:path';
import { createHost, type Host, type ProgramRequest, type Run, type RunEnd } from '../../src/runtime/host.ts';
import type { TraceEvent } from '../../src/trace/events.ts';

export const distDir = join(process.cwd(), 'out');

export interface Outcome {
  end: RunEnd;
  stdout: string;
  stderr: string;
  /** Both streams in the order of writing, as `out:` and `err:` pieces. */
  order: string[];
  events: TraceEvent[];
  ms: number;
}

export function makeHost(): Host {
  return createHost({ distDir });
}

/** Runs `source` to its end; `during` is given the run once its program has begun, and each batch of events. */
export async function runProgram(
  host: Host,
  source: string,
  options: Partial<ProgramRequest> = {},
  during: { started?(run: Run): void; output?(text: string, run: Run): void } = {},
): Promise<Outcome> {
  const events: TraceEvent[] = [];
  const started = performance.now();
  const request = { file: '/project/main.py', source, argv: ['main.py'], root: null, ...options };
  const run: Run = host.run(request, {
    started: () => queueMicrotask(() => during.started?.(run)),
    events(batch) {
      events.push(...batch);
      for (const event of batch) if (event.kind === 'output') during.output?.(event.text, run);
    },
  });
  const end = await run.done;
  const output = events.filter((event) => event.kind === 'output');
  const text = (stream: string) => output.map((event) => (event.stream === stream ? event.text : '')).join('');
  const order = output.map((event) => `${event.stream.slice(3)}:${event.text}`);
  return { end, stdout: text('stdout'), stderr: text('stderr'), order, events, ms: performance.now() - started };
}
