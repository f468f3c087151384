/** Programs with one mistake each, found at its line, and close ones without: nothing is said of them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { isAboveHint } from '../../src/doctor/diagnose.ts';
import { english, type Finding } from '../../src/doctor/finding.ts';
import { RULES } from '../../src/doctor/rules/index.ts';
import { makeHost } from '../runtime/run-program.ts';
import { examine, marked, placed } from './run-doctor.ts';

const PROGRAMS = resolve('test/doctor/programs');
const host = makeHost();
after(() => host.dispose());

const said = (findings: readonly Finding[]): string =>
  findings.map((finding) => `${placed(finding)}: ${english(finding.message)}`).join('\n');

for (const { code, title } of RULES) {
  describe(`${code}: ${title}`, () => {
    const programs = readdirSync(join(PROGRAMS, code)).sort();

    it('has at least three programs with the mistake and three close ones without', () => {
      for (const kind of ['bad_', 'good_']) {
        const count = programs.filter((name) => name.startsWith(kind)).length;
        assert.ok(count >= 3, `${count} ${kind}*.py`);
      }
    });

    for (const name of programs.filter((program) => program.startsWith('bad_'))) {
      it(`is found in ${name}`, async () => {
        const file = join(PROGRAMS, code, name);
        const { findings } = await examine(host, file);
        // Other rules may hint at what follows from the mistake.
        const found = findings.filter((finding) => finding.code === code || isAboveHint(finding));
        assert.deepEqual(found.map(placed), marked(readFileSync(file, 'utf8')), said(findings));
      });
    }

    for (const name of programs.filter((program) => program.startsWith('good_'))) {
      it(`is not found in ${name}`, async () => {
        const { end, trace, findings } = await examine(host, join(PROGRAMS, code, name));
        assert.deepEqual({ kind: end.kind, error: trace.error?.message }, { kind: 'exit', error: undefined });
        assert.equal(said(findings.filter(isAboveHint)), '');
      });
    }
  });
}
