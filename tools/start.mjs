// `npm start [-- FILE]`: opens VS Code with the extension and examples/, and runs FILE; without, the first example and then the one
// with three passes, which is what one then looks at.
//
// Desktop VS Code where there is one (`code` on the PATH, or VSCODE_EXECUTABLE), else VS Code's server and a browser.
//   --server    the server in any case        --no-open   only print the server's address
//   --check     look at it with a headless Chromium: wait for the graph, take a picture, end
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { ensureBrowser, launchChromium } from './browser.mjs';
import { stream } from './process.mjs';
import { build, ensurePackages, root } from './setup.mjs';
import { remote, startServer, workbenchUrl } from './vscode-server.mjs';

const examples = join(root, 'examples');
const starter = join(root, 'tools/start-extension');

const flags = new Set(process.argv.slice(2).filter((arg) => arg.startsWith('--')));
const [named] = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const files = named === undefined ? shownExamples() : [resolve(named)];
const file = files.at(-1);
if (!existsSync(file)) {
  console.error(`There is no ${file}.`);
  process.exit(2);
}
// The extension beside this file reads it, inside VS Code.
process.env.BACKPASS_START_FILES = files.join(delimiter);
try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main() {
  await ensurePackages();
  console.log('Building...');
  await build();
  const desktop = flags.has('--server') || flags.has('--check') ? undefined : desktopVSCode();
  return desktop === undefined ? openServer() : openDesktop(desktop);
}

function shownExamples() {
  const [first] = readdirSync(examples)
    .filter((entry) => entry.endsWith('.py'))
    .sort();
  return [first, '5_three_passes.py'].map((name) => join(examples, name));
}

function desktopVSCode() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

function openDesktop(executable) {
  console.log(`Opening ${executable}...`);
  const developing = [root, starter].map((path) => `--extensionDevelopmentPath=${path}`);
  const args = ['--new-window', '--wait', '--disable-workspace-trust', ...developing, dirname(file)];
  return stream(executable, args, { shell: process.platform === 'win32' });
}

async function openServer() {
  // The page can name one extension under development; the other is installed.
  const scratch = mkdtempSync(join(tmpdir(), 'backpass-start-'));
  cpSync(starter, join(scratch, 'backpass.backpass-start-0.0.0'), { recursive: true });
  const server = await startServer({ testDriver: true, extensionsDir: scratch });
  const stop = () => server.stop().then(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
  const url = workbenchUrl(server, dirname(file), [
    ['extensionDevelopmentPath', remote(server, root)],
    ['skipWelcome', 'true'],
  ]);
  if (flags.has('--check')) {
    await check(url).finally(stop);
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop().then(() => process.exit(0)));
  console.log(`\nVS Code with Backpass: ${url}\nCtrl-C stops it.`);
  if (!flags.has('--no-open')) openInBrowser(url);
}

async function check(url) {
  await ensureBrowser();
  const { panelFrame } = await import('./workbench.mjs');
  const browser = await launchChromium();
  const picture = join(root, 'out/screenshots/start.png');
  mkdirSync(dirname(picture), { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  try {
    await page.goto(url, { timeout: 120_000 });
    await panelFrame(page, { file: basename(file) });
    console.log(`The graph of ${file} is drawn: ${picture}`);
  } finally {
    await page.screenshot({ path: picture });
    await browser.close();
  }
}

/** A convenience: where there is no browser to open, the printed address remains. */
function openInBrowser(url) {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
