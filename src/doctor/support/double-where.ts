/** The second `where` that a choice needs, when what it does not choose has an infinite derivative. */
import type { TraceNode } from '../../trace/model.ts';
import { nodeById } from '../../trace/queries.ts';
import { type Fix, t } from '../finding.ts';
import type { Subject } from '../rule.ts';
import { isSimple, parseCall } from './calls.ts';
import { rangeWithin } from './texts.ts';

/** `torch.sqrt(x)` behind `torch.where(c, ..., ...)` becomes `torch.sqrt(torch.where(c, x, torch.ones_like(x)))`. */
export function doubleWhere(subject: Subject, choice: TraceNode, culprit: TraceNode): Fix[] {
  const condition = conditionOf(subject, choice, culprit);
  const argument = argumentOf(subject, culprit);
  if (condition === null || argument === null) return [];
  const text = `torch.where(${condition}, ${argument.text}, torch.ones_like(${argument.text}))`;
  const edit = { range: argument.range, text };
  return [{ title: t('Make the input harmless where it is not used: `{0}`', text), edits: [edit] }];
}

/** What is true where the culprit's result is used. */
function conditionOf({ trace, texts }: Subject, choice: TraceNode, culprit: TraceNode): string | null {
  const text = choice.source === null ? null : texts.slice(choice.source);
  const call = text === null ? null : parseCall(text);
  if (choice.op !== 'where' || call === null || call.receiver !== 'torch') return null;
  const [condition] = call.args;
  const side = choice.next.findIndex((edge) => edge !== null && reaches(trace, edge.node, culprit.id));
  if (
    condition === undefined ||
    condition.name !== null ||
    side < 0 ||
    !isKnown(subjectLines(choice, culprit), condition.text)
  )
    return null;
  const isTaken = choice.inputNames[side] === 'self';
  return isTaken ? condition.text : `~(${condition.text})`;

  function isKnown(isSameLine: boolean, expression: string): boolean {
    if (isSameLine) return true;
    const names = [...expression.matchAll(/(?<![.\w])[\p{L}_][\p{L}\p{N}_]*/gu)].map(([name]) => name);
    return names.every(
      (name) => name === 'torch' || trace.bindings.some((binding) => binding.name === name && binding.at < culprit.at),
    );
  }
}

const subjectLines = (choice: TraceNode, culprit: TraceNode): boolean =>
  choice.source?.line === culprit.source?.line && choice.source?.file === culprit.source?.file;

function reaches(trace: Subject['trace'], from: number, to: number): boolean {
  const seen = new Set<number>();
  const waiting = [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const edge of nodeById(trace, id)?.next ?? []) if (edge !== null) waiting.push(edge.node);
  }
  return false;
}

/** `x` of `torch.sqrt(x)` and of `x.sqrt()`, the denominator of `a / x`. */
function argumentOf({ texts }: Subject, { source, op }: TraceNode) {
  const text = source === null ? null : texts.slice(source);
  if (source === null || text === null) return null;
  const quotient = op === 'div' ? /^[\s\S]*\/\s*([\w.]+)$/.exec(text) : null;
  if (quotient !== null) {
    const name = quotient[1]!;
    return isSimple(name)
      ? { text: name, range: rangeWithin(source, text, text.length - name.length, text.length) }
      : null;
  }
  const call = parseCall(text);
  if (call === null || call.method !== op) return null;
  const [first] = call.args;
  if (call.receiver === 'torch' && first !== undefined && isSimple(first.text))
    return { text: first.text, range: rangeWithin(source, text, first.start, first.end) };
  const { receiver } = call;
  return receiver !== 'torch' && isSimple(receiver)
    ? { text: receiver, range: rangeWithin(source, text, 0, receiver.length) }
    : null;
}
