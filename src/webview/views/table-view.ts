/** The graph as a table: the same quantities, a row per box. */
import type { BaseType, Selection } from 'd3';
import { contributionsOf } from '../describe.ts';
import { type DrawnGraph, type GraphBox, isSelected, type LineRole } from '../graph.ts';
import { t } from '../l10n.ts';
import { child, type Html } from './elements.ts';

interface Column {
  readonly tone: string;
  readonly title: () => string;
  readonly cell: (box: GraphBox, graph: DrawnGraph) => string;
}

const COLUMNS: readonly Column[] = [
  {
    tone: 'badge',
    title: () => t('Operation'),
    cell: ({ badge, detail }) => (detail === '' ? badge : `${detail} · ${badge}`),
  },
  { tone: 'value', title: () => t('Value'), cell: role('value') },
  { tone: 'upstream', title: () => t('Upstream gradient'), cell: role('upstream') },
  { tone: 'upstream', title: () => t('Contributions'), cell: contributions },
  { tone: 'before', title: () => t('.grad before'), cell: role('before') },
  { tone: 'incoming', title: () => t('+ incoming'), cell: role('incoming') },
  { tone: 'after', title: () => '= .grad', cell: role('after') },
  { tone: 'note', title: () => t('Note'), cell: notes },
];

export interface TableContext {
  readonly caption: string;
  readonly selection: string | null;
  readonly onActivate: (key: string) => void;
}

export function renderTable(parent: Html, graph: DrawnGraph, context: TableContext): void {
  const table = child(parent, 'table', 'twin');
  const columns = filled(graph);
  child(table, 'caption', 'caption').text(context.caption);
  child(child(table, 'thead', 'head'), 'tr', 'titles')
    .selectAll<HTMLTableCellElement, string>('th')
    .data([t('Name'), ...columns.map(({ title }) => title())])
    .join('th')
    .attr('scope', 'col')
    .text((title) => title);
  const rows = child(table, 'tbody', 'rows')
    .selectAll<HTMLTableRowElement, GraphBox>('tr')
    .data(graph.boxes, ({ key }) => key)
    .join((enter) => {
      const row = enter.append('tr');
      row.append('th').attr('scope', 'row').append('button').attr('type', 'button').append('bdi');
      return row;
    })
    .order()
    .attr('class', ({ key, state }) => `${state}${isSelected({ key }, context.selection) ? ' selected' : ''}`);
  rows
    .select<HTMLButtonElement>('button')
    .attr('aria-pressed', ({ key }) => String(isSelected({ key }, context.selection)))
    .on('click', (_event, { key }) => context.onActivate(key))
    .select('bdi')
    .text(({ title }) => title);
  cells(rows, columns, graph);
}

/** A column without a single entry would only take room. */
function filled(graph: DrawnGraph): Column[] {
  return COLUMNS.filter(({ cell }) => graph.boxes.some((box) => cell(box, graph) !== ''));
}

function cells(
  rows: Selection<HTMLTableRowElement, GraphBox, BaseType, unknown>,
  columns: readonly Column[],
  graph: DrawnGraph,
): void {
  rows
    .selectAll<HTMLTableCellElement, Column & { readonly text: string }>('td')
    .data((box) => columns.map((column) => ({ ...column, text: column.cell(box, graph) })))
    .join('td')
    .attr('class', ({ tone }) => tone)
    .text(({ text }) => text);
}

function role(wanted: LineRole): (box: GraphBox) => string {
  return ({ lines }) =>
    lines
      .filter((line) => line.role === wanted)
      .map((line) => line.text.join('\n'))
      .join('\n');
}

function contributions(box: GraphBox, graph: DrawnGraph): string {
  return contributionsOf(box, graph)
    .map(({ to, text }) => t('to {0}: {1}', to, text))
    .join('\n');
}

function notes({ lines, state }: GraphBox): string {
  const texts = lines.filter(({ role }) => role === 'note' || role === 'error').flatMap(({ text }) => text);
  if (state === 'failed') texts.unshift(t('failed here'));
  return texts.join('\n');
}
