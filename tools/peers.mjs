// The JavaScript libraries that `npm run bench` compares with: installed on demand, apart from the project's own packages.
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process.mjs';
import { root } from './setup.mjs';

/** Exact versions, under Apache-2.0 or MIT, and elkjs under EPL-2.0: nothing of them is shipped. */
const VERSIONS = {
  '@dagrejs/dagre': '3.1.3',
  '@hpcc-js/wasm-graphviz': '1.29.2',
  '@jax-js/jax': '0.1.25',
  '@tensorflow/tfjs-backend-cpu': '4.22.0',
  '@tensorflow/tfjs-backend-wasm': '4.22.0',
  '@tensorflow/tfjs-core': '4.22.0',
  elkjs: '0.12.1',
};

/** Where they are and run. */
export const peersDir = join(root, 'out/peers');

/** Installs what is missing and lays the scripts of bench/peers beside it. */
export async function ensurePeers() {
  mkdirSync(peersDir, { recursive: true });
  if (Object.keys(VERSIONS).some((name) => !existsSync(join(peersDir, 'node_modules', name)))) {
    const manifest = { private: true, type: 'module', dependencies: VERSIONS };
    writeFileSync(join(peersDir, 'package.json'), JSON.stringify(manifest, null, 2));
    console.log('Installing the JavaScript libraries to compare with...');
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['install', '--save-exact', ...quiet], { cwd: peersDir });
  }
  const scripts = join(root, 'bench/peers');
  for (const name of readdirSync(scripts)) cpSync(join(scripts, name), join(peersDir, name));
  const esbuild = await import('esbuild');
  // TensorFlow.js imports folders, which Node does not take.
  const locate = 'const __filename=import.meta.filename,__dirname=import.meta.dirname;';
  await esbuild.build({
    absWorkingDir: peersDir,
    entryPoints: ['tfjs.mjs'],
    outfile: 'tfjs.out.mjs',
    bundle: true,
    platform: 'node',
    format: 'esm',
    ignoreAnnotations: true,
    logLevel: 'error',
    banner: { js: `import{createRequire}from"node:module";const require=createRequire(import.meta.url);${locate}` },
  });
}
