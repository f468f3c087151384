/** What can be done with the selected node. */
import { markdownOf } from '../export/markdown.ts';
import type { DrawnGraph, GraphBox } from '../graph.ts';
import { t } from '../l10n.ts';
import type { Player } from '../stepping/player.ts';
import { button, child, type Html, show } from './elements.ts';

export function renderNodeActions(
  parent: Html,
  box: GraphBox,
  graph: DrawnGraph,
  player: Player,
  onCopy: (text: string) => void,
): void {
  button(child(parent, 'div', 'copy-actions'), 'markdown', t('Copy as Markdown'), () => onCopy(markdownOf(box, graph)));
  const row = child(parent, 'div', 'node-actions');
  const node = box.kind === 'seed' ? null : box.node;
  const runs = node !== null && (player.timeline()?.turns.has(node) ?? false);
  show(row, runs);
  if (node === null || !runs) return;
  button(row, 'run-to', t('Run to here'), () => player.runTo(node)).attr(
    'title',
    `${t('Run to the selected node')} (Ctrl+F10)`,
  );
  button(row, 'break-at', t('Breakpoint'), () => player.breakAt(node))
    .attr('aria-pressed', String(box.breaks === true))
    .attr('title', `${t('Breakpoint on the selected node, on or off')} (F9)`);
}
