import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path: string) => readFileSync(path, 'utf8');
const json = (path: string) => JSON.parse(read(path)) as Record<string, string>;
/** `vscode.l10n.t` in the extension, `t` in the panel's page and in the doctor. */
const CALL = /\bt\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;
const ANY_CALL = /\bt\((?!message: string|template)/g;

const sources = ['src/extension', 'src/webview', 'src/doctor'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(`${folder}/${file}`)),
);
const messages = new Set(
  sources
    .flatMap((text) => [...text.matchAll(CALL)])
    .map((match) => (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1')),
);
const placeholders = (text: string) => (text.match(/\{\d+\}/g) ?? []).sort();

test('every message is named in the source', () => {
  const count = (pattern: RegExp) => sources.flatMap((text) => [...text.matchAll(pattern)]).length;
  assert.equal(count(CALL), count(ANY_CALL));
  assert.ok(messages.size > 60, `${messages.size} messages`);
});

test('the Chinese bundle has exactly the messages of the source, with their placeholders', () => {
  const bundle = json('l10n/bundle.l10n.zh-cn.json');
  assert.deepEqual(Object.keys(bundle).sort(), [...messages].sort());
  for (const [english, chinese] of Object.entries(bundle)) {
    assert.deepEqual(placeholders(chinese), placeholders(english), english);
    assert.match(chinese, /\p{Script=Han}/u, english);
  }
});

test('the manifest takes its text from package.nls.json, and Chinese has all of it', () => {
  const english = json('package.nls.json');
  const named = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map((match) => match[1] ?? '');
  assert.deepEqual([...new Set(named)].sort(), Object.keys(english).sort());
  assert.deepEqual(Object.keys(json('package.nls.zh-cn.json')), Object.keys(english));
});
