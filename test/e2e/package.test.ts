/** The VSIX as a user gets it: what is in it, and that it works where nothing else of ours is. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Frame, Page } from 'playwright-core';
import { launchChromium } from '../../tools/browser.mjs';
import { makeVSIX, SIZE_LIMIT } from '../../tools/package.mjs';
import { installExtension, type Server, startServer, workbenchUrl } from '../../tools/vscode-server.mjs';
import { panelFrame } from '../../tools/workbench.mjs';
import { choose, collectFaults, openExample, takePicture } from './workbench.ts';

const FILES = [
  'CHANGELOG.md',
  'LICENSE.txt',
  'l10n/bundle.l10n.zh-cn.json',
  'media/icon.png',
  'media/icon.svg',
  'out/THIRD_PARTY_NOTICES.txt',
  'out/extension.js',
  'out/guest.js',
  'out/panel.css',
  'out/panel.js',
  'out/pyodide.asm.wasm',
  'out/python.snapshot',
  'out/python.zip',
  'out/worker.js',
  'package.json',
  'package.nls.json',
  'package.nls.zh-cn.json',
  'README.md',
  ...readdirSync('docs/rules').map((name) => `docs/rules/${name}`),
];
/** They may come or not. */
const OPTIONAL = ['OPS.md'];

const scratch = mkdtempSync(join(tmpdir(), 'backpass-package-'));
const vsix = join(scratch, 'backpass.vsix');
before(() => makeVSIX(vsix));
after(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));

describe('The VSIX', () => {
  it('is under 15 MB', () => {
    const { size } = statSync(vsix);
    assert.ok(size < SIZE_LIMIT, `${size} bytes`);
  });

  it('carries what runs and nothing else', () => {
    const names = entries(vsix).filter((name) => !OPTIONAL.some((other) => same(name, other)));
    assert.deepEqual(names.map(lower).sort(), FILES.map(lower).sort());
  });

  it('names the licences of what it carries', () => {
    const notices = execFileSync('python3', ['-c', READ_ENTRY, vsix, 'extension/out/THIRD_PARTY_NOTICES.txt'], {
      encoding: 'utf8',
    });
    for (const name of ['CPython', 'pyodide', 'd3-selection', 'valibot', 'Mozilla Public License', 'SQLite']) {
      assert.ok(notices.includes(name), name);
    }
  });
});

describe('The installed extension', () => {
  const folders = { extensionsDir: join(scratch, 'extensions'), userDataDir: join(scratch, 'data') };
  let faults: string[];
  let server: Server;
  let browser: Browser;
  let page: Page;
  let panel: Frame;

  before(async () => {
    cpSync('examples', join(scratch, 'examples'), { recursive: true });
    writeFileSync(join(scratch, 'examples', 'forever.py'), 'while True: pass\n');
    writeFileSync(join(scratch, 'examples', 'plenty.py'), 'while True: print("x" * 1000)\n');
    await installExtension(vsix, folders);
    server = await startServer({ ...folders, trust: true });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    page.setDefaultTimeout(60_000);
    faults = collectFaults(page);
    await page.goto(workbenchUrl(server, join(scratch, 'examples')));
  });
  after(async () => {
    if (page) await takePicture(page, 'package');
    await browser?.close();
    await server?.stop();
  });

  it('runs nothing in a folder that is not trusted', async () => {
    await openExample(page, '5_three_passes.py');
    await page.locator('.monaco-editor .view-line').getByText('FloatTensor').first().click();
    await choose(page, 'Backpass: Run Backward');
    await page.getByText('this workspace is not trusted').first().waitFor();
    assert.equal(await page.getByRole('tab', { name: 'Backpass' }).count(), 0);
  });

  it('runs a program from the command palette, once it is trusted', async () => {
    await page.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await page.getByRole('button', { name: 'Trust', exact: true }).click();
    await page.getByText('Restricted Mode', { exact: true }).first().waitFor({ state: 'hidden' });
    // The trust editor lies over the others.
    await page
      .locator('.monaco-modal-editor-block')
      .getByRole('button', { name: /^Close/ })
      .click();
    await page.getByRole('tab', { name: '5_three_passes.py' }).click();
    await choose(page, 'Backpass: Run Backward');
    panel = await panelFrame(page);
  });

  it('shows the three passes', async () => {
    const tabs = panel.getByRole('tab');
    assert.deepEqual(
      (await tabs.allTextContents()).map((text) => text.match(/\d+/g)),
      [
        ['1', '8'],
        ['2', '11'],
        ['3', '14'],
      ],
    );
    const grads = [
      ['2.', '10.', '12.', '20.', '32.'],
      ['2.2000', '11.0000', '13.2000', '22.0000', '35.2000'],
      ['3.2000', '12.0000', '14.4000', '24.0000', '41.6000'],
    ];
    for (const [index, numbers] of grads.entries()) {
      await tabs.nth(index).click();
      const leaf = (await panel.locator('.node.leaf').first().textContent()) ?? '';
      for (const number of numbers) assert.ok(leaf.includes(number), `pass ${index + 1}: ${number} in ${leaf}`);
    }
  });

  it("shows the program's output", async () => {
    const output = page.locator('.part.panel .view-lines');
    await output.getByText('41.6000').first().waitFor();
  });

  it('tells of a program that takes long, and stops it from there', async () => {
    await openExample(page, 'forever.py');
    await choose(page, 'Backpass: Run Backward');
    const toast = page.locator('.notification-toast').filter({ hasText: 'the program is running' });
    await toast.waitFor();
    await toast.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.part.panel .view-lines').getByText('KeyboardInterrupt').first().waitFor();
    await toast.waitFor({ state: 'detached' });
  });

  it('stops a program that prints without end, and says why', async () => {
    await openExample(page, 'plenty.py');
    await choose(page, 'Backpass: Run Backward');
    await page.locator('.notification-toast').filter({ hasText: 'it printed more than Backpass keeps' }).waitFor();
  });

  it('has logged no error and broken no policy', () => assert.deepEqual(faults, []));
});

const LIST_ENTRIES = 'import sys, zipfile; print("\\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))';
const READ_ENTRY = 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))';

function entries(file: string): string[] {
  return execFileSync('python3', ['-c', LIST_ENTRIES, file], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name.startsWith('extension/'))
    .map((name) => name.slice('extension/'.length));
}

/** vsce writes some names in lower case. */
const lower = (name: string): string => name.toLowerCase();
const same = (left: string, right: string): boolean => lower(left) === lower(right);
