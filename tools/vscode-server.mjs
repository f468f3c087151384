// VS Code's own server (the web workbench and a real Node extension host), from the npm registry.
// It stands in for desktop VS Code where that cannot be downloaded or shown. Node built-ins only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUs, run, stopTree } from './process.mjs';

const CODE_SERVER = '4.139.1';
/** code-server 4.139.1 wants Node 24; its Node comes with it, whatever runs this script. */
const NODE = '24.21.0';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Nothing that asks the network or covers the editor. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};
/** Its own extensions: one looks for a compiler that is not there; the other, switched off, restarts everybody's host. */
const UNWANTED = ['typescript-language-features', 'copilot'];
const READY = 'Extension host agent listening';
const START_TIMEOUT = 60_000;

/** Installs the server once and answers where it is. Several processes may call this at the same time. */
export async function ensureServer() {
  const home = join(root, '.vscode-test', `server-${CODE_SERVER}`);
  if (!existsSync(join(home, 'package.json'))) await install(home);
  return {
    home,
    node: join(home, 'node_modules', nodePackage(), process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'),
    main: join(home, 'node_modules/code-server/lib/vscode/out/server-main.js'),
  };
}

/**
 * Starts the server on the loopback address and answers when it listens.
 *
 * - `extensionsDir`, `userDataDir`: where extensions and state are kept; fresh temporary folders without.
 * - `testDriver`: whether a page may name an extension under development and its tests (see `workbenchUrl`).
 * - `trust`: whether Workspace Trust is on, as users have it.
 * - `settings`: the user's settings, where `userDataDir` has none yet.
 */
export async function startServer(options = {}) {
  const { port, extensionsDir, userDataDir, testDriver = false, trust = false, settings = {} } = options;
  const { node, main } = await ensureServer();
  const scratch = join(tmpdir(), `backpass-vscode-${process.pid}-${Date.now().toString(36)}`);
  const data = userDataDir ?? join(scratch, 'data');
  const extensions = extensionsDir ?? join(scratch, 'extensions');
  for (const folder of [data, extensions]) mkdirSync(folder, { recursive: true });
  writeSettings(data, { ...SETTINGS, ...settings });
  const chosen = port ?? (await freePort());
  const args = [
    ...['--host', '127.0.0.1', '--port', String(chosen), '--without-connection-token'],
    ...['--accept-server-license-terms', '--telemetry-level', 'off'],
    ...['--server-data-dir', data, '--extensions-dir', extensions],
    ...(testDriver ? ['--enable-smoke-test-driver'] : []),
    ...(trust ? [] : ['--disable-workspace-trust']),
  ];
  const child = spawn(node, [main, ...args], {
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  endWithUs(child);
  const log = await listening(child);
  return {
    url: `http://127.0.0.1:${chosen}/`,
    authority: `127.0.0.1:${chosen}`,
    log: () => log.join(''),
    async stop() {
      await stopTree(child);
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Installs a VSIX as a user does. */
export async function installExtension(vsix, { extensionsDir, userDataDir }) {
  const { node, main } = await ensureServer();
  const folders = ['--extensions-dir', extensionsDir, '--server-data-dir', userDataDir];
  return run(node, [main, '--accept-server-license-terms', ...folders, '--install-extension', vsix], {
    env: serverEnvironment(),
    what: `installing ${vsix} into VS Code's server`,
  });
}

/** The address of the workbench with a folder open; `payload` is what VS Code's own integration tests pass. */
export function workbenchUrl(server, folder, payload = []) {
  const query = new URLSearchParams({ folder, ...(payload.length > 0 ? { payload: JSON.stringify(payload) } : {}) });
  return `${server.url}?${query}`;
}

/** A path on this machine as the workbench names it. */
export const remote = (server, path) => `vscode-remote://${server.authority}${path}`;

async function install(home) {
  console.log(`Installing VS Code's server (code-server ${CODE_SERVER}, Node ${NODE}) from the npm registry, once...`);
  const draft = `${home}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'package.json'), '{"private": true}\n');
  const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  await run('npm', [...npm, `code-server@${CODE_SERVER}`, `${nodePackage()}@${NODE}`], {
    cwd: draft,
    what: 'installing code-server',
  });
  await run('npm', [...npm, '--omit=dev'], {
    cwd: join(draft, 'node_modules/code-server/lib/vscode'),
    what: "installing the server's own packages",
  });
  for (const name of UNWANTED) {
    rmSync(join(draft, 'node_modules/code-server/lib/vscode/extensions', name), { recursive: true });
  }
  replaceNativeModules(join(draft, 'node_modules/code-server/lib/vscode/node_modules/@vscode'));
  try {
    renameSync(draft, home);
  } catch (error) {
    if (!existsSync(join(home, 'package.json'))) throw error;
    rmSync(draft, { recursive: true, force: true }); // Another process was faster.
  }
}

/** Two native modules are not built: what writes output channels, which a script replaces, and a watchdog, not needed here. */
function replaceNativeModules(folder) {
  copyFileSync(join(root, 'tools/vscode-spdlog.cjs'), join(folder, 'spdlog/index.js'));
  writeFileSync(join(folder, 'native-watchdog/index.js'), 'exports.start = () => {};\n');
}

/** The npm package that carries Node's binary for this machine. */
function nodePackage() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform}-${process.arch}`;
}

/** Nothing of a VS Code or a test run around us may leak into the server. */
function serverEnvironment() {
  const env = { ...process.env };
  for (const name of Object.keys(env))
    if (/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_TEST_CONTEXT$)/.test(name)) delete env[name];
  return env;
}

function writeSettings(data, settings) {
  const file = join(data, 'data/User/settings.json');
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(settings, null, 2));
}

async function listening(child) {
  const log = [];
  const ready = new Promise((resolve, reject) => {
    const collect = (chunk) => {
      log.push(String(chunk));
      if (log.join('').includes(READY)) resolve();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`VS Code's server ended with code ${code}:\n${log.join('')}`)));
    setTimeout(() => reject(new Error(`VS Code's server did not start:\n${log.join('')}`)), START_TIMEOUT).unref();
  });
  try {
    await ready;
  } catch (error) {
    await stopTree(child);
    throw error;
  }
  return log;
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
