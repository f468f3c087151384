/** What the inspector says of a node, in a real browser, on what the engine records. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { Host } from '../../src/runtime/host.ts';
import { makeHost } from '../runtime/run-program.ts';
import { record, recordExample } from '../webview/recorded.ts';
import { type Harness, type OpenOptions, type Panel, startHarness } from './panel-harness.ts';
import { axe } from './panel-probe.ts';

const POWER = `import torch
x = torch.tensor([1.0, 5.0, 6.0, 10.0, 16.0], requires_grad=True)
y = x ** 2
y.backward(torch.tensor([1.0, 0.1, 0.1, 0.5, 0.1]))
`;
const BROADCAST = `import torch
w = torch.ones(4, 3, requires_grad=True)
b = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
def layer(w, b):
    return w * b
y = layer(w, b)
z = torch.relu(y - 2)
s = z.sum()
s.backward()
`;
const MATRIX = `import torch
a = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
v = torch.tensor([[5.0], [6.0]], requires_grad=True)
y = a @ v
y.sum().backward()
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

async function open(name: string, source: string | null, options: OpenOptions = {}): Promise<Page> {
  const trace = source === null ? await recordExample(host, name) : await record(host, name, source);
  panel = await harness.open({ height: 900, ...options });
  await panel.show({ kind: 'trace', serial: 1, trace, stale: false });
  return panel.page;
}
const select = (page: Page, text: string): Promise<void> =>
  page.locator('.node', { hasText: text }).first().locator('.frame').press('Enter');
const plugged = (page: Page): Promise<string[]> => page.locator('.plugged').allTextContents();
const seen = (page: Page): Promise<string[]> => page.locator('.formula-box .notes:not([hidden]) li').allTextContents();

describe('The inspector explains', () => {
  it('a power, with the numbers of this pass element by element', async () => {
    const page = await open('power.py', POWER);
    await select(page, 'PowBackward0');
    assert.deepEqual(await plugged(page), ['∂L∂x=[1,0.1,0.1,0.5,0.1]⊙[2,10,12,20,32]=[2,1,1.2,10,3.2]']);
    const row = page.locator('.elements tbody tr').nth(3).locator('td');
    assert.deepEqual(await row.allTextContents(), ['3', '0.5', '· 20', '= 10']);
    assert.match(
      (await page.locator('section.saved').textContent()) ?? '',
      /20 B.*x · float32 \[5\] · 20 B · version 0/s,
    );
    assert.ok(
      await page.evaluate<boolean>(`document.querySelector('.formula msup').getBoundingClientRect().height > 8`),
    );
    assert.deepEqual(await axe(page), []);
    await panel.screenshot('panel-explain');
    // Before its turn there are no numbers to plug in.
    await page.keyboard.press('F10');
    assert.equal(await page.locator('.plugged').isVisible(), false);
    await page.keyboard.press('F10');
    assert.equal(await page.locator('.plugged').isVisible(), true);
  });

  it('broadcasting in words, cases, and the calls that led to the line', async () => {
    const page = await open('broadcast.py', BROADCAST, { theme: 'light' });
    await select(page, 'MulBackward0');
    assert.deepEqual(await seen(page), ['summed over dim 0, because b was broadcast from [3] to [4, 3]']);
    assert.deepEqual(await page.locator('.stack button').allTextContents(), ['broadcast.py:5:12', 'broadcast.py:6:5']);
    await page.locator('.stack button').nth(1).click();
    assert.ok((await panel.heard()).some((message) => message.kind === 'reveal' && message.source.line === 6));
    await panel.screenshot('panel-explain-light');
    await select(page, 'ReluBackward0');
    assert.equal(await page.locator('.formula mtable.cases mtr').count(), 2);
  });

  it('a product of matrices, as matrices', async () => {
    const page = await open('matrix.py', MATRIX);
    await select(page, 'MmBackward0');
    assert.deepEqual(await plugged(page), ['∂L∂a=[11]@[56]T=[5656]', '∂L∂v=[1234]T@[11]=[46]']);
    await panel.screenshot('panel-explain-matrix');
  });

  it('what is large by its shapes', async () => {
    const page = await open('7_perceptron.py', null);
    await select(page, 'ReluBackward0');
    assert.equal(await page.locator('.formula-box').count(), 1);
    assert.equal(await page.locator('.formula mfrac').count(), 1);
  });
});
