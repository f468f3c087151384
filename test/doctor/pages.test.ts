/** The pages of the rules: every snippet runs, with the findings that it is marked with. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { isAboveHint } from '../../src/doctor/diagnose.ts';
import { RULES } from '../../src/doctor/rules/index.ts';
import { makeHost } from '../runtime/run-program.ts';
import { examine, marked, placed } from './run-doctor.ts';

const host = makeHost();
after(() => host.dispose());
const pages = existsSync('docs/rules') ? readdirSync('docs/rules').sort() : [];

for (const page of pages) {
  describe(`docs/rules/${page}`, () => {
    const text = readFileSync(`docs/rules/${page}`, 'utf8');
    const rule = RULES.find(({ code }) => page === `${code}.md`);

    it('has the name and the title of its rule', () => {
      assert.equal(text.split('\n')[0], `# ${rule?.code}: ${rule?.title}`);
    });

    const snippets = [...text.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
    snippets.forEach((snippet, i) => {
      it(`snippet ${i + 1} has the findings that it is marked with`, async () => {
        const { findings, trace } = await examine(host, resolve(`docs/rules/snippet_${i + 1}.py`), snippet);
        assert.deepEqual(findings.filter(isAboveHint).map(placed), marked(snippet));
        if (marked(snippet).length === 0) assert.equal(trace.error, null);
      });
    });
  });
}
