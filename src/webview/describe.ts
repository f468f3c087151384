/** The graph in words, for the screen reader and the table. */
import type { DrawnGraph, GraphBox } from './graph.ts';

const STATE: Readonly<Record<GraphBox['state'], string>> = {
  ran: '',
  idle: 'did not run in this pass',
  failed: 'failed here',
  plain: '',
};

export function describeBox(box: GraphBox, graph: DrawnGraph): string {
  const parts = [box.title, box.detail, box.badge, STATE[box.state]];
  for (const { label, text } of box.lines) parts.push(`${label} ${text.join(' ')}`.trim());
  parts.push(...contributionsTo(box, graph));
  return parts.filter((part) => part !== '').join('; ');
}

/** `to x via self: [..]`, one entry per edge. */
export function contributionsOf(box: GraphBox, graph: DrawnGraph): { to: string; text: string }[] {
  const titles = new Map(graph.boxes.map(({ key, title }) => [key, title]));
  return graph.edges
    .filter((edge) => edge.target === box.key && edge.state !== 'seed' && edge.text.length > 0)
    .map((edge) => ({ to: `${titles.get(edge.source) ?? '?'} ${edge.label}`.trim(), text: edge.text.join(' ') }));
}

function contributionsTo(box: GraphBox, graph: DrawnGraph): string[] {
  return contributionsOf(box, graph).map(({ to, text }) => `contributes to ${to}: ${text}`);
}
