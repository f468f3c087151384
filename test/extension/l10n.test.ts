import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path: string) => readFileSync(path, 'utf8');
const json = (path: string) => JSON.parse(read(path)) as Record<string, string>;
const CALL = /l10n\.t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

const messages = new Set(
  readdirSync('src/extension', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...read(`src/extension/${file}`).matchAll(CALL)])
    .map((match) => (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1')),
);
const placeholders = (text: string) => (text.match(/\{\d+\}/g) ?? []).sort();

test('every call of l10n.t names its message in the source', () => {
  const sources = readdirSync('src/extension', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const calls = sources.flatMap((file) => [...read(`src/extension/${file}`).matchAll(/l10n\.t\(/g)]).length;
  const named = sources.flatMap((file) => [...read(`src/extension/${file}`).matchAll(CALL)]).length;
  assert.equal(named, calls);
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
