/** What the colours and lines mean; the words stand on the boxes too. */
import type { DrawnGraph } from '../graph.ts';
import { t } from '../l10n.ts';
import { child, type Html, show } from './elements.ts';

const ENTRIES = [
  ['upstream', () => t('upstream gradient and contributions'), 'backward'],
  ['after', () => t('accumulated .grad'), 'backward'],
  ['value', () => t('value'), 'all'],
  ['idle', () => t('not in this pass'), 'idle'],
  ['forward', () => t('forward'), 'forward'],
] as const;

export function renderLegend(parent: Html, graph: DrawnGraph | null): void {
  show(parent, graph !== null);
  if (graph === null) return;
  parent.attr('aria-label', t('Legend'));
  for (const [key, text, when] of ENTRIES) {
    const entry = child(parent, 'span', `entry-${key} entry`);
    child(entry, 'span', `swatch ${key}`).attr('aria-hidden', 'true');
    child(entry, 'span', 'text').text(text());
    show(entry, applies(when, graph));
  }
  show(
    child(parent, 'span', 'teach').text(
      t('Contributions that meet are summed; .grad is never replaced, each pass adds to it.'),
    ),
    contributionsMeet(graph),
  );
}

function contributionsMeet({ edges }: DrawnGraph): boolean {
  const arriving = edges.filter(({ state, contribution }) => state === 'ran' && contribution !== null);
  return new Set(arriving.map(({ source }) => source)).size < arriving.length;
}

function applies(when: (typeof ENTRIES)[number][2], graph: DrawnGraph): boolean {
  if (when === 'all') return true;
  if (when === 'backward') return graph.pass !== null;
  if (when === 'idle') return graph.boxes.some(({ state }) => state === 'idle');
  return graph.pass === null;
}
