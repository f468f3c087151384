/** `retain_graph=True` for a second pass that never comes. */
import type { Pass, Source, Trace } from '../../trace/model.ts';
import { nodeById, nodesOfPass, tensorById } from '../../trace/queries.ts';
import { numelOf } from '../../trace/value.ts';
import { type Fix, t } from '../finding.ts';
import type { Complaint, Subject } from '../rule.ts';
import { parseCall } from './calls.ts';
import { rangeWithin } from './texts.ts';

/** The places all of whose passes keep a graph that none goes through again. */
export function retained(subject: Subject): Complaint[] {
  const { trace } = subject;
  const places = byPlace(trace.passes.filter(({ whole, error, source }) => whole && error === null && source !== null));
  return places.flatMap((passes): Complaint[] => {
    const isAsked = passes.every(({ retainGraph, createGraph }) => retainGraph && !createGraph);
    const text = subject.texts.slice(passes[0]!.source!) ?? '';
    if (!isAsked || !/retain_graph\s*=\s*True/.test(text)) return [];
    return passes.some((pass) => isUsedAgain(trace, pass)) ? [] : [needless(subject, passes, text)];
  });
}

function byPlace<T extends { readonly source: Source | null }>(items: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const place = item.source === null ? '' : placeOf(item.source);
    if (groups.get(place)?.push(item) === undefined) groups.set(place, [item]);
  }
  return [...groups.values()];
}

const placeOf = ({ file, line, column }: Source): string => `${file}:${line}:${column}`;

/** By a pass, or by what the program computed of it afterwards and went through. */
function isUsedAgain(trace: Trace, pass: Pass): boolean {
  const mine = new Set(pass.steps.map(({ node }) => node).filter((id) => (nodeById(trace, id)?.saved.length ?? 0) > 0));
  return trace.passes.slice(pass.index + 1).some((later) => {
    if (!later.whole) return false;
    for (const node of nodesOfPass(trace, later)) if (mine.has(node)) return true;
    return false;
  });
}

function needless(subject: Subject, passes: readonly Pass[], text: string): Complaint {
  const [first] = passes as [Pass, ...Pass[]];
  const { count, bytes } = keptBy(subject.trace, first);
  const message =
    passes.length === 1
      ? t(
          '`retain_graph=True` keeps what this graph has saved (tensors: {0}, {1}), and no later pass goes through it: it is not needed.',
          count,
          sizeText(bytes),
        )
      : t(
          '`retain_graph=True` keeps what this graph has saved (tensors: {0}, {1}) in each of the {2} passes, and none of the graphs is gone through again: it is not needed, and hides it when a graph is used twice by mistake.',
          count,
          sizeText(bytes),
          passes.length,
        );
  const severity = passes.length === 1 ? 'hint' : 'warning';
  return { severity, message, range: first.source!, related: [], fixes: without(first.source!, text) };
}

/** The tensors that a pass's nodes have saved, leaves aside: those live anyway. */
function keptBy(trace: Trace, { steps }: Pass): { count: number; bytes: number } {
  const ids = new Set(steps.flatMap(({ node }) => (nodeById(trace, node)?.saved ?? []).map(({ tensor }) => tensor)));
  const tensors = [...ids]
    .flatMap((id) => (id === null ? [] : (tensorById(trace, id) ?? [])))
    .filter(({ isLeaf }) => !isLeaf);
  const bytes = tensors.reduce((sum, { shape, dtype }) => sum + numelOf(shape) * bytesOf(dtype), 0);
  return { count: tensors.length, bytes };
}

const bytesOf = (dtype: string): number => Number(/\d+$/.exec(dtype)?.[0] ?? 8) / 8;
const sizeText = (bytes: number): string =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 ** 2
      ? `${(bytes / 1024).toFixed(1)} kB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MB`;

function without(source: Source, text: string): Fix[] {
  const call = parseCall(text);
  const at = call?.args.findIndex(({ name }) => name === 'retain_graph') ?? -1;
  if (call === null || at < 0) return [];
  const { args } = call;
  const start = at > 0 ? args[at - 1]!.end : args[at]!.start;
  const end = at > 0 || at === args.length - 1 ? args[at]!.end : args[at + 1]!.start;
  return [
    { title: t('Remove `retain_graph=True`'), edits: [{ range: rangeWithin(source, text, start, end), text: '' }] },
  ];
}
