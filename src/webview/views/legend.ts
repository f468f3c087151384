/** What the colours and lines mean; the words stand on the boxes too. */
import type { DrawnGraph } from '../graph.ts';
import { child, type Html, show } from './elements.ts';

const ENTRIES = [
  ['upstream', 'upstream gradient and contributions', 'backward'],
  ['after', 'accumulated .grad', 'backward'],
  ['value', 'value', 'all'],
  ['idle', 'not in this pass', 'idle'],
  ['forward', 'forward', 'forward'],
] as const;

export function renderLegend(parent: Html, graph: DrawnGraph | null): void {
  show(parent, graph !== null);
  if (graph === null) return;
  parent.attr('aria-label', 'Legend');
  for (const [key, text, when] of ENTRIES) {
    const entry = child(parent, 'span', `entry-${key} entry`);
    child(entry, 'span', `swatch ${key}`).attr('aria-hidden', 'true');
    child(entry, 'span', 'text').text(text);
    show(entry, applies(when, graph));
  }
  const shared = graph.boxes.some(({ lines }) => lines.some(({ text }) => text[0]?.includes('the sum of') ?? false));
  show(
    child(parent, 'span', 'teach').text(
      'Contributions that meet are summed; .grad is never replaced, each pass adds to it.',
    ),
    shared,
  );
}

function applies(when: (typeof ENTRIES)[number][2], graph: DrawnGraph): boolean {
  if (when === 'all') return true;
  if (when === 'backward') return graph.pass !== null;
  if (when === 'idle') return graph.boxes.some(({ state }) => state === 'idle');
  return graph.pass === null;
}
