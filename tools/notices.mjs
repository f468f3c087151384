// The licences of everything by others that the VSIX carries.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const BUNDLES = ['extension', 'worker', 'guest', 'panel'];

/** The text of THIRD_PARTY_NOTICES. What is bundled is read off the bundles' source maps: build first. */
export function thirdPartyNotices() {
  const parts = [
    { title: 'CPython (python.zip, python.snapshot, pyodide.asm.wasm)', text: licence('CPython.txt') },
    { title: 'Libraries in pyodide.asm.wasm', text: licence('WebAssembly-libraries.txt') },
    ...bundledPackages().map(packageNotice),
  ];
  const line = '='.repeat(100);
  const intro = 'Backpass carries software by others. These are their licences.';
  return `${[intro, ...parts.map(({ title, text }) => `${line}\n${title}\n${line}\n\n${text.trim()}`)].join('\n\n')}\n`;
}

/** The npm packages of which something is in a bundle. */
export function bundledPackages() {
  const names = new Set();
  for (const bundle of BUNDLES) {
    for (const source of JSON.parse(readFileSync(join(root, `out/${bundle}.js.map`), 'utf8')).sources) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
      if (name !== undefined && existsSync(join(root, 'node_modules', name, 'package.json'))) names.add(name);
    }
  }
  return [...names].sort();
}

function packageNotice(name) {
  const folder = join(root, 'node_modules', name);
  const { version, license, homepage, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const source = homepage ?? repository?.url ?? `https://www.npmjs.com/package/${name}`;
  const text = file === undefined ? licence(`${license}.txt`) : readFileSync(join(folder, file), 'utf8');
  return { title: `${name} ${version} (${license})\nSource: ${source}`, text };
}

/** Throws for a package without a licence text of its own whose licence is not here. */
function licence(file) {
  const path = join(root, 'tools/licenses', file);
  if (!existsSync(path)) throw new Error(`No text for the licence ${file}: add it to tools/licenses.`);
  return readFileSync(path, 'utf8');
}
