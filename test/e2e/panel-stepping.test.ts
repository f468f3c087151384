/** The walk through a backward pass, in a real browser, on what the engine records. */
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
b = x.exp()
y = a * b
loss = y.sum()
loss.backward()
`;
const NAN = `import torch
x = torch.tensor([0.0, 4.0], requires_grad=True)
y = x.sqrt()
z = y * 0
loss = z.sum()
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
  const violations = await page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);
  await page.context().close();
  assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
});

async function open(trace: Trace, options: OpenOptions = {}): Promise<Page> {
  panel = await harness.open(options);
  await panel.show({ kind: 'trace', serial: 1, trace, stale: false });
  return panel.page;
}
const diamond = (): Promise<Trace> => record(host, 'diamond.py', DIAMOND);
const where = (page: Page): Promise<string | null> => page.locator('.where').textContent();
const fact = (page: Page, key: string): Promise<string | null> => page.locator(`.fact.${key} dd`).textContent();
const titles = (page: Page, turn: string): Promise<string[]> =>
  page.locator(`.node.turn-${turn} .texts .title`).allTextContents();

describe('Stepping through a pass', () => {
  it('by the debugger’s keys: what runs, what it sends, what is ready, what is next and why', async () => {
    const page = await open(await diamond());
    assert.equal(await where(page), '5 of 5');
    assert.equal(await page.locator('.fact').count(), 0);
    await page.keyboard.press('F10');
    assert.equal(await where(page), '0 of 5');
    assert.equal(await fact(page, 'runs'), 'the gradient enters at loss');
    assert.deepEqual(await titles(page, 'next'), ['loss']);
    assert.equal(await page.locator('.edge.ran .contribution').count(), 0);
    await page.keyboard.press('F10');
    assert.equal(await fact(page, 'runs'), 'SumBackward0 (loss)');
    assert.equal(await fact(page, 'sends'), '[1., 1.] to y');
    await page.keyboard.press('F10');
    assert.deepEqual(await titles(page, 'now'), ['y']);
    assert.equal(await fact(page, 'ready'), 'ExpBackward0 (b), MulBackward0 (a)');
    assert.equal(
      await fact(page, 'next'),
      'ExpBackward0 (b): its gradient is in, and it was made last of those that are ready',
    );
    await panel.screenshot('panel-step');
    await page.keyboard.press('F10');
    assert.match((await fact(page, 'sends')) ?? '', /to x \(1 of 2 in\)$/);
    assert.deepEqual(await titles(page, 'later'), ['x']);
    assert.match((await page.locator('.node.leaf').textContent()) ?? '', /upstream: 1 of 2 in/);
    await page.keyboard.press('F10');
    assert.match((await fact(page, 'next')) ?? '', /^AccumulateGrad \(x\): all 2 contributions are in/);
    await page.keyboard.press('F10');
    assert.match((await fact(page, 'sends')) ?? '', /^None \+ \[.*\] = \[/);
    assert.equal(await fact(page, 'next'), 'nothing: the pass is complete');
    await page.keyboard.press('Shift+F10');
    assert.equal(await where(page), '4 of 5');
    await page.keyboard.press('Shift+F5');
    assert.equal(await page.locator('.fact').count(), 0);
    assert.equal(await page.locator('[class*=turn-]').count(), 0);
  });

  it('draws what has happened by then and nothing else, in the same places', async () => {
    const page = await open(await diamond());
    const places = (): Promise<string[]> =>
      page.evaluate(
        `[...document.querySelectorAll('.node')].map((node) => node.dataset.key + node.getAttribute('transform'))`,
      );
    const whole = await places();
    const carried = await page.locator('.edge.ran .contribution').allTextContents();
    await page.keyboard.press('Alt+F10');
    assert.deepEqual(await places(), whole);
    const counts: number[] = [];
    for (let step = 0; step < 5; step++) {
      await page.keyboard.press('F10');
      counts.push(await page.locator('.edge.ran .contribution').count());
      assert.deepEqual(await page.evaluate<string[]>(CLASHES), []);
    }
    assert.deepEqual(counts, [1, 3, 4, 5, 5]);
    assert.deepEqual(await page.locator('.edge.ran .contribution').allTextContents(), carried);
    // The table is the same picture.
    await page.getByRole('button', { name: 'Table' }).click();
    await page.keyboard.press('Alt+F10');
    assert.equal(await page.locator('table td.after').count(), 0);
  });

  it('by mouse: scrubber, buttons, a node to run to', async () => {
    const page = await open(await recordExample(host, '7_perceptron.py'), { theme: 'light' });
    await page.getByRole('slider', { name: 'Step' }).fill('3');
    assert.equal(await where(page), '3 of 12');
    assert.match(
      (await page.getByRole('slider', { name: 'Step' }).getAttribute('aria-valuetext')) ?? '',
      /^3 of 12: SubBackward0/,
    );
    await page.getByRole('button', { name: 'Next step (F10)' }).click();
    assert.equal(await where(page), '4 of 12');
    await page.getByRole('button', { name: 'To the end (Alt+Shift+F10)' }).click();
    await page.getByRole('button', { name: 'Previous step (Shift+F10)' }).click();
    assert.equal(await where(page), '11 of 12');
    await page.getByRole('button', { name: 'hidden', exact: false }).first().press('Enter');
    await page.getByRole('button', { name: 'Run to here' }).click();
    assert.match((await fact(page, 'runs')) ?? '', /^ReluBackward0/);
    await panel.screenshot('panel-step-light');
    await page.getByRole('button', { name: 'Whole pass' }).click();
    assert.equal(await page.locator('.facts').isVisible(), false);
  });

  it('plays at a speed, pauses, and stops at the end', async () => {
    const page = await open(await diamond(), { reducedMotion: true });
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('16');
    await page.keyboard.press('F5');
    await page.getByText('nothing: the pass is complete').waitFor();
    assert.equal(await where(page), '5 of 5');
    assert.equal(await page.getByRole('button', { name: 'Play (F5)' }).count(), 1);
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('0.5');
    await page.keyboard.press('F5');
    await page.getByRole('button', { name: 'Pause (F5)' }).click();
    assert.equal(await where(page), '0 of 5');
    const moves = `[...document.querySelectorAll('.frame, .line')].filter((part) => {
      const { transitionDuration, animationName } = getComputedStyle(part);
      return transitionDuration !== '0s' || animationName !== 'none';
    }).length`;
    assert.equal(await page.evaluate(moves), 0);
  });

  it('stops at a breakpoint on a node, and says so', async () => {
    const page = await open(await diamond());
    await page.locator('.node', { hasText: 'MulBackward0' }).first().locator('.frame').press('Enter');
    await page.keyboard.press('F9');
    assert.equal(await page.locator('.node.breaks').count(), 1);
    assert.match((await page.locator('.node.breaks .frame').getAttribute('aria-label')) ?? '', /breakpoint/);
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('16');
    await page.keyboard.press('F5');
    await page.locator('.halt').waitFor();
    assert.match((await page.locator('.halt').textContent()) ?? '', /^Breakpoint: MulBackward0 \(\w\)$/);
    assert.equal(await page.locator('.node.turn-now.breaks').count(), 1);
    assert.deepEqual(await axe(page), []);
    await panel.screenshot('panel-breakpoint');
    // The breakpoint lies on the way to x, where the pass ends.
    await page.keyboard.press('Alt+F10');
    await page.locator('.node.leaf .frame').press('Enter');
    await page.keyboard.press('Control+F10');
    assert.equal(await page.locator('.node.turn-now.breaks').count(), 1);
    await page.keyboard.press('Control+F10');
    assert.equal(await where(page), '5 of 5');
    await page.getByText('Breakpoints (1)').click();
    await page.getByRole('button', { name: 'Remove those on nodes (1)' }).click();
    assert.equal(await page.locator('.node.breaks').count(), 0);
  });

  it('stops at a condition: NaN or inf, zero, a norm', async () => {
    const page = await open(await record(host, 'nan.py', NAN));
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('16');
    const check = async (name: string): Promise<void> => page.getByRole('checkbox', { name }).click();
    const stop = async (): Promise<string | null> => {
      await page.keyboard.press('Alt+F10');
      await page.keyboard.press('F5');
      await page.locator('.halt').waitFor();
      return page.locator('.halt').textContent();
    };
    await page.getByText('Breakpoints', { exact: true }).click();
    await panel.screenshot('panel-conditions');
    assert.deepEqual(await axe(page), []);
    await check('a gradient is zero');
    assert.equal(await stop(), 'Breakpoint: a gradient is zero');
    assert.equal(await fact(page, 'runs'), 'MulBackward0 (z)');
    await check('a gradient is zero');
    await check('a gradient has NaN or inf');
    assert.equal(await stop(), 'Breakpoint: a gradient has NaN or inf');
    assert.equal(await fact(page, 'runs'), 'SqrtBackward0 (y)');
    await check('a gradient has NaN or inf');
    await page.getByRole('spinbutton', { name: 'Norm' }).fill('1.2');
    await check('a norm is above');
    assert.equal(await stop(), 'Breakpoint: norm 1.4142 > 1.2');
    assert.equal(await fact(page, 'runs'), 'SumBackward0 (loss)');
  });

  it('lists its keys in a sheet', async () => {
    const page = await open(await diamond());
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keys' });
    await sheet.waitFor();
    assert.match(
      (await sheet.textContent()) ?? '',
      /F5Play, or pause.*Shift\+F10Previous step.*Ctrl\+F10Run to the selected node/,
    );
    assert.deepEqual(await axe(page), []);
    await panel.screenshot('panel-keys');
    await page.keyboard.press('Escape');
    assert.equal(await sheet.count(), 0);
  });
});
