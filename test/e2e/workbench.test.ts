/** The extension in VS Code's workbench: what is clicked, pointed at, loaded again, and seen. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Frame, Locator, Page } from 'playwright-core';
import { panelFrame } from '../../tools/workbench.mjs';
import { axe, CLASHES, CUT_OFF } from './panel-probe.ts';
import { choose, openExample, openWorkbench, takePicture, type Workbench } from './workbench.ts';

/** What a browser tells of its user's preference, by the class that VS Code gives the panel's page. */
const THEMES = {
  'vscode-light': { colorScheme: 'light' },
  'vscode-dark': { colorScheme: 'dark' },
  'vscode-high-contrast': { colorScheme: 'dark', forcedColors: 'active' },
  'vscode-high-contrast-light': { colorScheme: 'light', forcedColors: 'active' },
} as const;

/** What cannot be run, and what is said about it. */
const REFUSED = { 'empty.py': ' \n', 'notes.txt': 'print(1)\n' };
const SENTENCES: Readonly<Record<keyof typeof REFUSED, string>> = {
  'empty.py': 'empty.py is empty: there is nothing to run.',
  'notes.txt': 'notes.txt is not a Python file (its language is "plaintext"). Backpass runs Python files.',
};

describe('In the workbench', () => {
  let workbench: Workbench;
  let page: Page;
  let panel: Frame;

  before(async () => {
    workbench = await openWorkbench(REFUSED);
    page = workbench.page;
  });
  after(async () => {
    if (page) await takePicture(page, 'workbench');
    await workbench?.stop();
  });

  it('the icon in the title of a Python file runs it', async () => {
    await openExample(page, '5_three_passes.py');
    await page
      .locator('.editor-actions')
      .getByRole('button', { name: /^Run Backward/ })
      .click();
    panel = await panelFrame(page);
    await page.locator('.part.panel .view-lines').getByText('41.6000').first().waitFor();
    assert.equal(await panel.locator('.node').count(), 3);
  });

  it('the graph is whole although the output panel has taken room from it', async () => {
    await settled(() => panel.evaluate<string[]>(CUT_OFF), []);
    await takePicture(page, 'workbench-output');
  });

  it('a click on a node selects its expression in the editor', async () => {
    await panel.locator('[data-key=n1]').click();
    await isSelected(page, 'Ln 6, Col 10 (5 selected)');
    await panel.getByRole('button', { name: 'Close the inspector' }).click();
    await settled(() => panel.evaluate<string[]>(CUT_OFF), []);
    await panel.locator('.node.leaf').first().click();
    await isSelected(page, 'Ln 5, Col 66 (61 selected)');
    await takePicture(page, 'workbench-selected');
    // However far the selection goes, lines are read from their beginning.
    const lines = page.locator('.editor-instance .lines-content').first();
    assert.equal(await lines.evaluate(({ style }) => Number.parseFloat(style.left || '0')), 0);
  });

  it('a hover links to the node', async () => {
    await hover(page, line(page, 'y = x * x'), 2);
    const link = page.locator('.monaco-hover').getByText('Show in the graph');
    await link.waitFor();
    await takePicture(page, 'workbench-hover');
    await link.click();
    await settled(() => panel.locator('.node.selected').getAttribute('data-key'), 'n1');
  });

  it('the panel and the hover say that the text has changed, until it is as it was', async () => {
    await line(page, 'y = x * x').click();
    await page.keyboard.press('End');
    await page.keyboard.type('  # twice');
    await panel.locator('.banner.stale').waitFor();
    await hover(page, line(page, 'y = x * x'), 2);
    await page.locator('.monaco-hover').getByText('The text has changed since the run.').waitFor();
    await takePicture(page, 'workbench-stale');
    for (let i = 0; i < '  # twice'.length; i++) await page.keyboard.press('Backspace');
    await panel.locator('.banner.stale').waitFor({ state: 'detached' });
  });

  for (const [theme, media] of Object.entries(THEMES)) {
    it(`is readable in the theme ${theme}`, async () => {
      await page.emulateMedia(media);
      await panel.locator(`body.${theme}`).waitFor();
      await page.waitForTimeout(300);
      await takePicture(page, `workbench-${theme}`);
      assert.deepEqual(await axe(panel), []);
      assert.deepEqual(await panel.evaluate<string[]>(CLASHES), []);
    });
  }

  for (const [name, sentence] of Object.entries(SENTENCES)) {
    it(`a sentence tells of ${name}, and the graph stays`, async () => {
      await openExample(page, name);
      await choose(page, 'Backpass: Run Backward');
      await page.getByText(sentence).first().waitFor();
      assert.equal(await panel.locator('h1.file').textContent(), '5_three_passes.py');
    });
  }

  it('the panel is kept when the window is loaded again, and runs the file again', async () => {
    await panel.getByRole('tab', { name: 'Pass 2' }).click();
    await choose(page, 'Developer: Reload Window');
    const again = await frameWith(page, (frame) => frame.getByRole('button', { name: 'Run again' }));
    await takePicture(page, 'workbench-reloaded');
    await again.getByRole('button', { name: 'Run again' }).click();
    panel = await frameOf(page, '5_three_passes.py');
    assert.match((await panel.getByRole('tab', { selected: true }).textContent()) ?? '', /Pass 2/);
    assert.equal(await page.getByRole('tab', { name: 'Backpass' }).count(), 1);
  });

  it('has logged no error and broken no policy', () => assert.deepEqual(workbench.faults, []));
});

const line = (page: Page, text: string): Locator =>
  page
    .locator('.editor-instance .view-line')
    .filter({ hasText: text.replaceAll(' ', '\u00a0') })
    .first();

/** The status bar tells it once the focus is in the editor. */
async function isSelected(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+1');
  await page.locator('.statusbar-item').getByText(text, { exact: true }).waitFor();
}

/** Points at a column of a line. */
async function hover(page: Page, target: Locator, column: number): Promise<void> {
  await page.mouse.move(5, 5);
  const box = await target.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 4 + (column - 2) * 8, box.y + box.height / 2, { steps: 4 });
}

const frameOf = (page: Page, file: string): Promise<Frame> =>
  frameWith(page, (frame) => frame.locator('h1.file').getByText(file));

/** The frame that shows what is looked for. */
async function frameWith(page: Page, what: (frame: Frame) => Locator): Promise<Frame> {
  for (let left = 600; left > 0; left--) {
    for (const frame of page.frames()) {
      const count = await what(frame)
        .count()
        .catch(() => 0);
      if (count > 0) return frame;
    }
    await page.waitForTimeout(100);
  }
  throw new Error('no frame shows it');
}

async function settled<T>(probe: () => Promise<T>, expected: T): Promise<void> {
  let seen = await probe();
  for (let left = 100; left > 0 && JSON.stringify(seen) !== JSON.stringify(expected); left--) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    seen = await probe();
  }
  assert.deepEqual(seen, expected);
}
