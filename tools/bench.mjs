// `npm run bench`: sets up, builds, and runs bench/run.ts, which prints a table. `RUNS=11` for more runs than five,
// `ROWS=exp_1m,conv2d` for some rows alone, `ROWS=layout` for the layouts.
import { ensureDebianPackages, TORCH } from './apt.mjs';
import { ensureBrowser } from './browser.mjs';
import { ensurePeers } from './peers.mjs';
import { stream } from './process.mjs';
import { build, ensurePackages, root } from './setup.mjs';

await ensurePackages();
await ensureDebianPackages(TORCH);
await ensureBrowser();
await build();
await ensurePeers().catch((error) => console.log(`Without the JavaScript libraries: ${error.message}`));
const esbuild = await import('esbuild');
const outfile = 'out/bench/run.mjs';
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['bench/run.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
process.exitCode = await stream(process.execPath, [outfile], { cwd: root });
