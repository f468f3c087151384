/** A program on the embedded engine, and what the doctor says of it. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import type { Host, RunEnd } from '../../src/runtime/host.ts';
import { createFold } from '../../src/trace/fold.ts';
import type { Trace } from '../../src/trace/model.ts';

export interface Examined {
  readonly trace: Trace;
  readonly end: RunEnd;
  readonly findings: readonly Finding[];
}

export async function examine(host: Host, file: string, source = readFileSync(file, 'utf8')): Promise<Examined> {
  const fold = createFold(file, [file]);
  const run = host.run(
    { file, source, argv: [file], root: dirname(file) },
    {
      events(batch) {
        for (const event of batch) fold.push(event);
      },
    },
  );
  const end = await run.done;
  const trace = fold.trace();
  const read = (path: string) => (path === file ? source : readFileSync(path, 'utf8'));
  return { trace, end, findings: diagnose(trace, read) };
}

/** `BP006 at 7`: where a finding is. */
export const placed = ({ code, range }: Finding): string => `${code} at ${range.line}`;

/** The lines that a program marks with `# <- BP006`. */
export function marked(source: string): string[] {
  return source
    .split('\n')
    .flatMap((text, i) => [...text.matchAll(/# <- (BP\d{3})/g)].map(([, code]) => `${code} at ${i + 1}`));
}
