/** The real page in a real browser, under the extension's policy. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { Trace } from '../../src/trace/model.ts';
import type { PanelState } from '../../src/webview/protocol.ts';
import * as programs from '../webview/programs.ts';
import { type Harness, type OpenOptions, type Panel, startHarness } from './panel-harness.ts';
import { axe, CLASHES, CUT_OFF, IN_VIEW } from './panel-probe.ts';
import { THEMES, type ThemeName } from './panel-themes.ts';

let harness: Harness;
let panel: Panel;

before(async () => {
  harness = await startHarness();
});
after(() => harness?.close());
afterEach(async () => {
  const { faults, page } = panel;
  const violations = await page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);
  await page.context().close();
  assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
});

const state = (trace: Trace, serial = 1): PanelState => ({ kind: 'trace', serial, trace, stale: false });
async function open(trace: Trace | null, options: OpenOptions = {}): Promise<Page> {
  panel = await harness.open(options);
  if (trace !== null) await panel.show(state(trace));
  return panel.page;
}
const texts = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents();
const focused = (page: Page): Promise<string | null> =>
  page.evaluate<string | null>(`document.activeElement?.closest('[data-key]')?.getAttribute('data-key') ?? null`);

describe('the panel on three passes', () => {
  it('says that it is ready and when it has painted', async () => {
    await open(programs.threePasses());
    const [ready, painted] = await panel.heard();
    assert.deepEqual(ready, { kind: 'ready', version: 1 });
    assert.equal(painted?.kind, 'painted');
  });

  it('draws two edges with equal contributions', async () => {
    const page = await open(programs.threePasses());
    const contribution = '[0.5000, 0.5000, 0.6000, 1.0000, 3.2000]';
    assert.deepEqual(await texts(page, '.edge.ran .contribution'), [contribution, contribution]);
    assert.deepEqual(await texts(page, '.edge .via'), ['via self', 'via other']);
  });

  it('shows before + incoming = after for each pass, in place', async () => {
    const page = await open(programs.threePasses());
    await page.evaluate(`window.kept = document.querySelector('[data-key=t0]'); 0`);
    const viewport = await page.locator('.viewport').getAttribute('transform');
    const sums: string[][] = [];
    for (const pass of [1, 2, 3]) {
      await page.getByRole('tab', { name: `Pass ${pass}` }).click();
      sums.push(await texts(page, '.node.leaf text:is(.before, .incoming, .after)[text-anchor=end]'));
    }
    assert.deepEqual(sums, [
      ['None', '[ 2., 10., 12., 20., 32.]', '[ 2., 10., 12., 20., 32.]'],
      [
        '[ 2., 10., 12., 20., 32.]',
        '[0.2000, 1.0000, 1.2000, 2.0000, 3.2000]',
        '[ 2.2000, 11.0000, 13.2000, 22.0000, 35.2000]',
      ],
      [
        '[ 2.2000, 11.0000, 13.2000, 22.0000, 35.2000]',
        '[1.0000, 1.0000, 1.2000, 2.0000, 6.4000]',
        '[ 3.2000, 12.0000, 14.4000, 24.0000, 41.6000]',
      ],
    ]);
    assert.equal(await page.locator('.viewport').getAttribute('transform'), viewport);
    assert.ok(await page.evaluate<boolean>('window.kept.isConnected'));
    assert.deepEqual(
      (await panel.heard()).filter(({ kind }) => kind === 'passSelected'),
      [
        { kind: 'passSelected', pass: 0 },
        { kind: 'passSelected', pass: 1 },
        { kind: 'passSelected', pass: 2 },
      ],
    );
  });

  it('shows the operation, the name and the upstream gradient of y', async () => {
    const page = await open(programs.threePasses());
    const y = (await texts(page, '[data-key=n1] text')).join('\n');
    for (const part of ['y', 'x * x', 'MulBackward0', 'upstream ∂L/∂y', '[0.5000, 0.1000, 0.1000, 0.1000, 0.2000]']) {
      assert.ok(y.includes(part), part);
    }
  });

  it('reveals the source of a node that is clicked, and explains it', async () => {
    const page = await open(programs.threePasses());
    await page.locator('[data-key=n1]').click();
    const reveal = (await panel.heard()).find(({ kind }) => kind === 'reveal');
    assert.ok(reveal?.kind === 'reveal' && reveal.source.line === 6);
    const inspector = (await page.locator('.inspector').textContent()) ?? '';
    for (const part of ['y = x * x', 'train.py:6', 'version 0']) assert.ok(inspector.includes(part), part);
    assert.equal(await page.locator('.formula[aria-label="∂L/∂self = upstream · other"] mfrac').count(), 1);
    await panel.screenshot('panel-selected');
  });

  it('is used by keyboard alone', async () => {
    const page = await open(programs.threePasses());
    await page.getByRole('tab', { selected: true }).focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.getByRole('tab', { selected: true }).textContent(), 'Pass 2 line 11');
    await page.locator('.node [tabindex="0"]').focus();
    const first = await focused(page);
    const down = (await page.locator('.direction').textContent())?.includes('down');
    await page.keyboard.press(down ? 'ArrowDown' : 'ArrowRight');
    assert.notEqual(await focused(page), first);
    assert.equal(await page.locator('.node [tabindex="0"]').count(), 1);
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.node [aria-pressed="true"]').count(), 1);
    assert.ok((await panel.heard()).some(({ kind }) => kind === 'reveal'));
    const before = await page.locator('.viewport').getAttribute('transform');
    await page.keyboard.press('+');
    await page.locator(`.viewport:not([transform="${before}"])`).waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.node [aria-pressed="true"]').count(), 0);
  });

  it('has a table that says the same', async () => {
    const page = await open(programs.threePasses());
    await page.getByRole('button', { name: 'Table' }).click();
    assert.equal(await page.locator('table caption').textContent(), 'train.py, pass 3 of 3');
    assert.deepEqual(await texts(page, 'table td.after'), ['[ 3.2000, 12.0000, 14.4000, 24.0000, 41.6000]', '', '']);
    await page.getByRole('row').getByRole('button', { name: 'y', exact: true }).press('Enter');
    assert.ok((await panel.heard()).some(({ kind }) => kind === 'reveal'));
    await panel.screenshot('panel-table');
  });

  it('has a table that the keyboard alone goes through', async () => {
    const page = await open(programs.threePasses());
    const toggle = page.getByRole('button', { name: 'Table' });
    await toggle.focus();
    await page.keyboard.press('Enter');
    assert.equal(await toggle.getAttribute('aria-pressed'), 'true');
    const seen: (string | null)[] = [];
    for (let i = 0; i < 12 && seen.at(-1) !== 'gradient'; i++) {
      await page.keyboard.press('Tab');
      seen.push(await page.evaluate<string | null>(`document.activeElement?.closest('th')?.textContent ?? null`));
    }
    assert.deepEqual(
      seen.filter((name) => name !== null),
      ['x', 'y', 'gradient'],
    );
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('th [aria-pressed="true"]').textContent(), 'y');
    assert.ok((await panel.heard()).some((message) => message.kind === 'reveal' && message.source.line === 6));
    assert.deepEqual(await texts(page, 'table [scope=row]'), ['x', 'y', 'gradient']);
    assert.ok((await texts(page, 'table [scope=col]')).includes('Upstream gradient'));
    await toggle.press('Enter');
    await page.locator('.node').first().waitFor();
  });

  it('follows the extension: select, pass, stale', async () => {
    const page = await open(programs.threePasses());
    await panel.say({ kind: 'select', target: { kind: 'tensor', id: 0 } });
    assert.equal(await page.locator('.node.selected').getAttribute('data-key'), 't0');
    await panel.say({ kind: 'selectPass', pass: 0 });
    assert.equal(await page.getByRole('tab', { selected: true }).textContent(), 'Pass 1 line 8');
    await panel.say({ kind: 'stale', stale: true });
    assert.match((await page.locator('.banner.stale').textContent()) ?? '', /changed since/);
    assert.ok((await panel.heard()).every(({ kind }) => kind === 'ready' || kind === 'painted'));
    await page.getByRole('button', { name: 'Run again' }).click();
    assert.ok((await panel.heard()).some(({ kind }) => kind === 'run'));
  });

  it('keeps a graph in view when another run replaces it', async () => {
    const page = await open(programs.perceptron(2), { width: 620, height: 800 });
    await panel.show(state(programs.threePasses(), 2));
    const inView = (): Promise<boolean> => page.evaluate<boolean>(IN_VIEW);
    assert.ok(await inView());
    await page.mouse.move(300, 400);
    await page.mouse.down();
    await page.mouse.move(310, 420);
    await page.mouse.up();
    const moved = await page.locator('.viewport').getAttribute('transform');
    await panel.show(state(programs.threePasses(), 3));
    assert.equal(await page.locator('.viewport').getAttribute('transform'), moved);
    await panel.show(state(programs.perceptron(3), 4));
    assert.ok(await inView());
  });

  it('comes back as it was left', async () => {
    let page = await open(programs.threePasses());
    await page.getByRole('tab', { name: 'Pass 2' }).click();
    await page.locator('[data-key=t0]').click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForTimeout(300);
    const saved = await panel.saved();
    const transform = await page.locator('.viewport').getAttribute('transform');
    await page.context().close();
    page = await open(programs.threePasses(), { saved });
    assert.equal(await page.getByRole('tab', { selected: true }).textContent(), 'Pass 2 line 11');
    assert.equal(await page.locator('.node.selected').getAttribute('data-key'), 't0');
    assert.equal(await page.locator('.viewport').getAttribute('transform'), transform);
  });

  it('comes back fitted where another file is shown, or where nothing was moved', async () => {
    let page = await open(programs.threePasses());
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForTimeout(300);
    const moved = await panel.saved();
    await page.context().close();
    page = await open({ ...programs.perceptron(1), file: '/p/other.py' }, { saved: moved });
    assert.ok(await page.evaluate<boolean>(IN_VIEW));
    await page.context().close();
    page = await open(programs.threePasses(), { height: 900 });
    const fitted = await panel.saved();
    await page.context().close();
    page = await open(programs.threePasses(), { saved: fitted, width: 620, height: 560 });
    assert.deepEqual(await page.evaluate(CUT_OFF), []);
  });

  it('is fitted again when its room changes, and never covers what was selected', async () => {
    const page = await open(programs.threePasses(), { width: 620, height: 900 });
    for (const height of [520, 480, 900]) {
      await page.setViewportSize({ width: 620, height });
      await page.waitForTimeout(100);
      assert.deepEqual(await page.evaluate(CUT_OFF), [], `${height} px high`);
    }
    await page.setViewportSize({ width: 620, height: 560 });
    for (const key of ['t0', 'n1', 's0']) {
      await page.locator(`[data-key=${key}] .frame`).press('Enter');
      await page.locator('.inspector').waitFor();
      await page.waitForTimeout(100);
      assert.ok(!(await page.evaluate<string[]>(CUT_OFF)).includes(key), `${key} is cut off`);
      await page.getByRole('button', { name: 'Close the inspector' }).click();
    }
    assert.deepEqual(await page.evaluate(CUT_OFF), []);
  });

  it('speaks Chinese', async () => {
    const strings = JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<string, string>;
    const page = await open(programs.threePasses(), { strings });
    assert.equal(await page.getByRole('tab', { selected: true }).textContent(), '第 3 次 第 14 行');
    assert.deepEqual(await texts(page, '.edge .via'), ['经由 self', '经由 other']);
    await page.locator('[data-key=n1]').click();
    assert.match((await page.locator('.inspector').textContent()) ?? '', /局部导数.*为反向传播保存/s);
    const english = (await texts(page, 'button, h3, .legend .text, .node .label')).filter((text) =>
      /[a-z]{4,}/i.test(text),
    );
    assert.deepEqual(
      english.filter((text) => !/Backward0|float32|train\.py|\.grad|Python|HTML|JSON|Markdown/.test(text)),
      [],
    );
    assert.deepEqual(await page.evaluate(CLASHES), []);
    await panel.screenshot('panel-chinese');
  });
});

describe('the panel on other runs', () => {
  it('marks the node that failed and says what was raised', async () => {
    const page = await open(programs.nonScalar(), { theme: 'light' });
    assert.match(
      (await page.getByRole('alert').textContent()) ?? '',
      /RuntimeError: grad can be implicitly created only for scalar outputs/,
    );
    assert.equal(await page.locator('.node.failed').getAttribute('data-key'), 'n1');
    await panel.screenshot('panel-error');
  });

  it('draws the forward graph and says what to do where no pass ran', async () => {
    const page = await open(programs.noBackward());
    assert.match((await page.locator('.banner.no-pass').textContent()) ?? '', /No backward pass ran.*\.backward\(\)/s);
    assert.equal(await page.locator('.edge.forward').count(), 3);
    await panel.screenshot('panel-no-backward');
  });

  it('draws tensors where there are no nodes', async () => {
    const page = await open(programs.noGrad());
    assert.equal(await page.locator('.node.tensor').count(), 5);
    await panel.screenshot('panel-no-grad');
  });

  it('has a calm page for nothing, for running, for failing and for no tensors', async () => {
    const page = await open(null);
    assert.match((await page.locator('.states').textContent()) ?? '', /See the backward pass/);
    await panel.screenshot('panel-empty');
    await panel.show({ kind: 'running', file: '/p/train.py' });
    assert.match((await page.locator('.states').textContent()) ?? '', /Running train\.py/);
    await panel.show({ kind: 'failed', message: 'The engine stopped.', hint: 'Run again.' });
    assert.match((await page.locator('.states').textContent()) ?? '', /The engine stopped\./);
    await panel.show(state({ ...programs.noGrad(), tensors: [] }));
    assert.match((await page.locator('.states').textContent()) ?? '', /No tensors were recorded/);
  });

  it('steps through many passes by number', async () => {
    const page = await open(programs.perceptron(12));
    assert.equal(await page.locator('.stepper').textContent(), '‹Passof 12 · line 30›');
    await page.getByRole('button', { name: 'Previous pass' }).click();
    await page.locator('.pass-input').fill('3');
    await page.locator('.pass-input').press('Enter');
    assert.deepEqual(
      (await panel.heard()).filter(({ kind }) => kind === 'passSelected'),
      [
        { kind: 'passSelected', pass: 10 },
        { kind: 'passSelected', pass: 2 },
      ],
    );
    await panel.screenshot('panel-perceptron');
  });

  it('draws a chain of 1,000 nodes, only what is in view, and moves through it', async () => {
    const page = await open(programs.chain(1000));
    assert.ok((await page.locator('.node').count()) < 150);
    await page.locator('.node.seed .frame').focus();
    await page.keyboard.press('ArrowUp');
    assert.match(await page.evaluate<string>(`document.activeElement?.getAttribute('aria-label') ?? ''`), /^h999;/);
    await page.keyboard.press('0');
    await page.waitForTimeout(200);
    // From afar boxes are painted, and only what has the focus is an element.
    assert.ok((await page.locator('.node').count()) <= 1);
    await panel.screenshot('panel-chain');
  });

  it('takes names as text, whatever is in them', async () => {
    const page = await open(programs.hostile(), { theme: 'light' });
    assert.equal(await page.locator('#app script, #app img').count(), 0);
    assert.ok((await texts(page, '.node title')).some((title) => title.startsWith('<script>alert(1)</script>')));
    await page.getByRole('button', { name: 'Table' }).click();
    assert.equal(await page.locator('#app script, #app img').count(), 0);
    await page.getByRole('button', { name: 'Table' }).click();
    await panel.screenshot('panel-hostile');
  });

  it('says calmly that a message could not be read', async () => {
    const page = await open(programs.threePasses());
    const deep = {
      kind: 'state',
      state: { kind: 'trace', serial: 1, trace: '<script>alert(1)</script>', stale: false },
    };
    for (const bad of [
      null,
      7,
      'text',
      [],
      { kind: '<script>' },
      deep,
      { kind: 'select', target: { kind: 'node', id: -1 } },
    ])
      await panel.say(bad);
    assert.match((await page.locator('.banner.notice').textContent()) ?? '', /could not be read/);
    assert.equal(await page.locator('.node').count(), 3);
    await panel.say({ kind: 'select', target: { kind: 'node', id: 424242 } });
    await page.getByRole('button', { name: 'Dismiss' }).click();
    assert.equal(await page.locator('.banner').count(), 0);
  });
});

describe('the panel in every theme', () => {
  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    it(`is accessible and drawn (${theme})`, async () => {
      const page = await open(programs.threePasses(), { theme });
      await panel.screenshot(`panel-${theme}`);
      assert.deepEqual(await axe(page), []);
      await page.locator('[data-key=n1]').click();
      assert.deepEqual(await axe(page), []);
      await page.getByRole('button', { name: 'Table' }).click();
      assert.deepEqual(await axe(page), []);
      await panel.show(state(programs.nonScalar(), 2));
      assert.deepEqual(await axe(page), []);
      await page.getByRole('button', { name: 'Table' }).click();
      await panel.show({ kind: 'empty' });
      assert.deepEqual(await axe(page), []);
    });

    it(`has no text over another or over its box (${theme})`, async () => {
      const page = await open(programs.perceptron(2), { theme, width: 620, height: 800 });
      assert.deepEqual(await page.evaluate<string[]>(CLASHES), []);
      await panel.show(state(programs.threePasses(), 2));
      assert.deepEqual(await page.evaluate<string[]>(CLASHES), []);
      await panel.screenshot(`panel-narrow-${theme}`);
    });
  }
});
