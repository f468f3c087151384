// What a fresh clone needs before anything else runs. Node built-ins only: it runs before there are any packages.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** `npm ci` where node_modules is missing or is not what package-lock.json says. */
export async function ensurePackages() {
  if (packagesUpToDate()) return;
  console.log('Installing the npm packages of package-lock.json...');
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
}

/** Builds out/; with `tests`, the tests too. */
export async function build({ tests = false } = {}) {
  await run(process.execPath, ['esbuild.mjs', ...(tests ? ['--tests'] : [])], { cwd: root, what: 'The build' });
}

function packagesUpToDate() {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const { '': _, ...locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([path, { version, optional }]) =>
    path in installed ? installed[path].version === version : optional === true,
  );
}
