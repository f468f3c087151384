/** Runs a program through the real runtime and picks out what the tests of the Python side ask about. */
import { join } from 'node:path';
import { createHost, type Host, type ProgramRequest } from '../../src/runtime/host.ts';
import type { TraceEvent } from '../../src/trace/events.ts';
import type { Source } from '../../src/trace/model.ts';

export const FILE = '/project/main.py';

export interface Outcome {
  events: TraceEvent[];
  stdout: string;
  stderr: string;
  error: (TraceEvent & { kind: 'error' }) | null;
  sites: Map<number, Source>;
}

export function startHost(): Host {
  return createHost({ distDir: join(process.cwd(), 'out') });
}

export async function run(host: Host, source: string, options: Partial<ProgramRequest> = {}): Promise<Outcome> {
  const events: TraceEvent[] = [];
  const request = { file: FILE, source, argv: [FILE], root: null, ...options };
  await host.run(request, { events: (batch) => events.push(...batch) }).done;
  const text = (stream: string) =>
    events.map((event) => (event.kind === 'output' && event.stream === stream ? event.text : '')).join('');
  const sites = new Map(events.flatMap((event) => (event.kind === 'site' ? [[event.id, event.source] as const] : [])));
  const error = events.find((event) => event.kind === 'error') ?? null;
  return { events, stdout: text('stdout'), stderr: text('stderr'), error, sites };
}

/** The text that a range covers, its lines joined by a bar. */
export function textOf(source: string, range: Source): string {
  const lines = source.split(/\r\n|\r|\n/).slice(range.line - 1, range.endLine);
  lines.push(lines.pop()!.slice(0, range.endColumn));
  lines.unshift(lines.shift()!.slice(range.column));
  return lines.join('|');
}

/** `name@scope` of each binding, in order; `name` alone at module level. */
export const bindings = ({ events }: Outcome): string[] =>
  events.flatMap((event) =>
    event.kind === 'bind' ? [event.scope === '' ? event.name : `${event.name}@${event.scope}`] : [],
  );

/** The text of the call that made each node of this name, and of its callers. */
export function nodeTexts(source: string, outcome: Outcome, name: string): string[][] {
  return outcome.events.flatMap((event) =>
    event.kind === 'node' && event.name === name
      ? [event.stack.map((site) => textOf(source, outcome.sites.get(site)!))]
      : [],
  );
}
