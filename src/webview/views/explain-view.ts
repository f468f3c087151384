/** The local derivatives of the selected node: as mathematics, with their numbers, and in words. */
import { select } from 'd3';
import type { Pass, Trace, TraceNode } from '../../trace/model.ts';
import { type ElementRow, type Explanation, explainNode } from '../explain/explain.ts';
import { formulaMath, mathText } from '../explain/mathml.ts';
import { t } from '../l10n.ts';
import { child, type Html, show } from './elements.ts';
import './explain.css';
import { renderMath } from './math-view.ts';

export function renderExplain(parent: Html, trace: Trace, node: TraceNode | null, pass: Pass | null): void {
  const explained = node === null ? [] : explainNode(trace, node, pass);
  const section = child(parent, 'section', 'formulas');
  show(section, explained.length > 0);
  child(section, 'h3', 'title').text(t('Local derivative'));
  const boxes = section
    .selectAll<HTMLDivElement, Explanation>('div.formula-box')
    .data(explained)
    .join('div')
    .attr('class', 'formula-box');
  boxes.each(function (explanation) {
    renderOne(select<HTMLElement, unknown>(this) as unknown as Html, explanation);
  });
}

function renderOne(box: Html, { text, formula, plugged, elements, notes }: Explanation): void {
  renderMath(child(box, 'div', 'formula').node()!, formulaMath(formula), text);
  const numbers = child(box, 'div', 'plugged');
  show(numbers, plugged !== null);
  if (plugged !== null) renderMath(numbers.node()!, plugged, mathText(plugged));
  renderElements(child(box, 'table', 'elements'), elements);
  child(box, 'ul', 'notes')
    .attr('hidden', notes.length === 0 ? '' : null)
    .selectAll('li')
    .data(notes)
    .join('li')
    .text((text) => text);
}

function renderElements(table: Html, rows: readonly ElementRow[]): void {
  show(table, rows.length > 0);
  if (rows.length === 0) return;
  child(table, 'caption', 'spoken').text(t('Element by element'));
  child(child(table, 'thead', 'head'), 'tr', 'titles')
    .selectAll<HTMLTableCellElement, string>('th')
    .data([t('element'), t('upstream'), t('local'), t('sent')])
    .join('th')
    .attr('scope', 'col')
    .text((title) => title);
  const lines = child(table, 'tbody', 'rows').selectAll<HTMLTableRowElement, ElementRow>('tr').data(rows).join('tr');
  lines
    .selectAll<HTMLTableCellElement, readonly [string, string]>('td')
    .data(({ index, upstream, local, sent }): (readonly [string, string])[] => [
      ['index', index],
      ['upstream', upstream],
      ['value', `· ${local}`],
      ['sent', `= ${sent}`],
    ])
    .join('td')
    .attr('class', ([tone]) => tone)
    .text(([, text]) => text);
}
