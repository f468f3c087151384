/** What keys do in the panel, as the help sheet lists them. Those of the walk are the debugger's. */
import { t } from './l10n.ts';

export type KeyCommand =
  | 'play'
  | 'leave'
  | 'next'
  | 'previous'
  | 'start'
  | 'end'
  | 'runTo'
  | 'breakpoint'
  | 'find'
  | 'help';

export interface KeyBinding {
  readonly command: KeyCommand;
  /** `Shift+F10`, as `keyOf` writes a key that was pressed. */
  readonly key: string;
  readonly does: () => string;
}

export const WALK_KEYS: readonly KeyBinding[] = [
  { command: 'play', key: 'F5', does: () => t('Play, or pause') },
  { command: 'leave', key: 'Shift+F5', does: () => t('Back to the whole pass') },
  { command: 'next', key: 'F10', does: () => t('Next step') },
  { command: 'previous', key: 'Shift+F10', does: () => t('Previous step') },
  { command: 'start', key: 'Alt+F10', does: () => t('To the start') },
  { command: 'end', key: 'Alt+Shift+F10', does: () => t('To the end') },
  { command: 'runTo', key: 'Ctrl+F10', does: () => t('Run to the selected node') },
  { command: 'breakpoint', key: 'F9', does: () => t('Breakpoint on the selected node, on or off') },
];
export const SHEET_KEYS: readonly KeyBinding[] = [
  { command: 'find', key: 'Ctrl+f', does: () => t('Find') },
  { command: 'help', key: '?', does: () => t('This sheet') },
];

/** Keys of the graph itself, which the graph view handles. */
export const GRAPH_KEYS: readonly Pick<KeyBinding, 'key' | 'does'>[] = [
  { key: '← ↑ → ↓', does: () => t('To the nearest node') },
  { key: 'Enter', does: () => t('Select, and show the line') },
  { key: 'Escape', does: () => t('Select nothing') },
  { key: '+ −', does: () => t('Zoom') },
  { key: '0', does: () => t('Fit the graph') },
];

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function commandOf(event: Pressed, typing: boolean): KeyCommand | null {
  const key = keyOf(event);
  const found = [...WALK_KEYS, ...SHEET_KEYS].find((binding) => binding.key === key);
  return found === undefined || (typing && key.length === 1) ? null : found.command;
}

/** A character stands for itself, however it is typed. */
function keyOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): string {
  const shift = shiftKey && key.length > 1;
  const held = [ctrlKey || metaKey ? 'Ctrl+' : '', altKey ? 'Alt+' : '', shift ? 'Shift+' : ''];
  return `${held.join('')}${key.length === 1 ? key.toLowerCase() : key}`;
}
