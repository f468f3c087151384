/** Serves the real page over http under the extension's own policy, with a stub for VS Code's message transport. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { FromPanel, PanelState, ToPanel } from '../../src/webview/protocol.ts';
import { workerText } from '../../tools/worker-text.mjs';
import { THEMES, type ThemeName } from './panel-themes.ts';

const CHROMIUM = '/usr/bin/chromium';
const OUT = path.resolve('out/e2e');
const SCREENSHOTS = path.resolve('out/screenshots');
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Harness {
  readonly open: (options?: OpenOptions) => Promise<Panel>;
  readonly close: () => Promise<void>;
}
export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly saved?: unknown;
  readonly reducedMotion?: boolean;
  /** The words of another language. */
  readonly strings?: Readonly<Record<string, string>>;
}
export interface Panel {
  readonly page: Page;
  /** Console errors, uncaught exceptions and violations of the policy. */
  readonly faults: readonly string[];
  readonly say: (message: ToPanel | unknown) => Promise<void>;
  readonly show: (state: PanelState) => Promise<void>;
  readonly heard: () => Promise<FromPanel[]>;
  readonly saved: () => Promise<unknown>;
  readonly screenshot: (name: string) => Promise<void>;
}

export async function startHarness(): Promise<Harness> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: the panel cannot be tested without it`);
  await buildPanel();
  const server = await serve();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  return {
    open: (options = {}) => openPanel(browser, server, options),
    close: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function buildPanel(): Promise<void> {
  await build({
    entryPoints: { panel: 'src/webview/main.ts' },
    bundle: true,
    format: 'iife',
    target: 'es2022',
    loader: { '.css': 'css' },
    plugins: [workerText],
    outdir: OUT,
    logLevel: 'error',
  });
}

/** What runs before the page's own script: the transport, and what it heard. */
function stub(saved: unknown): string {
  return `
    window.heard = []; window.savedState = ${JSON.stringify(saved ?? null).replaceAll('<', '\\u003c')} ?? undefined;
    window.violations = [];
    window.receive = (data) => { window.dispatchEvent(new MessageEvent('message', { data })); };
    document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => { window.heard.push(structuredClone(message)); },
      getState: () => window.savedState,
      setState: (state) => { window.savedState = structuredClone(state); },
    });`;
}

function html({ theme = 'dark', saved, strings = {} }: OpenOptions, origin: string): string {
  const nonce = randomBytes(16).toString('base64');
  const { bodyClass, variables } = THEMES[theme];
  const css = Object.entries(variables).map(
    ([name, value]) => `document.documentElement.style.setProperty(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${origin}; worker-src blob:;`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Backpass</title>
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <link rel="stylesheet" href="/panel.css"></head>
    <body class="${bodyClass}"><div id="app" data-strings="${attribute(JSON.stringify(strings))}"></div>
    <script nonce="${nonce}">${css.join('')}${stub(saved)}</script>
    <script nonce="${nonce}" src="/panel.js"></script></body></html>`;
}

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** What each page was asked for. */
const pages: OpenOptions[] = [];

async function serve(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    if (url.pathname === '/') {
      const options = pages[Number(url.searchParams.get('page'))] ?? {};
      response.setHeader('content-type', 'text/html; charset=utf-8').end(html(options, url.origin));
    } else if (url.pathname === '/panel.js' || url.pathname === '/panel.css') {
      const type = url.pathname.endsWith('.js') ? 'text/javascript' : 'text/css';
      response.setHeader('content-type', `${type}; charset=utf-8`).end(await readFile(path.join(OUT, url.pathname)));
    } else response.writeHead(url.pathname === '/favicon.ico' ? 204 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function openPanel(browser: Browser, server: Server, options: OpenOptions): Promise<Panel> {
  const { width = 1240, height = 760, reducedMotion = false } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', async (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/?page=${pages.push(options) - 1}`);
  return makePanel(page, faults);
}

type Probe = { heard: FromPanel[]; savedState: unknown; receive: (data: unknown) => void };

function makePanel(page: Page, faults: string[]): Panel {
  const say = async (message: unknown): Promise<void> => {
    await page.evaluate((data) => (globalThis as unknown as Probe).receive(data), message);
  };
  const heard = (): Promise<FromPanel[]> => page.evaluate(() => (globalThis as unknown as Probe).heard);
  return {
    page,
    faults,
    say,
    heard,
    show: async (state) => {
      await say({ kind: 'state', state });
      if (state.kind === 'trace') await waitForPaint(page, state.serial);
    },
    saved: () => page.evaluate(() => (globalThis as unknown as Probe).savedState),
    screenshot: async (name) => void (await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) })),
  };
}

async function waitForPaint(page: Page, serial: number): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      (globalThis as unknown as Probe).heard.some((message) => message.kind === 'painted' && message.serial === wanted),
    serial,
  );
}
