/** The graph as a table: the same quantities, a row per box. */
import type { BaseType, Selection } from 'd3';
import { contributionsOf } from '../describe.ts';
import type { DrawnGraph, GraphBox, LineRole } from '../graph.ts';
import { child, type Html } from './elements.ts';

interface Column {
  readonly title: string;
  readonly tone: string;
  readonly cell: (box: GraphBox, graph: DrawnGraph) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'Operation', tone: 'badge', cell: ({ badge, detail }) => (detail === '' ? badge : `${detail} · ${badge}`) },
  { title: 'Upstream gradient', tone: 'upstream', cell: role('upstream') },
  { title: 'Contributions', tone: 'upstream', cell: contributions },
  { title: 'Value', tone: 'value', cell: role('value') },
  { title: '.grad before', tone: 'before', cell: role('before') },
  { title: '+ incoming', tone: 'incoming', cell: role('incoming') },
  { title: '= .grad', tone: 'after', cell: role('after') },
  { title: 'Note', tone: 'note', cell: notes },
];

export interface TableContext {
  readonly caption: string;
  readonly selection: string | null;
  readonly onActivate: (key: string) => void;
}

export function renderTable(parent: Html, graph: DrawnGraph, context: TableContext): void {
  const table = child(parent, 'table', 'twin');
  child(table, 'caption', 'caption').text(context.caption);
  child(child(table, 'thead', 'head'), 'tr', 'titles')
    .selectAll<HTMLTableCellElement, string>('th')
    .data(['Name', ...COLUMNS.map(({ title }) => title)])
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
    .attr('class', ({ key, state }) => `${state}${key === context.selection ? ' selected' : ''}`);
  rows
    .select<HTMLButtonElement>('button')
    .attr('aria-pressed', ({ key }) => String(key === context.selection))
    .on('click', (_event, { key }) => context.onActivate(key))
    .select('bdi')
    .text(({ title }) => title);
  cells(rows, graph);
}

function cells(rows: Selection<HTMLTableRowElement, GraphBox, BaseType, unknown>, graph: DrawnGraph): void {
  rows
    .selectAll<HTMLTableCellElement, Column & { readonly text: string }>('td')
    .data((box) => COLUMNS.map((column) => ({ ...column, text: column.cell(box, graph) })))
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
    .map(({ to, text }) => `to ${to}: ${text}`)
    .join('\n');
}

function notes({ lines, state }: GraphBox): string {
  const texts = lines.filter(({ role }) => role === 'note' || role === 'error').flatMap(({ text }) => text);
  if (state === 'failed') texts.unshift('failed here');
  return texts.join('\n');
}
