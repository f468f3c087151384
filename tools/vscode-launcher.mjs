#!/usr/bin/env node
// Stands in for the VS Code executable of `@vscode/test-electron`: takes the arguments that `runTests` spawns it
// with, runs the suite in VS Code's server with Chromium as its window, and exits with the suite's code.
// `VSCODE_TESTS_VERBOSE=1` prints what the workbench and the server log, too.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from './browser.mjs';
import { remote, startServer, workbenchUrl } from './vscode-server.mjs';

const TIMEOUT = Number(process.env.VSCODE_TESTS_TIMEOUT ?? 600_000);
const here = dirname(fileURLToPath(import.meta.url));

const cleanups = [];
const workbenchLog = [];
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => finish(130));
try {
  await finish(await runSuite(parse(process.argv.slice(2))));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${workbenchLog.join('\n')}`);
  await finish(1);
}

async function runSuite({ extension, suite, folder }) {
  process.env.SUITE_PATH = suite;
  process.env.SUITE_PORT = String(await printSuite());
  const server = await startServer({ testDriver: true });
  cleanups.push(() => server.stop());
  const browser = await launchChromium();
  cleanups.push(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const exited = new Promise((answer, fail) => {
    page.exposeFunction('codeAutomationExit', answer);
    page.on('crash', () => fail(new Error('The workbench page crashed.')));
    setTimeout(() => fail(new Error(`The suite did not end in ${TIMEOUT} ms.`)), TIMEOUT).unref();
  });
  await page.exposeFunction('codeAutomationLog', logWorkbench);
  const payload = [
    ['extensionDevelopmentPath', remote(server, extension)],
    ['extensionTestsPath', remote(server, join(here, 'vscode-suite.cjs'))],
    ['enableProposedApi', ''],
    ['skipWelcome', 'true'],
  ];
  await page.goto(workbenchUrl(server, folder, payload), { timeout: 120_000 });
  return exited;
}

/** Prints what the suite sends; answers the port that it sends to. */
async function printSuite() {
  const listener = createServer((connection) => connection.pipe(process.stdout, { end: false }));
  listener.listen(0, '127.0.0.1').unref();
  await once(listener, 'listening');
  return listener.address().port;
}

function parse(args) {
  const values = (name) =>
    args.flatMap((arg) => (arg.startsWith(`--${name}=`) ? [resolve(arg.slice(name.length + 3))] : []));
  const [extension, ...others] = values('extensionDevelopmentPath');
  const [suite] = values('extensionTestsPath');
  if (extension === undefined || others.length > 0 || suite === undefined) {
    throw new Error('Usage: vscode-launcher.mjs [folder] --extensionDevelopmentPath=DIR --extensionTestsPath=FILE');
  }
  const folder = args.find((arg) => !arg.startsWith('-'));
  return { extension, suite, folder: folder === undefined ? emptyFolder() : resolve(folder) };
}

function emptyFolder() {
  const scratch = mkdtempSync(join(tmpdir(), 'backpass-launcher-'));
  cleanups.push(async () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
  mkdirSync(join(scratch, 'workspace'));
  return join(scratch, 'workspace');
}

function logWorkbench(type, args) {
  const line = `[${type}] ${args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ')}`;
  workbenchLog.push(line.slice(0, 500));
  if (workbenchLog.length > 100) workbenchLog.shift();
  if (process.env.VSCODE_TESTS_VERBOSE) console.error(line);
}

async function finish(code) {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup().catch(() => undefined);
  process.exitCode = code;
  process.exit();
}
