/**
 * Each example's trace as text, beside what a person accepted. `ACCEPT=1` accepts what there is now; a difference is left as
 * `<name>-changed.txt` beside the golden.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { canonicalText } from '../../src/trace/canonical.ts';
import { decodeTrace } from '../../src/trace/codec.ts';
import type { Trace } from '../../src/trace/model.ts';

const { ACCEPT } = process.env;
const ROOT = process.cwd();
const GOLDENS = join(ROOT, 'test/goldens/trace');
const EXAMPLES = join(ROOT, 'examples');

const names = readdirSync(EXAMPLES)
  .filter((name) => name.endsWith('.py'))
  .map((name) => name.slice(0, -'.py'.length))
  .sort();

const temporary = mkdtempSync(join(tmpdir(), 'backpass-goldens-'));
mkdirSync(GOLDENS, { recursive: true });
after(() => rmSync(temporary, { recursive: true, force: true }));

/** What `backpass run` writes of an example. It may fail: some are there to. */
async function traceOf(name: string): Promise<Trace> {
  const out = join(temporary, `${name}.json`);
  const child = spawn(process.execPath, [join(ROOT, 'out/cli.js'), 'run', `examples/${name}.py`, '--trace', out], {
    cwd: ROOT,
    stdio: 'ignore',
  });
  const [code] = await once(child, 'close');
  assert.ok(code === 0 || code === 1, `${name} ended with ${code}: Backpass itself failed`);
  return decodeTrace(readFileSync(out, 'utf8'));
}

function compare(name: string, text: string): void {
  const golden = join(GOLDENS, `${name}.txt`);
  const changed = join(GOLDENS, `${name}-changed.txt`);
  rmSync(changed, { force: true });
  if (ACCEPT === '1') writeFileSync(golden, text);
  const accepted = existsSync(golden) ? readFileSync(golden, 'utf8') : '';
  if (text !== accepted) writeFileSync(changed, text);
  assert.equal(text, accepted, `${name} differs from its golden: review ${name}-changed.txt, accept with ACCEPT=1`);
}

describe('the trace of an example', () => {
  for (const name of names) {
    it(`is what was accepted: ${name}`, async () => compare(name, canonicalText(await traceOf(name))));
  }
});
