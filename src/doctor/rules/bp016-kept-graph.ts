import type { Pass, Source, TraceTensor } from '../../trace/model.ts';
import { nodeById, tensorById } from '../../trace/queries.ts';
import { type Fix, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { parseCall } from '../support/calls.ts';
import { nodesOfPasses } from '../support/graph.ts';
import { nameOf } from '../support/naming.ts';
import { rangeWithin } from '../support/texts.ts';

/** A running sum of losses holds the graph of every round, for nothing. */
export const keptGraph: Rule = {
  code: 'BP016',
  title: 'a graph that grows from round to round',
  check: (subject) => [...sumsOfLosses(subject), ...needlesslyRetained(subject)],
};

/** Fewer are no loop. */
const LEAST = 3;

function sumsOfLosses(subject: Subject): Complaint[] {
  const { trace } = subject;
  const differentiated = nodesOfPasses(trace);
  const roots = new Set(trace.passes.filter(({ error }) => error === null).flatMap(({ roots: ids }) => ids));
  const found = new Map<string, Grown>();
  for (const sum of additions(subject)) {
    if (differentiated.has(sum.node) || !sum.added.some((id) => roots.has(id))) continue;
    const key = `${sum.source.file}:${sum.source.line}:${sum.source.column}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { ...sum, count: 1 });
    // Only what goes on from the sum of the round before grows.
    else if (sum.next.includes(known.node)) found.set(key, { ...sum, count: known.count + 1 });
    else found.set(key, { ...sum, count: known.count });
  }
  return [...found.values()].filter(({ count }) => count >= LEAST).map((grown) => complaint(subject, grown));
}

interface Addition {
  readonly tensor: TraceTensor;
  readonly node: number;
  /** What was added to what. */
  readonly added: readonly number[];
  /** The nodes behind it. */
  readonly next: readonly number[];
  readonly source: Source;
}

interface Grown extends Addition {
  readonly count: number;
}

/** Both `total = total + loss` and `total += loss`. */
function additions({ trace }: Subject): Addition[] {
  const nodes = trace.nodes.filter(({ op, source }) => op === 'add' && source !== null);
  return nodes.flatMap(({ id, inputs, outputs, next, source }) => {
    const tensor = tensorById(trace, outputs[0] ?? -1);
    const added = inputs.flatMap((input) => input ?? []);
    return tensor === null || tensor.shape.length > 0
      ? []
      : [{ tensor, node: id, added, next: next.flatMap((edge) => edge?.node ?? []), source: source! }];
  });
}

function complaint(subject: Subject, { tensor, count, source }: Grown): Complaint {
  const name = nameOf(subject, tensor);
  const message = t(
    '{0} sums losses together with their graphs: nothing is differentiated through it, and each of {1} rounds adds a graph that cannot be freed. Add the number: `loss.item()`.',
    name,
    count,
  );
  return { severity: 'warning', message, range: source, related: [], fixes: asNumber(subject, source) };
}

/** `total += loss.item()` */
function asNumber({ texts }: Subject, source: Source): Fix[] {
  const text = texts.slice(source);
  const match =
    text === null
      ? null
      : (/^([\p{L}_][\p{L}\p{N}_.]*)\s*(?:\+=|=\s*\1\s*\+)\s*([\p{L}_][\p{L}\p{N}_.]*)$/u.exec(text) ??
        /^([\p{L}_][\p{L}\p{N}_.]*)\s*\+\s*([\p{L}_][\p{L}\p{N}_.]*)$/u.exec(text));
  if (text === null || match === null) return [];
  const range = rangeWithin(source, text, text.length, text.length);
  return [{ title: t('Add the number alone: `{0}.item()`', match[2]!), edits: [{ range, text: '.item()' }] }];
}

/** `retain_graph=True` in a loop whose passes share nothing. */
function needlesslyRetained(subject: Subject): Complaint[] {
  const { passes } = subject.trace;
  const lastRun = new Map(passes.flatMap(({ index, steps }) => steps.map(({ node }) => [node, index] as const)));
  const places = new Map<string, Pass[]>();
  for (const pass of passes) {
    const { source, retainGraph, createGraph, whole, error } = pass;
    if (source === null || !retainGraph || createGraph || !whole || error !== null) continue;
    const key = `${source.file}:${source.line}:${source.column}`;
    places.set(key, [...(places.get(key) ?? []), pass]);
  }
  return [...places.values()]
    .filter((group) => group.length >= LEAST && group.every((pass) => isLast(subject, pass, lastRun)))
    .flatMap((group) => ofRetained(subject, group));
}

/** Whether no later pass runs a node of this one that had saved something. */
const isLast = ({ trace }: Subject, { steps, index }: Pass, lastRun: ReadonlyMap<number, number>): boolean =>
  steps.every(({ node }) => lastRun.get(node) === index || (nodeById(trace, node)?.saved.length ?? 0) === 0);

function ofRetained({ texts }: Subject, [first, ...others]: readonly Pass[]): Complaint[] {
  const range = first!.source!;
  const text = texts.slice(range);
  const call = text === null ? null : parseCall(text);
  const at = call?.args.findIndex(({ name }) => name === 'retain_graph') ?? -1;
  if (text === null || call === null || at < 0) return [];
  const message = t(
    '`retain_graph=True` keeps what this pass has used, but none of {0} passes here goes through the graph of another: leave it out, and the memory is freed at once.',
    others.length + 1,
  );
  const from = at === 0 ? call.open + 1 : call.args[at - 1]!.end;
  const to = at === 0 ? (call.args[1]?.start ?? call.close) : call.args[at]!.end;
  const edits = [{ range: rangeWithin(range, text, from, to), text: '' }];
  return [
    { severity: 'hint', message, range, related: [], fixes: [{ title: t('Leave `retain_graph=True` out'), edits }] },
  ];
}
