/** What can be kept of the picture. */
import { t } from '../l10n.ts';
import { button, child, type Html } from './elements.ts';

export type ExportFormat = 'svg' | 'dot' | 'json' | 'html';

export function renderExportMenu(parent: Html, onExport: (format: ExportFormat) => void): void {
  const menu = child(parent, 'details', 'export-menu').on('keydown', (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
  });
  const close = (): void => {
    menu.attr('open', null);
    menu.select<HTMLElement>('summary').node()?.focus();
  };
  child(menu, 'summary', 'open').text(t('Export'));
  const list = child(menu, 'div', 'formats').attr('role', 'group').attr('aria-label', t('Export'));
  for (const [format, text] of [
    ['svg', t('Picture (SVG)')],
    ['html', t('Interactive page (HTML)')],
    ['dot', t('Graph (DOT)')],
    ['json', t('Trace (JSON)')],
  ] as const) {
    button(list, format, text, () => {
      close();
      onExport(format);
    });
  }
}
