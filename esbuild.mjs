// Builds everything that runs into out/. `--watch` rebuilds on change; `--tests` builds the tests too.
import { readdirSync } from 'node:fs';
import { build, context } from 'esbuild';
import { buildPython } from './tools/build-python.mjs';

const watch = process.argv.includes('--watch');
const common = { bundle: true, sourcemap: 'linked', target: 'node20', logLevel: 'warning', legalComments: 'none' };
const node = { ...common, platform: 'node', format: 'cjs' };

const bundles = [
  { ...node, entryPoints: { extension: 'src/extension/main.ts' }, external: ['vscode'] },
  { ...node, entryPoints: { cli: 'src/cli/main.ts', worker: 'src/runtime/worker.ts' } },
  {
    // The sealed guest: Pyodide's loader and the engine, in a realm without Node.
    ...common,
    entryPoints: { guest: 'src/runtime/guest/main.ts' },
    platform: 'browser',
    format: 'iife',
    minify: true,
    define: { 'import.meta.url': '"file:///pyodide/x.js"' },
    external: ['node:*', 'ws'],
  },
  {
    ...common,
    entryPoints: { panel: 'src/webview/main.ts' },
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    loader: { '.css': 'css' },
    minify: true,
  },
];
if (process.argv.includes('--tests')) {
  bundles.push({
    ...node,
    format: 'esm',
    entryPoints: readdirSync('test', { recursive: true })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => `test/${file}`),
    outbase: '.',
    outdir: 'out',
    packages: 'external',
    external: ['vscode'],
    outExtension: { '.js': '.mjs' },
  });
}

const options = bundles.map((bundle) => ({ outdir: 'out', ...bundle }));
if (watch) {
  for (const option of options) await (await context(option)).watch();
} else {
  await Promise.all(options.map((option) => build(option)));
  await buildPython();
}
