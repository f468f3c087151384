/** A box as Markdown, for a note or an issue. */
import { contributionsOf } from '../describe.ts';
import type { DrawnGraph, GraphBox } from '../graph.ts';
import { t } from '../l10n.ts';

export function markdownOf(box: GraphBox, graph: DrawnGraph): string {
  const name = box.detail === '' ? box.title : `${box.title} = ${box.detail}`;
  const rows = [
    ...box.lines.map(({ label, text }) => [label === '' ? t('note') : label, text.join(' ')]),
    ...contributionsOf(box, graph).map(({ to, text }) => [t('to {0}', to), text]),
  ];
  const place = box.source === null ? '' : `, \`${cell(`${fileName(box.source.file)}:${box.source.line}`)}\``;
  const head = `**\`${cell(name)}\`** (\`${cell(box.badge)}\`)${place}`;
  return `${head}\n\n| | |\n|---|---|\n${rows.map(([label = '', text = '']) => `| ${cell(label)} | \`${cell(text)}\` |`).join('\n')}\n`;
}

const fileName = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;

/** Nothing in a name may end the cell or the code that it stands in. */
const cell = (text: string): string => text.replaceAll('`', 'ˋ').replaceAll('|', '\\|').replaceAll('\n', ' ');
