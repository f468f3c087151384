/** Traces as the engine records them now. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Host } from '../../src/runtime/host.ts';
import { createFold } from '../../src/trace/fold.ts';
import type { Trace } from '../../src/trace/model.ts';

const EXAMPLES = resolve('examples');

export const exampleNames: readonly string[] = readdirSync(EXAMPLES)
  .filter((name) => name.endsWith('.py'))
  .sort();

export const recordExample = (host: Host, name: string): Promise<Trace> =>
  record(host, name, readFileSync(join(EXAMPLES, name), 'utf8'));

export async function record(host: Host, name: string, source: string): Promise<Trace> {
  const file = `/project/${name}`;
  const fold = createFold(file, [file]);
  await host.run(
    { file, source, argv: [file], root: null },
    {
      events(batch) {
        for (const event of batch) fold.push(event);
      },
    },
  ).done;
  return fold.trace();
}
