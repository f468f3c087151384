/** Values as pictures, in a real browser, on what the engine records. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { Host } from '../../src/runtime/host.ts';
import { makeHost } from '../runtime/run-program.ts';
import { record } from '../webview/recorded.ts';
import { type Harness, type OpenOptions, type Panel, startHarness } from './panel-harness.ts';
import { axe } from './panel-probe.ts';

const PROGRAM = `import torch
v = torch.linspace(-1, 1, 12).requires_grad_()
m = torch.arange(12.0).reshape(3, 4).requires_grad_()
c = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
big = torch.ones(100, requires_grad=True)
loss = (v * v).sum() + (m * 2).sum() + (c * c).sum() + big.sum()
loss.backward()
`;

let harness: Harness;
let host: Host;
let panel: Panel;
before(async () => {
  host = makeHost();
  harness = await startHarness();
});
after(async () => {
  await harness?.close();
  await host?.dispose();
});
afterEach(async () => {
  const { faults, page } = panel;
  await page.context().close();
  assert.deepEqual(faults, []);
});

async function open(options: OpenOptions = {}): Promise<Page> {
  panel = await harness.open({ height: 900, ...options });
  await panel.show({ kind: 'trace', serial: 1, trace: await record(host, 'values.py', PROGRAM), stale: false });
  return panel.page;
}
async function select(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${name}; leaf`) }).press('Enter');
}
async function copied(): Promise<string[]> {
  return (await panel.heard()).flatMap((message) => (message.kind === 'copy' ? [message.text] : []));
}

describe('A value in the inspector', () => {
  it('of a vector is a row of bars, from zero', async () => {
    const page = await open();
    await select(page, 'v');
    const picture = page.getByRole('img', { name: /^Bars of value/ });
    assert.equal(await picture.locator('rect.below').count(), 6);
    assert.equal(await picture.locator('rect.above').count(), 6);
    assert.match(
      (await page.locator('.quantity.value .stats').textContent()) ?? '',
      /^min -1\. · max 1\. · mean .* · norm/,
    );
    assert.deepEqual(await axe(page), []);
    await panel.screenshot('panel-values');
  });

  it('of a matrix is a heat map, and is copied as Python or CSV', async () => {
    const page = await open({ theme: 'light' });
    await select(page, 'm');
    const map = page.getByRole('img', { name: /^Heat map of value, 3 by 4/ });
    assert.equal(await map.locator('rect').count(), 12);
    assert.equal(await map.locator('rect title').nth(11).textContent(), '[2, 3] 11');
    await page.getByRole('button', { name: 'Copy = .grad as Python' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Copy value as CSV' }).click();
    const row = '[2., 2., 2., 2.]';
    assert.deepEqual(await copied(), [`torch.tensor([${row}, ${row}, ${row}])`, '0,1,2,3\n4,5,6,7\n8,9,10,11']);
    await page.locator('.quantity.value summary').press('Enter');
    assert.match((await page.locator('.quantity.value .all .text').textContent()) ?? '', /8\.,\s+9\.,\s+10\.,\s+11\./);
    assert.deepEqual(await axe(page), []);
    await panel.screenshot('panel-values-light');
  });

  it('of more dims is a heat map of the slice that is chosen', async () => {
    const page = await open();
    await select(page, 'c');
    const last = page.locator('.quantity.value rect title').last();
    assert.equal(await last.textContent(), '[2, 3] 11');
    const dim = page.locator('.quantity.value').getByRole('spinbutton', { name: 'dim 0' });
    await dim.focus();
    await page.keyboard.press('ArrowUp');
    assert.equal(await last.textContent(), '[2, 3] 23');
    await panel.screenshot('panel-values-slice');
  });

  it('of which the trace holds no elements is its statistics', async () => {
    const page = await open();
    await select(page, 'big');
    assert.equal(await page.locator('.quantity .picture').count(), 0);
    assert.equal(
      await page.locator('.quantity.value .stats').textContent(),
      'min 1. · max 1. · mean 1. · std 0. · norm 10.',
    );
    assert.equal(await page.getByRole('button', { name: /^Copy .* as (Python|CSV)$/ }).count(), 0);
  });
});
