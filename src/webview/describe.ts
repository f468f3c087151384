/** The graph in words, for the screen reader and the table. */
import type { DrawnGraph, GraphBox, Turn } from './graph.ts';
import { t } from './l10n.ts';

export function describeBox(box: GraphBox, graph: DrawnGraph): string {
  const parts = [
    box.title,
    box.detail,
    box.badge,
    stateOf(box),
    box.breaks === true ? t('breakpoint') : '',
    box.mark === 'path' ? t('on the path') : '',
  ];
  for (const { label, text } of box.lines) parts.push(`${label} ${text.join(' ')}`.trim());
  parts.push(...contributionsTo(box, graph));
  return parts.filter((part) => part !== '').join('; ');
}

const TURNS: Readonly<Record<Turn, () => string>> = {
  now: () => t('runs now'),
  done: () => '',
  next: () => t('runs next'),
  ready: () => t('ready'),
  later: () => t('waits'),
};

function stateOf({ state, turn }: GraphBox): string {
  if (turn !== undefined && state !== 'failed') return TURNS[turn]();
  if (state === 'idle') return t('did not run in this pass');
  return state === 'failed' ? t('failed here') : '';
}

/** To which box, along which input, and what; one entry per edge. */
export function contributionsOf(box: GraphBox, graph: DrawnGraph): { to: string; text: string }[] {
  const titles = new Map(graph.boxes.map(({ key, title }) => [key, title]));
  return graph.edges
    .filter((edge) => edge.target === box.key && edge.state !== 'seed' && edge.text.length > 0)
    .map((edge) => ({ to: `${titles.get(edge.source) ?? '?'} ${edge.label}`.trim(), text: edge.text.join(' ') }));
}

function contributionsTo(box: GraphBox, graph: DrawnGraph): string[] {
  return contributionsOf(box, graph).map(({ to, text }) => t('contributes to {0}: {1}', to, text));
}
