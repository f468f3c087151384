/** Every fix of every planted mistake, applied: the mistake is gone. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Edit, english } from '../../src/doctor/finding.ts';
import { RULES } from '../../src/doctor/rules/index.ts';
import { makeHost } from '../runtime/run-program.ts';
import { examine, placed } from './run-doctor.ts';

const PROGRAMS = resolve('test/doctor/programs');
const host = makeHost();
after(() => host.dispose());

for (const { code } of RULES) {
  describe(`the fixes of ${code}`, () => {
    const bad = readdirSync(join(PROGRAMS, code)).filter((name) => name.startsWith('bad_'));
    for (const name of bad.sort()) {
      it(`mend ${name}`, async () => {
        const file = join(PROGRAMS, code, name);
        const source = readFileSync(file, 'utf8');
        const { findings } = await examine(host, file);
        for (const finding of findings) {
          for (const { title, edits } of finding.fixes) {
            const mended = await examine(host, file, apply(source, edits));
            const left = mended.findings.map(placed).filter((place) => place === placed(finding));
            assert.deepEqual(left, [], `${english(title)}: the mistake is still there`);
            assert.equal(mended.trace.error?.type ?? null, null, `${english(title)}: ${mended.trace.error?.message}`);
          }
        }
      });
    }
  });
}

function apply(source: string, edits: readonly Edit[]): string {
  const lines = source.split('\n');
  const offset = (line: number, column: number) =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column;
  const cuts = edits
    .map(({ range, text }) => ({
      from: offset(range.line, range.column),
      to: offset(range.endLine, range.endColumn),
      text,
    }))
    .sort((a, b) => b.from - a.from);
  return cuts.reduce((text, cut) => text.slice(0, cut.from) + cut.text + text.slice(cut.to), source);
}
