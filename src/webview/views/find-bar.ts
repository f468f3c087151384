/** The search field over the graph. */
import { t } from '../l10n.ts';
import type { Action, Model } from '../store.ts';
import { button, child, type Html, show } from './elements.ts';
import './find.css';

/** `found` are the keys of boxes, in the order of the program. */
export function renderFindBar(
  parent: Html,
  model: Model,
  found: readonly string[],
  send: (action: Action) => void,
): void {
  show(parent, model.find !== null);
  if (model.find === null) return;
  parent.attr('role', 'search');
  const at = found.indexOf(model.selection ?? '');
  const go = (by: 1 | -1): void => {
    const start = at < 0 && by < 0 ? 0 : at;
    const key = found[(start + by + found.length) % found.length];
    if (key !== undefined) send({ kind: 'select', key, reveal: true });
  };
  const close = (): void => send({ kind: 'find', query: null });
  const field = child(parent, 'input', 'query')
    .attr('type', 'text')
    .attr('aria-label', t('Find a variable, an operation, a module or a line'))
    .attr('placeholder', t('Find: name, operation, module, line'))
    .on('input', (event: Event) => send({ kind: 'find', query: (event.target as HTMLInputElement).value }))
    .on('keydown', (event: KeyboardEvent) => {
      if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
      else if (event.key === 'Escape') close();
      else return;
      event.preventDefault();
    });
  if (field.property('value') !== model.find) field.property('value', model.find);
  const count = child(parent, 'span', 'count').attr('aria-live', 'polite');
  const said = model.find === '' ? '' : found.length === 0 ? t('Nothing found') : t('{0} found', found.length);
  if (count.text() !== said) count.text(said);
  button(parent, 'found-before', '↑', () => go(-1)).attr('aria-label', t('Previous one found'));
  button(parent, 'found-after', '↓', () => go(1)).attr('aria-label', t('Next one found'));
  button(parent, 'close', '×', close).attr('aria-label', t('Close'));
}

export function focusFind(parent: Html): void {
  const field = parent.select<HTMLInputElement>('.query').node();
  field?.focus();
  field?.select();
}
