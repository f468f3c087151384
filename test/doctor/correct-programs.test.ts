/** What is right is left alone: every program of the tests that ends well, and the examples but for their deliberate mistakes. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { isAboveHint } from '../../src/doctor/diagnose.ts';
import { english } from '../../src/doctor/finding.ts';
import { makeHost } from '../runtime/run-program.ts';
import { examine, placed } from './run-doctor.ts';

const host = makeHost();
after(() => host.dispose());

const programsOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .sort();

describe('the doctor finds nothing in a correct program', () => {
  for (const name of programsOf('test/programs')) {
    it(name, async () => {
      const { trace, findings } = await examine(host, resolve('test/programs', name));
      if (trace.error !== null) return;
      const said = findings.filter(isAboveHint).map((finding) => `${placed(finding)}: ${english(finding.message)}`);
      assert.deepEqual(said, []);
    });
  }
});

describe('the doctor finds in the examples what they are about', () => {
  const DELIBERATE: Readonly<Record<string, readonly string[]>> = {
    '2_non_scalar.py': ['BP001 at 7'],
    '6_second_backward.py': ['BP003 at 15'],
  };
  for (const name of programsOf('examples')) {
    it(name, async () => {
      const { findings } = await examine(host, resolve(join('examples', name)));
      assert.deepEqual(findings.filter(isAboveHint).map(placed), DELIBERATE[name] ?? []);
    });
  }
});
