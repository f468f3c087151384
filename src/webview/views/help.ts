/** The sheet that lists the keys. */
import { GRAPH_KEYS, type KeyBinding, SHEET_KEYS, WALK_KEYS } from '../keys.ts';
import { t } from '../l10n.ts';
import { button, child, type Html } from './elements.ts';
import './help.css';

type Listed = Pick<KeyBinding, 'key' | 'does'>;

/** Opens it, or closes it where it is open; focus goes back by itself. */
export function toggleHelp(parent: Html): void {
  const sheet = child(parent, 'dialog', 'help');
  const dialog = sheet.node() as HTMLDialogElement;
  if (dialog.open) {
    dialog.close();
    return;
  }
  sheet.attr('aria-label', t('Keys'));
  const head = child(sheet, 'div', 'help-head');
  child(head, 'h2', 'title').text(t('Keys'));
  button(head, 'close', '×', () => dialog.close()).attr('aria-label', t('Close'));
  const body = child(sheet, 'div', 'help-body');
  renderKeys(child(body, 'section', 'walk-keys'), t('Step through the pass'), WALK_KEYS);
  renderKeys(child(body, 'section', 'graph-keys'), t('In the graph'), [...GRAPH_KEYS, ...SHEET_KEYS]);
  dialog.showModal();
}

function renderKeys(section: Html, title: string, keys: readonly Listed[]): void {
  child(section, 'h3', 'title').text(title);
  const rows = child(section, 'dl', 'keys')
    .selectAll<HTMLDivElement, Listed>('div')
    .data(keys)
    .join((enter) => {
      const row = enter.append('div');
      row.append('dt').append('kbd');
      row.append('dd');
      return row;
    });
  rows.select('kbd').text(({ key }) => key);
  rows.select('dd').text(({ does }) => does());
}
