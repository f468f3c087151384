/** What the tests ask of the page itself. Text, because it runs there: the tests know no DOM. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious and critical violations. The script is evaluated by the debugger, which the page's policy does not concern. */
export async function axe(page: Page | Frame): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    type Axe = { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    return (await (globalThis as unknown as { axe: Axe }).axe.run()).violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ; ')}`);
}

/** Texts that leave their box, and texts that lie on each other, as the browser measures them. */
export const CLASHES = `(() => {
  const found = [];
  const all = [...document.querySelectorAll('.graph text:not(.far-title)')].map((text) => ({ text, box: text.getBoundingClientRect() }));
  for (const { text, box } of all) {
    const frame = text.closest('.node')?.querySelector('.frame')?.getBoundingClientRect();
    if (frame !== undefined && (box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom)) {
      found.push('out: ' + text.textContent);
    }
  }
  const slack = 1.5;
  for (const [i, { text, box: a }] of all.entries()) {
    for (const { text: other, box: b } of all.slice(i + 1)) {
      const beside = a.right - slack <= b.left || b.right - slack <= a.left;
      const below = a.bottom - 2 * slack <= b.top || b.bottom - 2 * slack <= a.top;
      if (!beside && !below) found.push('over: ' + text.textContent + ' / ' + other.textContent);
    }
  }
  return found;
})()`;

/** The boxes that are not wholly within the picture. */
export const CUT_OFF = `(() => {
  const view = document.querySelector('.graph').getBoundingClientRect();
  return [...document.querySelectorAll('.node')].filter((node) => {
    const box = node.querySelector('.frame').getBoundingClientRect();
    return box.left < view.left || box.top < view.top || box.right > view.right || box.bottom > view.bottom;
  }).map((node) => node.dataset.key);
})()`;

/** Whether any box can be seen. */
export const IN_VIEW = `(() => {
  const view = document.querySelector('.graph').getBoundingClientRect();
  return [...document.querySelectorAll('.frame')].some((frame) => {
    const box = frame.getBoundingClientRect();
    return box.left < view.right && box.right > view.left && box.top < view.bottom && box.bottom > view.top;
  });
})()`;
