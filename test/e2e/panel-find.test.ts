/** Passes side by side, search and paths, in a real browser, on what the engine records. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { Host } from '../../src/runtime/host.ts';
import type { Trace } from '../../src/trace/model.ts';
import { makeHost } from '../runtime/run-program.ts';
import { record, recordExample } from '../webview/recorded.ts';
import { type Harness, type OpenOptions, type Panel, startHarness } from './panel-harness.ts';
import { axe, CLASHES } from './panel-probe.ts';

const DIAMOND = `import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
a = x * 3
b = x * 10
loss = (a + b).sum()
loss.backward()
`;
const LONG = `import torch
w = torch.tensor(4.0, requires_grad=True)
for step in range(3000):
    w.grad = None
    loss = (w - 1) ** 2
    loss.backward()
    w.data -= 0.01 * w.grad
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

async function open(trace: Trace, options: OpenOptions = {}): Promise<Page> {
  panel = await harness.open(options);
  await panel.show({ kind: 'trace', serial: 1, trace, stale: false });
  return panel.page;
}
const titles = (page: Page, selector: string): Promise<string[]> =>
  page.locator(`${selector} .texts .title`).allTextContents();

describe('The strip of passes', () => {
  it('shows thousands, and is walked by keys and by the mouse', async () => {
    const page = await open(await record(host, 'long.py', LONG));
    const strip = page.getByRole('slider', { name: 'Pass' });
    assert.match((await strip.getAttribute('aria-valuetext')) ?? '', /^pass 3000 of 3000 · root .* · \|\.grad\| /);
    assert.ok(((await page.locator('.strip .loss').getAttribute('d')) ?? '').length < 60_000);
    await strip.focus();
    await page.keyboard.press('Home');
    assert.equal(await strip.getAttribute('aria-valuetext'), 'pass 1 of 3000 · root 9. · |.grad| 6.');
    const began = Date.now();
    for (let i = 0; i < 20; i++) await page.keyboard.press('PageUp');
    assert.ok(Date.now() - began < 8000);
    assert.equal(await strip.getAttribute('aria-valuenow'), '3000');
    const box = (await strip.boundingBox())!;
    await strip.click({ position: { x: 6, y: 20 } });
    assert.equal(await strip.getAttribute('aria-valuenow'), '1');
    assert.ok(box.width > 400);
    await panel.screenshot('panel-strip');
  });

  it('pins a pass and shows how the gradients of another differ', async () => {
    const page = await open(await recordExample(host, '5_three_passes.py'), { theme: 'light' });
    await page.getByRole('tab', { name: 'Pass 1' }).click();
    await page.getByRole('button', { name: 'Pin', exact: true }).press('Enter');
    await page.getByRole('tab', { name: 'Pass 3' }).click();
    const leaf = (await page.locator('.node.leaf text').allTextContents()).join('\n');
    // Pass 1 was given ones, pass 3 [0.5, 0.1, 0.1, 0.1, 0.2]; d(x * x) = 2x.
    for (const part of ['pass 3', '− pass 1', '= Δ', '[-1, -9, -10.8, -18, -25.6]'])
      assert.ok(leaf.includes(part), part);
    const rows = ['.toolbar', '.pass-strip', '.body', '.step-bar', '.legend'];
    const seen = await Promise.all(rows.map(async (row) => (await page.locator(row).boundingBox())!));
    assert.ok(seen.every(({ x, width }) => x === 0 && width === 1240));
    assert.equal(
      seen.reduce((sum, { height }) => sum + Math.round(height), 0),
      760,
    );
    assert.match((await page.locator('.node.op').first().textContent()) ?? '', /upstream − that of pass 1.*\[-0\.5/s);
    assert.deepEqual(await page.evaluate<string[]>(CLASHES), []);
    assert.deepEqual(await axe(page), []);
    await panel.screenshot('panel-compare');
    await page.getByRole('button', { name: 'Compared with pass 1' }).click();
    assert.equal(await page.getByText('= Δ').count(), 0);
  });
});

describe('Find', () => {
  it('by variable, operation and line, from the keyboard', async () => {
    const page = await open(await recordExample(host, '7_perceptron.py'));
    await page.keyboard.press('Control+f');
    await page.keyboard.type('self.w');
    assert.equal(await page.locator('.find-bar .count').textContent(), '8 found');
    await page.locator('.query').fill('relu');
    assert.deepEqual(await titles(page, '.node.mark-found'), ['hidden']);
    await page.keyboard.press('Enter');
    assert.deepEqual(await titles(page, '.node.selected'), ['hidden']);
    await panel.screenshot('panel-find');
    assert.deepEqual(await axe(page), []);
    await page.locator('.query').fill('line 29');
    assert.match((await page.locator('.find-bar .count').textContent()) ?? '', /found$/);
    await page.locator('.query').fill('nowhere');
    assert.equal(await page.locator('.find-bar .count').textContent(), 'Nothing found');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.find-bar').isVisible(), false);
    assert.equal(await page.locator('.mark-found').count(), 0);
  });

  it('the path to the loss and to a leaf, with the product of the local norms', async () => {
    const page = await open(await record(host, 'diamond.py', DIAMOND));
    await page.locator('.node.leaf .frame').press('Enter');
    await page.getByRole('button', { name: 'Path to the loss' }).press('Enter');
    // By way of b, which hands on ten times what it is given.
    assert.deepEqual(await titles(page, '.node.mark-path'), ['x', 'b', 'a + b', 'loss', 'gradient']);
    assert.equal(await page.locator('.edge.on-path').count(), 4);
    assert.equal(await page.locator('.path-said').textContent(), 'Local norms along it: 1.4142 · 1 · 10 = 14.142');
    assert.deepEqual(await axe(page), []);
    await panel.screenshot('panel-path');
    await page.getByRole('button', { name: /^loss; / }).press('Enter');
    assert.equal(await page.locator('.mark-path').count(), 0);
    await page.getByRole('button', { name: 'Path to a leaf' }).click();
    assert.deepEqual((await titles(page, '.node.mark-path')).sort(), ['a + b', 'b', 'loss', 'x']);
  });
});

describe('Export', () => {
  it('of the picture, the graph, the trace, the page, and of a node as Markdown', async () => {
    const page = await open(await record(host, 'diamond.py', DIAMOND));
    for (const name of ['Picture (SVG)', 'Graph (DOT)', 'Trace (JSON)', 'Interactive page (HTML)']) {
      await page.locator('.export-menu summary').press('Enter');
      await page.getByRole('button', { name }).press('Enter');
    }
    await page.locator('.export-menu summary').click();
    assert.deepEqual(await axe(page), []);
    await panel.screenshot('panel-export');
    await page.keyboard.press('Escape');
    await page.locator('.node.leaf .frame').press('Enter');
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    const heard = await panel.heard();
    const saved = heard.flatMap((message) => (message.kind === 'save' ? [message.text] : []));
    assert.match(saved[0] ?? '', /^<svg[^>]* viewBox=".*fill="rgb\(.*MulBackward0/s);
    assert.match(saved[1] ?? '', /^digraph backward \{\n.*"n\d+" -> "t\d+" \[label="via self\\n\[10\., 10\.\]"\];/s);
    const asked = heard.flatMap((message) => (message.kind === 'export' ? [message.format] : []));
    assert.deepEqual(asked, ['json', 'html']);
    const [markdown] = heard.flatMap((message) => (message.kind === 'copy' ? [message.text] : []));
    assert.match(
      markdown ?? '',
      /^\*\*`x`\*\* \(`leaf · float32 \[2\]`\), `diamond\.py:2`\n.*\| = \.grad \| `\[13\., 13\.\]` \|/s,
    );
  });
});
