// Runs test/vscode inside VS Code, through `@vscode/test-electron`: in the VS Code that VSCODE_EXECUTABLE names, else in
// a downloaded one where there is a network and a display, else in VS Code's server (see vscode-launcher.mjs).
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { root } from './setup.mjs';

const RELEASES = 'https://update.code.visualstudio.com/api/releases/stable';

const scratch = mkdtempSync(join(tmpdir(), 'backpass-vscode-tests-'));
// The tests edit: they work on a copy of the examples.
cpSync(join(root, 'examples'), join(scratch, 'examples'), { recursive: true });
try {
  await runTests({
    vscodeExecutablePath: await vscodeExecutable(),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'out/test/vscode/index.js'),
    launchArgs: [join(scratch, 'examples'), `--user-data-dir=${join(scratch, 'data')}`],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

async function vscodeExecutable() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (display && (await reachable(RELEASES))) return downloadAndUnzipVSCode();
  return join(root, 'tools/vscode-launcher.mjs');
}

async function reachable(url) {
  return fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    (response) => response.ok,
    () => false,
  );
}
