/** The selected box in full. */
import { formatType } from '../../trace/format.ts';
import type { Source, Trace } from '../../trace/model.ts';
import { gradHistory } from '../../trace/queries.ts';
import { contributionsOf } from '../describe.ts';
import { tensorName } from '../expression.ts';
import { formatLines } from '../format.ts';
import type { DrawnGraph, GraphBox } from '../graph.ts';
import { t } from '../l10n.ts';
import type { Player } from '../stepping/player.ts';
import { button, child, type Html, show } from './elements.ts';
import { renderNodeActions } from './node-actions.ts';
import { baseName } from './toolbar.ts';

export interface InspectorContext {
  readonly trace: Trace;
  readonly graph: DrawnGraph;
  readonly onReveal: (source: Source) => void;
  readonly onClose: () => void;
  readonly player: Player;
}

export function renderInspector(parent: Html, box: GraphBox | null, context: InspectorContext | null): void {
  show(parent, box !== null && context !== null);
  if (box === null || context === null) return;
  parent.attr('aria-label', t('Inspector')).attr('tabindex', 0);
  const head = child(parent, 'div', 'inspector-head');
  child(child(head, 'h2', 'name'), 'bdi', 'text').text(box.detail === '' ? box.title : `${box.title} = ${box.detail}`);
  button(head, 'close', '×', context.onClose).attr('aria-label', t('Close the inspector'));
  child(parent, 'p', 'op').text(box.badge);
  renderSource(parent, box.source, context);
  renderNodeActions(parent, box, context.player);
  renderFormulas(parent, box, context.trace);
  renderSection(parent, 'numbers', t('In this pass'), quantityRows(box));
  renderSection(
    parent,
    'sent',
    t('Contributions sent'),
    contributionsOf(box, context.graph).map(({ to, text }) => ({ label: t('to {0}', to), text, tone: 'upstream' })),
  );
  renderSection(parent, 'growth', t('Accumulated .grad, pass by pass'), growthRows(box, context.trace));
  renderSection(parent, 'saved', t('Saved for backward'), savedRows(box, context.trace));
}

function renderSource(parent: Html, source: Source | null, { onReveal }: InspectorContext): void {
  const place = source === null ? '' : `${baseName(source.file)}:${source.line}:${source.column + 1}`;
  const link = button(parent, 'source', place, () => {
    if (source !== null) onReveal(source);
  });
  show(link.attr('title', t('Show in the editor')), source !== null);
}

function renderFormulas(parent: Html, box: GraphBox, trace: Trace): void {
  const formulas = box.kind === 'op' ? (trace.nodes.find(({ id }) => id === box.node)?.formulas ?? []) : [];
  const section = child(parent, 'section', 'formulas');
  show(section, formulas.length > 0);
  child(section, 'h3', 'title').text(t('Local derivative'));
  const lines = child(section, 'div', 'formula-box')
    .selectAll<HTMLDivElement, string>('div.formula')
    .data(formulas.map(({ formula }) => formula))
    .join('div')
    .attr('class', 'formula');
  lines
    .selectAll<HTMLSpanElement, string>('span')
    .data((formula) => formula.split(/(\bupstream\b)/))
    .join('span')
    .attr('class', (part) => (part === 'upstream' ? 'upstream' : 'term'))
    .text((part) => part);
}

interface Row {
  readonly label: string;
  readonly text: string;
  readonly tone: string;
}

function renderSection(parent: Html, key: string, title: string, rows: readonly Row[]): void {
  const section = child(parent, 'section', key);
  show(section, rows.length > 0);
  child(section, 'h3', 'title').text(title);
  const items = child(section, 'dl', 'rows')
    .selectAll<HTMLDivElement, Row>('div')
    .data(rows)
    .join((enter) => {
      const row = enter.append('div');
      row.append('dt');
      row.append('dd');
      return row;
    });
  items.select('dt').text(({ label }) => label);
  items
    .select('dd')
    .attr('class', ({ tone }) => tone)
    .text(({ text }) => text);
}

function quantityRows(box: GraphBox): Row[] {
  return box.lines.map(({ label, text, role }) => ({
    label: label === '' ? t('note') : label,
    text: text.join('\n'),
    tone: role,
  }));
}

/** The latest passes only: a training loop has thousands. */
const GROWTH_SHOWN = 12;
function growthRows(box: GraphBox, trace: Trace): Row[] {
  if (box.kind !== 'leaf' || box.tensor === null) return [];
  const history = gradHistory(trace, box.tensor).slice(-GROWTH_SHOWN);
  return history.map(({ pass, after }) => ({
    label: t('after pass {0}', pass + 1),
    text: formatLines(after).join('\n'),
    tone: 'after',
  }));
}

function savedRows(box: GraphBox, trace: Trace): Row[] {
  const node = box.kind === 'op' ? trace.nodes.find(({ id }) => id === box.node) : undefined;
  return (node?.saved ?? []).map(({ name, tensor, version, text }) => {
    const held = tensor === null ? undefined : trace.tensors.find(({ id }) => id === tensor);
    const what = held === undefined ? (text ?? '') : `${tensorName(held) ?? t('unnamed')} · ${formatType(held)}`;
    return { label: name, text: version === null ? what : `${what} · ${t('version {0}', version)}`, tone: 'saved' };
  });
}
