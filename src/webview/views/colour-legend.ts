/** What the colours of the boxes mean: the ends of a scale, or names. */
import { formatElement } from '../../trace/format.ts';
import { t } from '../l10n.ts';
import type { Colouring, Tints } from '../tints.ts';
import { child, type Html, show } from './elements.ts';

export const COLOURING_NAMES: Readonly<Record<Colouring, () => string>> = {
  none: () => t('no colours'),
  upstream: () => t('upstream norm'),
  grad: () => t('norm of .grad'),
  value: () => t('norm of the value'),
  bytes: () => t('bytes saved for backward'),
  module: () => t('module'),
};

const KINDS_SHOWN = 6;

export function renderColourLegend(parent: Html, colouring: Colouring, { scale, kinds }: Tints): void {
  const area = child(parent, 'span', 'colours entry');
  show(area, colouring !== 'none');
  if (colouring === 'none') return;
  child(area, 'span', 'text').text(COLOURING_NAMES[colouring]());
  const scaled = child(area, 'span', 'scale');
  show(scaled, scale !== null);
  child(scaled, 'span', 'least').text(scale === null ? '' : quantity(scale.least, colouring));
  child(scaled, 'span', 'ramp').attr('aria-hidden', 'true');
  child(scaled, 'span', 'most').text(scale === null ? '' : quantity(scale.most, colouring));
  child(scaled, 'span', 'log').text(t('logarithmic'));
  show(child(area, 'span', 'nothing').text(t('nothing to show in this pass')), scale === null && kinds.length === 0);
  const names = child(area, 'span', 'kinds')
    .selectAll<HTMLSpanElement, Tints['kinds'][number]>('span.kind')
    .data(kinds.slice(0, KINDS_SHOWN))
    .join((enter) => {
      const kind = enter.append('span').attr('class', 'kind');
      kind.append('span').attr('class', 'kind-swatch').attr('aria-hidden', 'true');
      kind.append('span').attr('class', 'kind-name');
      return kind;
    });
  names.select<HTMLSpanElement>('.kind-swatch').style('background', ({ colour }) => `var(${colour})`);
  names.select('.kind-name').text(({ name }) => name);
}

function quantity(amount: number, colouring: Colouring): string {
  if (colouring !== 'bytes') return formatElement(amount, 'float32');
  if (amount < 1024) return `${amount} B`;
  return amount < 1024 ** 2 ? `${(amount / 1024).toFixed(1)} KB` : `${(amount / 1024 ** 2).toFixed(1)} MB`;
}
