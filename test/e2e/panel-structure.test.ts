/** Graphs of real modules: what is folded, what opens, and where a parameter stands. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { createHost, type Host } from '../../src/runtime/host.ts';
import type { Trace } from '../../src/trace/model.ts';
import { record } from '../webview/recorded.ts';
import { type Harness, type OpenOptions, type Panel, startHarness } from './panel-harness.ts';
import { axe, CLASHES } from './panel-probe.ts';

const ENCODER = `
import torch
from torch import nn

torch.manual_seed(0)
layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
model = nn.TransformerEncoder(layer, 6, enable_nested_tensor=False)
head = nn.Linear(8, 1)
x = torch.randn(2, 3, 8)
loss = head(model(x)).mean()
loss.backward()
`;
const SHARED = `
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
        self.second = nn.Sequential(self.first[0], nn.Sigmoid())

    def forward(self, x):
        return self.second(self.first(x))

torch.manual_seed(0)
net = Net()
net(torch.ones(1, 2)).sum().backward()
`;

let harness: Harness;
let host: Host;
let panel: Panel;
let encoder: Trace;
let shared: Trace;

before(async () => {
  harness = await startHarness();
  host = createHost({ distDir: resolve('out') });
  encoder = await record(host, 'encoder.py', ENCODER);
  shared = await record(host, 'shared.py', SHARED);
});
after(async () => {
  await harness?.close();
  await host?.dispose();
});
afterEach(async () => {
  const { faults, page } = panel;
  const violations = await page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);
  await page.context().close();
  assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
});

async function open(trace: Trace, options: OpenOptions = {}): Promise<Page> {
  panel = await harness.open(options);
  await panel.show({ kind: 'trace', serial: 1, trace, stale: false });
  await panel.page.locator('.fit').click();
  return panel.page;
}
const titles = (page: Page, selector: string): Promise<string[]> =>
  page.locator(`${selector} .texts [data-part=title]`).allTextContents();
const focused = (page: Page): Promise<string | null> =>
  page.evaluate<string | null>(`document.activeElement?.closest('[data-key]')?.getAttribute('data-key') ?? null`);
const group = (page: Page, title: string): Locator =>
  page
    .locator('.node.group')
    .filter({ has: page.locator('[data-part=title]').getByText(title) })
    .first();

describe('the panel on modules', () => {
  it('shows layers that are alike as one closed group', async () => {
    const page = await open(encoder, { theme: 'light' });
    assert.deepEqual(await titles(page, '.node.group'), ['layers.0–5 × 6']);
    const box = (await group(page, 'layers.0–5').textContent()) ?? '';
    assert.match(box, /6 alike.*249 nodes · 72 leaves.*norm of \.grad/s);
    assert.ok((await page.locator('.node').count()) < 12);
    await panel.screenshot('panel-structure-closed');
    assert.deepEqual(await page.evaluate(CLASHES), []);
    assert.deepEqual(await axe(page), []);
  });

  it('opens a group by its mark, by a double click and by the space bar, and closes it', async () => {
    const page = await open(encoder);
    await group(page, 'layers.0–5').locator('.fold').click();
    assert.deepEqual(await titles(page, '.node.group.open'), ['layers.0–5 × 6']);
    assert.deepEqual(await titles(page, '.node.group:not(.open)'), ['0', '1', '2', '3', '4', '5']);
    assert.equal(await page.locator('.group-frame').count(), 1);
    await group(page, '3').dblclick();
    assert.deepEqual(await titles(page, '.node.group.open'), ['layers.0–5 × 6', '3']);
    assert.deepEqual(await titles(page, '.node.group:not(.open)'), [
      '0',
      '1',
      '2',
      'self_attn',
      'linear1',
      'linear2',
      '4',
      '5',
    ]);
    await page.locator('.fit').click();
    await panel.screenshot('panel-structure-open');
    await page.locator('[data-key="glayers.3.self_attn#1"] .frame').focus();
    await page.keyboard.press('Space');
    const frame = page.locator('[data-key="glayers.3.self_attn#1"] .frame');
    assert.equal(await frame.getAttribute('aria-expanded'), 'true');
    assert.equal(await focused(page), 'glayers.3.self_attn#1');
    await page.keyboard.press('Space');
    assert.equal(await frame.getAttribute('aria-expanded'), 'false');
    assert.equal(await focused(page), 'glayers.3.self_attn#1');
  });

  it('draws a parameter at each of its uses, and selects it as one', async () => {
    const page = await open(shared);
    const weights = page.locator('.node.leaf').filter({ hasText: 'weight' });
    assert.equal(await weights.count(), 2);
    await weights.first().click();
    assert.equal(await page.locator('.node.leaf.selected').count(), 2);
    assert.match((await page.locator('.inspector').textContent()) ?? '', /weight/);
    await page.locator('.fit').click();
    await panel.screenshot('panel-structure-shared');
  });

  it('opens what the editor asks for', async () => {
    const page = await open(encoder);
    const node = encoder.nodes.find(({ module, op }) => module === 'layers.4.linear2' && op === 'addmm');
    assert.ok(node);
    await panel.say({ kind: 'select', target: { kind: 'node', id: node.id } });
    assert.equal(await page.locator('.node.selected').getAttribute('data-key'), `n${node.id}`);
    assert.deepEqual(await titles(page, '.node.group.open'), ['layers.0–5 × 6', '4', 'linear2']);
  });

  it('comes back with the groups that were open', async () => {
    let page = await open(encoder);
    await group(page, 'layers.0–5').locator('.fold').click();
    const saved = await panel.saved();
    await page.context().close();
    page = await open(encoder, { saved });
    assert.deepEqual(await titles(page, '.node.group.open'), ['layers.0–5 × 6']);
  });

  it('colours by a quantity on a scale, and by module', async () => {
    const page = await open(encoder);
    const fill = (): Promise<string[]> =>
      page.evaluate(`[...document.querySelectorAll('.node .frame')].map((frame) => getComputedStyle(frame).fill)`);
    const plain = await fill();
    const choice = page.getByRole('combobox', { name: 'Colour by' });
    for (const [value, said] of [
      ['upstream', /upstream norm.*logarithmic/s],
      ['grad', /norm of \.grad/],
      ['bytes', /bytes saved for backward.*KB/s],
      ['value', /norm of the value/],
      ['module', /layers\.0–5 × 6/],
    ] as const) {
      await choice.selectOption(value);
      assert.match((await page.locator('.legend').textContent()) ?? '', said);
      assert.ok((await page.locator('.node.tinted').count()) > 1, value);
      assert.notDeepEqual(await fill(), plain, value);
      await panel.screenshot(`panel-colour-${value}`);
    }
    assert.deepEqual(await axe(page), []);
    await choice.selectOption('none');
    assert.deepEqual(await fill(), plain);
  });

  it('points its arrows backward, forward, or both ways', async () => {
    const page = await open(shared);
    const edge = page.locator('.edge.ran').first();
    const line = edge.locator('.line');
    const backward = await line.getAttribute('d');
    const choice = page.getByRole('combobox', { name: 'Arrows' });
    await choice.selectOption('forward');
    assert.notEqual(await line.getAttribute('d'), backward);
    assert.equal(await line.getAttribute('marker-end'), 'url(#arrow-forward)');
    assert.equal(await edge.locator('g.label').isVisible(), false);
    await choice.selectOption('both');
    assert.equal(await line.getAttribute('d'), backward);
    assert.equal(await line.getAttribute('marker-start'), 'url(#arrow-forward)');
    assert.equal(await line.getAttribute('marker-end'), 'url(#arrow-ran)');
    assert.deepEqual(await axe(page), []);
    await panel.screenshot('panel-flow-both');
  });
});
