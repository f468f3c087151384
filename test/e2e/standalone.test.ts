/** The page that `backpass run FILE --html OUT.html` writes, opened from the disk in a real browser. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const PROGRAM = `import torch
params = {"</script><script>alert(1)</script>": torch.tensor([1.0, 5.0], requires_grad=True)}
x = params["</script><script>alert(1)</script>"]
y = x * x
y.backward(torch.tensor([1.0, 0.5]))
print(x.grad)
`;

describe('backpass run FILE --html OUT.html', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backpass-html-'));
  let browser: Browser;
  before(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(page: Page, faults: string[]): Promise<void> {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('dialog', (dialog) => {
      faults.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!/^(file|blob):/.test(request.url())) faults.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, 'out.html')).href);
    await page.locator('.node').first().waitFor();
  }

  it('is the interactive panel in one file, which asks the network for nothing and runs no name', async () => {
    writeFileSync(join(folder, 'square.py'), PROGRAM);
    const out = execFileSync(process.execPath, [resolve('out/cli.js'), 'run', 'square.py', '--html', 'out.html'], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(out, 'tensor([2., 5.])\n');
    const faults: string[] = [];
    for (const colorScheme of ['dark', 'light'] as const) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1240, height: 760 } });
      await open(page, faults);
      assert.equal(await page.title(), 'square.py · Backpass');
      assert.equal(await page.locator('.node').count(), 3);
      await page.locator('.node.op .frame').press('Enter');
      assert.match((await page.locator('.plugged').first().textContent()) ?? '', /\[1,0\.5\]⊙\[1,5\]=\[1,2\.5\]$/);
      await page.keyboard.press('F10');
      assert.equal(await page.locator('.where').textContent(), '0 of 2');
      await page.screenshot({ path: `out/screenshots/standalone-${colorScheme}.png` });
      await page.close();
    }
    assert.deepEqual(faults, []);
    assert.ok(readFileSync(join(folder, 'out.html')).length < 1_000_000);
  });
});
