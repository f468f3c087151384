/** Where the selected node's gradient comes from, and where it goes. */
import { short } from '../explain/numbers.ts';
import { pathToLeaf, pathToLoss } from '../find/path.ts';
import type { GraphBox } from '../graph.ts';
import { t } from '../l10n.ts';
import { button, child, type Html, show } from './elements.ts';
import type { InspectorContext } from './inspector.ts';

const FACTORS = 6;

export function renderPathActions(
  parent: Html,
  box: GraphBox,
  { graph, path, onPath }: Pick<InspectorContext, 'graph' | 'path' | 'onPath'>,
): void {
  const possible = graph.pass !== null && box.kind !== 'seed' && box.state === 'ran';
  const row = child(parent, 'div', 'path-actions node-actions');
  show(row, possible);
  const choose = (wanted: 'loss' | 'leaf'): void => onPath(path === wanted ? null : wanted);
  button(row, 'to-loss', t('Path to the loss'), () => choose('loss')).attr('aria-pressed', String(path === 'loss'));
  const leaf = button(row, 'to-leaf', t('Path to a leaf'), () => choose('leaf'));
  show(leaf.attr('aria-pressed', String(path === 'leaf')), box.kind === 'op');
  const said = child(parent, 'p', 'path-said').attr('aria-live', 'polite');
  const found = path === null || !possible ? null : (path === 'loss' ? pathToLoss : pathToLeaf)(graph, box.key);
  show(said, found !== null);
  if (found === null) return;
  const factors = found.ratios.map(short);
  const shown = factors.length <= FACTORS ? factors : [...factors.slice(0, 3), '…', ...factors.slice(-2)];
  said.text(t('Local norms along it: {0} = {1}', shown.join(' · '), short(found.product)));
}
