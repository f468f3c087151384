/** The selected box in full. */
import { formatType } from '../../trace/format.ts';
import type { Source, Trace, TraceNode } from '../../trace/model.ts';
import { gradHistory, nodeById, tensorById } from '../../trace/queries.ts';
import { bytesOf, formatBytes } from '../bytes.ts';
import { contributionsOf } from '../describe.ts';
import { tensorName } from '../expression.ts';
import { formatLines } from '../format.ts';
import type { DrawnGraph, GraphBox } from '../graph.ts';
import { t } from '../l10n.ts';
import type { Player } from '../stepping/player.ts';
import { button, child, type Html, show } from './elements.ts';
import { renderExplain } from './explain-view.ts';
import { renderNodeActions } from './node-actions.ts';
import { renderPathActions } from './path-actions.ts';
import { baseName } from './toolbar.ts';
import { renderValues } from './value-view.ts';

export interface InspectorContext {
  readonly trace: Trace;
  readonly graph: DrawnGraph;
  readonly onReveal: (source: Source) => void;
  readonly onClose: () => void;
  readonly onCopy: (text: string) => void;
  readonly player: Player;
  readonly path: PathChoice;
  readonly onPath: (path: PathChoice) => void;
}
type PathChoice = 'loss' | 'leaf' | null;

export function renderInspector(parent: Html, box: GraphBox | null, context: InspectorContext | null): void {
  show(parent, box !== null && context !== null);
  if (box === null || context === null) return;
  parent.attr('aria-label', t('Inspector')).attr('tabindex', 0);
  const head = child(parent, 'div', 'inspector-head');
  child(child(head, 'h2', 'name'), 'bdi', 'text').text(box.detail === '' ? box.title : `${box.title} = ${box.detail}`);
  button(head, 'close', '×', context.onClose).attr('aria-label', t('Close the inspector'));
  child(parent, 'p', 'op').text(box.badge);
  renderSource(parent, box.source, context);
  renderNodeActions(parent, box, context.graph, context.player, context.onCopy);
  renderPathActions(parent, box, context);
  explained(parent, box, context);
  renderValues(parent, box, context.trace, context.graph.pass, context.onCopy);
  renderSection(parent, 'said', t('Notes'), noteRows(box));
  renderSection(
    parent,
    'sent',
    t('Contributions sent'),
    contributionsOf(box, context.graph).map(({ to, text }) => ({ label: t('to {0}', to), text, tone: 'upstream' })),
  );
  renderSection(parent, 'growth', t('Accumulated .grad, pass by pass'), growthRows(box, context.trace));
  const saved = savedRows(box, context.trace);
  renderSection(parent, 'saved', savedTitle(box, context.trace), saved);
  renderStack(parent, nodeOf(box, context.trace), context.onReveal);
}

const nodeOf = (box: GraphBox, trace: Trace): TraceNode | null =>
  box.kind === 'op' && box.node !== null ? nodeById(trace, box.node) : null;

/** What one tensor saved twice holds is counted once. */
function savedTitle(box: GraphBox, trace: Trace): string {
  const held = new Set((nodeOf(box, trace)?.saved ?? []).flatMap(({ tensor }) => tensor ?? []));
  const bytes = [...held].reduce((sum, id) => sum + bytesOf(tensorById(trace, id)), 0);
  return bytes === 0 ? t('Saved for backward') : t('Saved for backward: {0}', formatBytes(bytes));
}

function renderSource(parent: Html, source: Source | null, { onReveal }: InspectorContext): void {
  const place = source === null ? '' : placeOf(source);
  const link = button(parent, 'source', place, () => {
    if (source !== null) onReveal(source);
  });
  show(link.attr('title', t('Show in the editor')), source !== null);
}

/** From the innermost call outwards; a single one stands above already. */
function renderStack(parent: Html, node: TraceNode | null, onReveal: (source: Source) => void): void {
  const frames = node === null || node.stack.length < 2 ? [] : node.stack;
  const section = child(parent, 'section', 'calls');
  show(section, frames.length > 0);
  child(section, 'h3', 'title').text(t('Called from'));
  child(section, 'ol', 'stack')
    .selectAll<HTMLLIElement, Source>('li')
    .data(frames)
    .join((enter) => {
      const item = enter.append('li');
      item.append('button').attr('type', 'button');
      return item;
    })
    .select<HTMLButtonElement>('button')
    .on('click', (_event, source) => onReveal(source))
    .text(placeOf);
}

const placeOf = ({ file, line, column }: Source): string => `${baseName(file)}:${line}:${column + 1}`;

function explained(parent: Html, box: GraphBox, { trace, graph }: InspectorContext): void {
  const node = nodeOf(box, trace);
  const ran = box.turn === undefined || box.turn === 'now' || box.turn === 'done';
  renderExplain(parent, trace, node, ran ? graph.pass : null);
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

function noteRows(box: GraphBox): Row[] {
  const notes = box.lines.filter(({ role }) => role === 'note' || role === 'error');
  return notes.map(({ label, text, role }) => ({
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
  return (nodeOf(box, trace)?.saved ?? []).map(({ name, tensor, version, text }) => {
    const held = tensor === null ? null : tensorById(trace, tensor);
    const what =
      held === null
        ? (text ?? '')
        : `${tensorName(held) ?? t('unnamed')} · ${formatType(held)} · ${formatBytes(bytesOf(held))}`;
    return { label: name, text: version === null ? what : `${what} · ${t('version {0}', version)}`, tone: 'saved' };
  });
}
