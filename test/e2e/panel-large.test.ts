/** Graphs of thousands of nodes, used as a person would: by eye, pointer and keyboard. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import * as programs from '../webview/programs.ts';
import { type Harness, type Panel, startHarness } from './panel-harness.ts';
import { axe } from './panel-probe.ts';

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

async function open(steps: number): Promise<Page> {
  panel = await harness.open({ reducedMotion: true });
  await panel.show({ kind: 'trace', serial: 1, trace: programs.chain(steps), stale: false });
  return panel.page;
}

/** How many pixels of the painted graph are not empty. */
const PAINTED = `(() => {
  const canvas = document.querySelector('.far-canvas');
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 0) count += 1;
  return count;
})()`;
const transform = (page: Page): Promise<string | null> => page.locator('.viewport').getAttribute('transform');

describe('the panel on a large graph', () => {
  it('lays it out in a worker, and paints it from afar', async () => {
    const page = await open(2000);
    assert.equal(page.workers().length, 1);
    assert.ok((await page.locator('.node').count()) > 0);
    assert.equal(await page.evaluate<number>(PAINTED), 0);
    await page.locator('.fit').click();
    await page.waitForTimeout(200);
    assert.ok((await page.locator('.node').count()) <= 1);
    assert.ok((await page.evaluate<number>(PAINTED)) > 500);
    await panel.screenshot('panel-large-far');
  });

  it('has a map of it in the corner, where one goes by a click', async () => {
    const page = await open(400);
    await page.locator('.minimap').waitFor();
    const before = await transform(page);
    await page.locator('.minimap').click({ position: { x: 12, y: 12 } });
    assert.notEqual(await transform(page), before);
    assert.deepEqual(await axe(page), []);
    await panel.screenshot('panel-large-map');
    await page.locator('.fit').click();
    await page.locator('.minimap').waitFor({ state: 'hidden' });
  });

  it('selects what is painted where one clicks, and keeps the keyboard', async () => {
    const page = await open(400);
    await page.locator('.fit').click();
    for (let i = 0; i < 9 && (await page.locator('.node').count()) <= 1; i++) await page.locator('.zoom .in').click();
    await page.locator('.zoom .out').click();
    await page.waitForTimeout(200);
    assert.ok((await page.locator('.node').count()) <= 1);
    const box = await page.locator('.graph').boundingBox();
    assert.ok(box);
    for (let x = box.x + 20; x < box.x + box.width && !(await page.locator('.inspector').isVisible()); x += 24) {
      await page.mouse.click(x, box.y + box.height / 2);
    }
    assert.ok(await page.locator('.inspector').isVisible());
    await page.locator('.node .frame').focus();
    const before = await page.evaluate<string>(`document.activeElement.closest('[data-key]').dataset.key`);
    await page.keyboard.press('ArrowUp');
    assert.notEqual(await page.evaluate<string>(`document.activeElement.closest('[data-key]').dataset.key`), before);
  });
});
