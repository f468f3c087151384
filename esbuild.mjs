// Builds everything that runs into out/. `--watch` rebuilds on change; `--tests` builds the tests too.
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, context } from 'esbuild';
import { buildPython } from './tools/build-python.mjs';
import { workerText } from './tools/worker-text.mjs';

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
    inject: ['src/runtime/guest/intrinsics.ts'],
  },
  {
    ...common,
    entryPoints: { panel: 'src/webview/main.ts' },
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    loader: { '.css': 'css' },
    plugins: [workerText],
    minify: true,
  },
];
/** The tools find the project by where they are: tests import them from there. */
const unbundledTools = {
  name: 'unbundled tools',
  setup({ onResolve }) {
    onResolve({ filter: /\/tools\/[^/]+\.mjs$/ }, ({ path, resolveDir }) => ({
      path: pathToFileURL(resolve(resolveDir, path)).href,
      external: true,
    }));
  },
};
if (process.argv.includes('--tests')) {
  const tests = sources('test', '.test.ts');
  const inVSCode = (file) => file.startsWith('test/vscode/');
  const options = { ...node, outbase: '.', packages: 'external', external: ['vscode'], plugins: [unbundledTools] };
  bundles.push(
    {
      ...options,
      format: 'esm',
      entryPoints: tests.filter((file) => !inVSCode(file)),
      outExtension: { '.js': '.mjs' },
    },
    // For mocha in VS Code's extension host; index.ts is what VS Code runs.
    { ...options, entryPoints: sources('test/vscode', '.ts') },
  );
}

const options = bundles
  .filter(({ entryPoints }) => !Array.isArray(entryPoints) || entryPoints.length > 0)
  .map((bundle) => ({ outdir: 'out', ...bundle }));
if (watch) {
  for (const option of options) await (await context(option)).watch();
} else {
  const results = await Promise.allSettled(options.map((option) => build(option)));
  const failures = results.filter(({ status }) => status === 'rejected');
  // esbuild has printed what is wrong and where.
  if (failures.length > 0) process.exit(1);
  await buildPython();
}

function sources(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
}
