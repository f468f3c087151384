/** The conditions at which a walk stops. */
import { t } from '../l10n.ts';
import type { Player } from '../stepping/player.ts';
import { type Breakpoints, breakpointCount, DEFAULT_NORM } from '../stepping/state.ts';
import type { Model } from '../store.ts';
import { button, child, type Html, show } from './elements.ts';

export function renderBreakpoints(parent: Html, { stepping }: Model, player: Player): void {
  const { breakpoints } = stepping;
  const count = breakpointCount(breakpoints);
  const box = child(parent, 'details', 'breakpoints').on('keydown', (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    box.attr('open', null);
    box.select<HTMLElement>('summary').node()?.focus();
  });
  child(box, 'summary', 'label').text(count === 0 ? t('Breakpoints') : t('Breakpoints ({0})', count));
  const sheet = child(box, 'div', 'conditions').attr('role', 'group').attr('aria-label', t('Breakpoints'));
  renderNorm(child(sheet, 'div', 'norm-row'), breakpoints, player);
  renderCheck(sheet, 'non-finite', t('a gradient has NaN or inf'), breakpoints.nonFinite, (on) =>
    player.set({ kind: 'breakOn', on: { nonFinite: on } }),
  );
  renderCheck(sheet, 'zero', t('a gradient is zero'), breakpoints.zero, (on) =>
    player.set({ kind: 'breakOn', on: { zero: on } }),
  );
  const { nodes } = breakpoints;
  const clear = button(sheet, 'clear', t('Remove those on nodes ({0})', nodes.length), () =>
    nodes.forEach(player.breakAt),
  );
  show(clear, nodes.length > 0);
  child(sheet, 'p', 'hint').text(t('F9 sets one on the selected node.'));
}

function renderNorm(row: Html, { norm }: Breakpoints, player: Player): void {
  const set = (value: number | null): void => player.set({ kind: 'breakOn', on: { norm: value } });
  renderCheck(row, 'norm', t('a norm is above'), norm !== null, (on) => set(on ? readLimit() : null));
  const limit = child(row, 'input', 'limit')
    .attr('type', 'number')
    .attr('min', 0)
    .attr('step', 'any')
    .attr('aria-label', t('Norm'))
    .on('change', () => {
      if (norm !== null) set(readLimit());
    });
  const readLimit = (): number => {
    const value = Number.parseFloat(String(limit.property('value')));
    return Number.isFinite(value) && value >= 0 ? value : DEFAULT_NORM;
  };
  if (norm !== null || limit.property('value') === '') limit.property('value', norm ?? DEFAULT_NORM);
}

function renderCheck(parent: Html, name: string, text: string, on: boolean, onChange: (on: boolean) => void): void {
  const label = child(parent, 'label', `${name}-check check`);
  child(label, 'input', 'box')
    .attr('type', 'checkbox')
    .property('checked', on)
    .on('change', (event: Event) => onChange((event.target as HTMLInputElement).checked));
  child(label, 'span', 'text').text(text);
}
