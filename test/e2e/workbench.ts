/** VS Code's workbench in a browser, driven as its user does. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../tools/browser.mjs';
import { remote, startServer, workbenchUrl } from '../../tools/vscode-server.mjs';

export interface Workbench {
  readonly page: Page;
  /** What the extension or its panel logged as an error, and what broke the panel's policy. */
  readonly faults: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Opens a copy of the examples, and more files, with the extension as it was built, in a trusted window. */
export async function openWorkbench(more: Readonly<Record<string, string>>): Promise<Workbench> {
  const scratch = mkdtempSync(join(tmpdir(), 'backpass-workbench-'));
  cpSync('examples', join(scratch, 'examples'), { recursive: true });
  for (const [name, text] of Object.entries(more)) writeFileSync(join(scratch, 'examples', name), text);
  // The theme follows what the browser says that its user prefers.
  const server = await startServer({ testDriver: true, settings: { 'window.autoDetectColorScheme': true } });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  const faults = collectFaults(page);
  const payload = [
    ['extensionDevelopmentPath', remote(server, resolve('.'))] as const,
    ['skipWelcome', 'true'] as const,
  ];
  await page.goto(workbenchUrl(server, join(scratch, 'examples'), payload), { timeout: 120_000 });
  page.setDefaultTimeout(60_000);
  return {
    page,
    faults,
    async stop() {
      await browser.close();
      await server.stop();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export function collectFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && isOurs(message.text(), message.location().url)) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  return faults;
}

/** VS Code has complaints of its own. */
function isOurs(text: string, url: string): boolean {
  return /backpass/i.test(text) || /backpass/i.test(url) || /Content Security Policy.*(?:panel|backpass)/i.test(text);
}

/** Chooses a command from the palette, which closes by itself when VS Code turns to something else, and is then opened again. */
export async function choose(page: Page, command: string): Promise<void> {
  const input = page.locator('.quick-input-widget input[type=text]');
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: command }).first();
  for (let tries = 6; ; tries--) {
    try {
      await page.keyboard.press('F1');
      await input.fill(`>${command}`, { timeout: 5000 });
      await row.click({ timeout: 5000 });
      return;
    } catch (error) {
      if (tries === 1) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** Opens a file of the folder from the explorer, to stay. */
export async function openExample(page: Page, name: string): Promise<void> {
  await page.getByRole('treeitem', { name }).dblclick();
  await page.getByRole('tab', { name, selected: true }).waitFor();
}

export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync('out/screenshots', { recursive: true });
  await page.screenshot({ path: `out/screenshots/${name}.png` });
}
