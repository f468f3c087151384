/** The quantities of the selected box: numbers, picture, statistics, and what copies them. */
import { select } from 'd3';
import { formatShape } from '../../trace/format.ts';
import type { Pass, Trace, Value } from '../../trace/model.ts';
import { numelOf } from '../../trace/value.ts';
import { formatLines, NUMBERS_LIMIT } from '../format.ts';
import type { GraphBox } from '../graph.ts';
import { t } from '../l10n.ts';
import { type Quantity, quantitiesOf } from '../values/quantities.ts';
import { planeOf } from '../values/slices.ts';
import { csvText, pythonText, statsTexts } from '../values/texts.ts';
import { button, child, type Html, show } from './elements.ts';
import { renderPicture } from './value-picture.ts';
import './values.css';

/** Where the user looks in tensors of more than two dims, by shape. */
const slices = new Map<string, number[]>();

export function renderValues(
  parent: Html,
  box: GraphBox,
  trace: Trace,
  pass: Pass | null,
  onCopy: (text: string) => void,
): void {
  const section = child(parent, 'section', 'values');
  const quantities = quantitiesOf(box, trace, pass);
  show(section, quantities.length > 0);
  child(section, 'h3', 'title').text(pass === null ? t('Values') : t('In this pass'));
  section
    .selectAll<HTMLDivElement, Quantity>('div.quantity')
    .data(quantities, ({ key }) => key)
    .join('div')
    .order()
    .attr('class', ({ role }) => `quantity ${role}`)
    .each(function (quantity) {
      renderQuantity(select<HTMLElement, unknown>(this) as unknown as Html, quantity, onCopy);
    });
}

function renderQuantity(row: Html, { label, value, role }: Quantity, onCopy: (text: string) => void): void {
  const head = child(row, 'div', 'quantity-head');
  child(head, 'span', 'label').text(label);
  renderCopy(child(head, 'span', 'copies'), label, value, onCopy);
  child(row, 'div', 'numbers').attr('class', `numbers ${role}`).text(formatLines(value).join('\n'));
  renderSlices(child(row, 'div', 'slices'), value, () => renderQuantity(row, { key: '', label, value, role }, onCopy));
  renderPlane(child(row, 'div', 'plane'), label, value);
  const stats = child(row, 'p', 'stats');
  show(stats, numelOf(value.shape) > 1);
  stats.text(statsTexts(value).join(' · '));
  renderAll(row, value);
}

function renderCopy(parent: Html, label: string, value: Value, onCopy: (text: string) => void): void {
  const texts = [
    ['python', 'Python', pythonText(value)],
    ['csv', 'CSV', csvText(value)],
  ] as const;
  for (const [key, name, text] of texts) {
    const copy = button(parent, key, name, () => {
      if (text !== null) onCopy(text);
    });
    show(
      copy.attr('aria-label', t('Copy {0} as {1}', label, name)).attr('title', t('Copy as {0}', name)),
      text !== null,
    );
  }
}

const sliceOf = ({ shape }: Value): number[] => slices.get(formatShape(shape)) ?? shape.slice(0, -2).map(() => 0);

function renderSlices(parent: Html, value: Value, onChange: () => void): void {
  const outer = value.data === undefined ? [] : value.shape.slice(0, -2);
  const chosen = sliceOf(value);
  show(parent, outer.length > 0);
  const fields = parent
    .selectAll<HTMLLabelElement, number>('label')
    .data(outer)
    .join((enter) => {
      const field = enter.append('label');
      field.append('span');
      field.append('input').attr('type', 'number').attr('min', 0);
      return field;
    });
  fields.select('span').text((_size, dim) => t('dim {0}', dim));
  fields
    .select<HTMLInputElement>('input')
    .attr('max', (size) => size - 1)
    .property('value', (_size, dim) => chosen[dim] ?? 0)
    .on('change', function (_event, size) {
      const dim = fields.select<HTMLInputElement>('input').nodes().indexOf(this);
      const next = Math.min(size - 1, Math.max(0, Math.trunc(Number(this.value)) || 0));
      slices.set(formatShape(value.shape), chosen.with(dim, next));
      onChange();
    });
}

/** A few numbers are their own picture. */
function renderPlane(parent: Html, label: string, value: Value): void {
  const plane = planeOf(value, sliceOf(value));
  const drawn = plane !== null && numelOf(value.shape) > (plane.rows > 1 ? 3 : NUMBERS_LIMIT);
  show(parent, drawn);
  if (!drawn) return;
  const what =
    plane.rows > 1 ? t('Heat map of {0}, {1} by {2}', label, plane.rows, plane.columns) : t('Bars of {0}', label);
  renderPicture(parent, plane, `${what}: ${statsTexts(value).join(', ')}`);
}

/** Every number that the trace holds, for who wants to read them. */
function renderAll(row: Html, value: Value): void {
  const details = child(row, 'details', 'all');
  show(details, value.data !== undefined && numelOf(value.shape) > NUMBERS_LIMIT);
  child(details, 'summary', 'open').text(t('All numbers'));
  child(details, 'pre', 'text').attr('tabindex', 0).text(formatLines(value, Number.POSITIVE_INFINITY).join('\n'));
}
