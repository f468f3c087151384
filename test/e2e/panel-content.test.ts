/**
 * The picture of each example, by its content: what the engine records, drawn by the real page, read off it and laid beside what a
 * person accepted. `ACCEPT=1` accepts what there is now; a difference is left as `<name>-changed.txt` beside the golden.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Host } from '../../src/runtime/host.ts';
import type { Trace } from '../../src/trace/model.ts';
import { makeHost } from '../runtime/run-program.ts';
import { exampleNames, record, recordExample } from '../webview/recorded.ts';
import { CONTENT, TABLE } from './panel-content.ts';
import { type Harness, startHarness } from './panel-harness.ts';
import { THEMES, type ThemeName } from './panel-themes.ts';

const { ACCEPT } = process.env;
const GOLDENS = 'test/goldens/panel';
mkdirSync(GOLDENS, { recursive: true });

/** 8 elements are told by their numbers, 9 by shape and norm. */
const SIZES = `import torch
few = torch.ones(8, requires_grad=True)
many = torch.ones(3, 3, requires_grad=True)
loss = (few * 2).sum() + (many * 3).sum()
loss.backward()
`;
const LONG = `import torch
w = torch.tensor(1048576.0, requires_grad=True)
for step in range(120):
    w.grad = None
    loss = w * w
    loss.backward()
    w.data *= 0.5
`;
const NO_BACKWARD = `import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (x * x).sum()
`;

describe('The picture of', () => {
  let harness: Harness;
  let host: Host;
  before(async () => {
    host = makeHost();
    harness = await startHarness();
  });
  after(async () => {
    await harness?.close();
    await host?.dispose();
  });

  for (const name of exampleNames) {
    it(name, async () => compare(name, await contentOf(await recordExample(host, name))));
  }

  it('tensors of eight elements and of more', async () =>
    compare('sizes.py', await contentOf(await record(host, 'sizes.py', SIZES))));

  it('a program without a backward pass', async () =>
    compare('no_backward.py', await contentOf(await record(host, 'no_backward.py', NO_BACKWARD))));

  it('a long run: passes with their graph, and one of which the summary is kept', async () => {
    const trace = await record(host, 'long.py', LONG);
    const panel = await harness.open();
    await panel.show({ kind: 'trace', serial: 1, trace, stale: false });
    assert.equal(await panel.page.locator('.pass-line').textContent(), 'of 120 · line 6');
    assert.equal(await panel.page.locator('.states').isVisible(), false);
    assert.equal(await panel.page.locator('.node').count(), 3);
    await panel.page.locator('.pass-input').fill('20');
    await panel.page.locator('.pass-input').press('Enter');
    await panel.page.getByRole('heading', { name: 'Of pass 20 the summary is kept' }).waitFor();
    // w is halved 19 times from 1048576 on, and the gradient of w * w is twice w.
    assert.deepEqual(await panel.page.locator('.states .lines li').allTextContents(), ['Root = 4.', '|w.grad| = 4.']);
    await panel.screenshot('panel-summary');
    await panel.page.locator('.pass-input').fill('31');
    await panel.page.locator('.pass-input').press('Enter');
    await panel.page.locator('.node').first().waitFor();
    assert.equal(await panel.page.locator('.states').isVisible(), false);
    assert.deepEqual(panel.faults, []);
    await panel.page.context().close();
  });

  it('three passes is the same in every theme', async () => {
    const trace = await recordExample(host, '5_three_passes.py');
    const [first, ...others] = await Promise.all(
      (Object.keys(THEMES) as ThemeName[]).map((theme) => contentOf(trace, theme)),
    );
    for (const other of others) assert.equal(other, first);
  });

  async function contentOf(trace: Trace, theme: ThemeName = 'dark'): Promise<string> {
    const panel = await harness.open({ theme, width: 2400, height: 2400 });
    const parts: string[] = [];
    for (const [pass] of trace.passes.length === 0 ? [[null]] : trace.passes.entries()) {
      await panel.show({ kind: 'trace', serial: parts.length + 1, trace, stale: false });
      if (pass !== null) await panel.say({ kind: 'selectPass', pass });
      const { page } = panel;
      const chosen = pass === null ? 'no pass' : await page.getByRole('tab', { selected: true }).textContent();
      const picture = await page.evaluate<string>(CONTENT);
      await page.getByRole('button', { name: 'Table' }).click();
      parts.push(`# ${chosen}\n\n${picture}\n\n${await page.evaluate<string>(TABLE)}\n`);
      await page.getByRole('button', { name: 'Table' }).click();
    }
    assert.deepEqual(panel.faults, []);
    await panel.page.context().close();
    return parts.join('\n');
  }
});

function compare(name: string, text: string): void {
  const [golden, changed] = [`${GOLDENS}/${name}.txt`, `${GOLDENS}/${name}-changed.txt`];
  rmSync(changed, { force: true });
  if (ACCEPT === '1') writeFileSync(golden, text);
  const accepted = existsSync(golden) ? readFileSync(golden, 'utf8') : '';
  if (text !== accepted) writeFileSync(changed, text);
  assert.equal(text, accepted, `${name} differs from its golden: review ${name}-changed.txt, accept with ACCEPT=1`);
}
