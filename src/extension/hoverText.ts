/** The Markdown of a hover. Everything that comes from the program is escaped; one command may be linked. */
import * as vscode from 'vscode';
import { formatType } from '../trace/format.ts';
import type { TraceTensor, Value } from '../trace/model.ts';
import { nodeById } from '../trace/queries.ts';
import type { GraphTarget } from '../webview/protocol.ts';
import type { EndedRun } from './api.ts';
import { gradFnNow, type PassOfTensor, passesOf, valueNow } from './gradients.ts';
import type { Held, NameAt } from './names.ts';
import { valueText } from './values.ts';

export interface Subject {
  readonly run: EndedRun;
  readonly held: Held;
  readonly at: NameAt;
  readonly stale: boolean;
}

const PASSES_SHOWN = 8;

export function hoverText(subject: Subject): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(undefined, true);
  markdown.isTrusted = { enabledCommands: ['backpass.revealNode'] };
  const paragraphs = [...heading(subject), ...passes(subject), link(subject)];
  if (subject.stale) paragraphs.unshift(`$(warning) ${vscode.l10n.t('The text has changed since the run.')}`);
  markdown.appendMarkdown(paragraphs.join('\n\n'));
  return markdown;
}

function heading({ run, held, at }: Subject): string[] {
  const { tensor } = held;
  if (at.ofGrad)
    return [`**${escaped(at.name)}.grad** · ${tensor.grad ? formatType(tensor.grad) : 'None'}`, ...gradNow(tensor)];
  const facts = [
    `**${escaped(at.name)}**`,
    formatType(valueNow(tensor)),
    `requires_grad=${tensor.requiresGrad ? 'True' : 'False'}`,
  ];
  return [[...facts, kind(run, tensor)].join(' · '), code(valueNow(tensor)), ...changes(tensor)];
}

function gradNow(tensor: TraceTensor): string[] {
  return tensor.grad === null ? [vscode.l10n.t('`.grad` was None when the run ended.')] : [code(tensor.grad)];
}

function kind(run: EndedRun, tensor: TraceTensor): string {
  const id = gradFnNow(tensor);
  const node = id === null ? null : nodeById(run.trace, id);
  return node === null ? vscode.l10n.t('leaf') : `grad_fn=${escaped(node.name)}`;
}

function changes(tensor: TraceTensor): string[] {
  const last = tensor.updates.at(-1);
  if (last === undefined) return [];
  return [vscode.l10n.t('Changed in place {0} times, last by {1}.', tensor.updates.length, `\`${escaped(last.op)}\``)];
}

function passes({ run, held, at }: Subject): string[] {
  const { tensor } = held;
  const all = passesOf(run.trace, tensor);
  if (all.length === 0) {
    return tensor.requiresGrad ? [vscode.l10n.t('No pass reached it.')] : [];
  }
  const shown = all.slice(-PASSES_SHOWN);
  const hidden = all.length - shown.length;
  const note = hidden > 0 ? [vscode.l10n.t('{0} earlier passes are not shown.', hidden)] : [];
  const accumulates = shown.some((pass) => pass.accumulation !== null);
  return [...note, accumulates ? accumulated(shown) : upstream(shown, at)];
}

function upstream(shown: readonly PassOfTensor[], at: NameAt): string {
  if (at.ofGrad)
    return vscode.l10n.t('Not a leaf: its gradient is not kept in `.grad` unless `retain_grad()` was called.');
  const head = [vscode.l10n.t('pass'), vscode.l10n.t('upstream gradient')];
  return table(
    head,
    shown.map((pass) => [passText(pass), cell(pass.upstream)]),
  );
}

function accumulated(shown: readonly PassOfTensor[]): string {
  const head = [
    vscode.l10n.t('pass'),
    vscode.l10n.t('upstream gradient'),
    vscode.l10n.t('`.grad` before'),
    vscode.l10n.t('`.grad` after (before + upstream)'),
  ];
  const rows = shown.map((pass) => [
    passText(pass),
    cell(pass.accumulation?.incoming ?? pass.upstream),
    cell(pass.accumulation?.before ?? null),
    cell(pass.accumulation?.after ?? null),
  ]);
  return table(head, rows);
}

function passText({ pass, line }: PassOfTensor): string {
  return line === null ? String(pass) : vscode.l10n.t('{0} (line {1})', pass, line);
}

function link({ run, held }: Subject): string {
  const gradFn = gradFnNow(held.tensor);
  const target: GraphTarget = gradFn === null ? { kind: 'tensor', id: held.tensor.id } : { kind: 'node', id: gradFn };
  const argument = encodeURIComponent(JSON.stringify([target, run.uri.toString()]));
  return `[${vscode.l10n.t('Show in the graph')}](command:backpass.revealNode?${argument})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(value: Value | null): string {
  return value === null ? 'None' : `\`${valueText(value).replaceAll('|', '\\|')}\``;
}

function code(value: Value): string {
  return `\`\`\`python\n${valueText(value)}\n\`\`\``;
}

/** Markdown's own characters, and `$(` of icons. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&');
}
