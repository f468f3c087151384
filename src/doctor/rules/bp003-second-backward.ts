import type { Pass, Source, Trace, TraceNode, TraceTensor } from '../../trace/model.ts';
import { nodeById } from '../../trace/queries.ts';
import { type Fix, type Related, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { isSimple, parseCall } from '../support/calls.ts';
import { failedPass } from '../support/failure.ts';
import { madeBy, nodesBehind, passesBefore } from '../support/graph.ts';
import { listed, nameOf } from '../support/naming.ts';
import { frameAt, isScope } from '../support/scopes.ts';
import { insertion, lineBelow } from '../support/texts.ts';

/** A pass through a part of the graph whose saved tensors an earlier pass has freed. */
export const secondBackward: Rule = {
  code: 'BP003',
  title: 'backward() through the same graph a second time',
  check(subject) {
    const failed = failedPass(subject.failure, /^Trying to backward through the graph a second time/);
    if (failed === null) return [];
    const reuse = reuseOf(subject, failed.pass);
    if (reuse === null) return [];
    const complaint = reuse.carried.length > 0 ? ofCarriedState : ofSameGraph;
    return [complaint(subject, failed.source, reuse)];
  },
};

/** What a pass shares with the earlier one that freed it. */
interface Reuse {
  readonly first: Pass;
  /** Tensors through which the new part of the graph goes on into the old one, made anew in each round of a loop. */
  readonly carried: readonly TraceTensor[];
  /** The same, made once. Empty: the roots themselves. */
  readonly shared: readonly TraceTensor[];
}

function reuseOf(subject: Subject, pass: Pass): Reuse | null {
  const { trace } = subject;
  const behind = nodesBehind(trace, pass.roots, pass.at);
  const frees = ({ steps, retainGraph }: Pass, ids: ReadonlySet<number>) =>
    !retainGraph && steps.some(({ node }) => ids.has(node));
  const ids = new Set(behind.filter(({ saved }) => saved.length > 0).map(({ id }) => id));
  const first = passesBefore(trace, pass).find((candidate) => frees(candidate, ids));
  if (first === undefined) return null;
  const border = behind.filter(({ at }) => at > first.at).flatMap((node) => crossings(trace, node, first.at));
  const tensors = behind.filter(({ id }) => border.includes(id)).flatMap((node) => madeBy(trace, node));
  const isRemade = (tensor: TraceTensor) =>
    trace.tensors.some((other) => other.at > first.at && isSamePlace(other.source, tensor.source));
  return { first, carried: tensors.filter(isRemade), shared: tensors.filter((tensor) => !isRemade(tensor)) };
}

/** The nodes of before a time that one of after it leads to; an `AccumulateGrad` keeps nothing that could be freed. */
const crossings = (trace: Trace, { next }: TraceNode, time: number): number[] =>
  next.flatMap((edge) => {
    const node = edge === null ? null : nodeById(trace, edge.node);
    return node !== null && node.op !== null && node.at < time ? [node.id] : [];
  });

const isSamePlace = (a: Source | null, b: Source | null): boolean =>
  a !== null &&
  b !== null &&
  a.file === b.file &&
  a.line === b.line &&
  a.column === b.column &&
  a.endColumn === b.endColumn;

function ofCarriedState(subject: Subject, range: Source, { first, carried }: Reuse): Complaint {
  const names = listed([...new Set(carried.map((tensor) => nameOf(subject, tensor)))]);
  const message = t(
    'This pass goes on through {0} into the round of the loop before, whose graph has been used: the pass of {1} freed what it had saved. If each round is to be differentiated by itself, cut the state that is carried on with `detach()` before the next round.',
    names,
    lineOf(first.source),
  );
  return {
    severity: 'error',
    message,
    range,
    related: [...firstPass(first, range), ...madeHere(subject, carried)],
    fixes: detaching(subject, range, carried),
    explainsError: true,
  };
}

function ofSameGraph(subject: Subject, range: Source, { first, shared }: Reuse): Complaint {
  const names = listed([...new Set(shared.map((tensor) => nameOf(subject, tensor)))]);
  const message =
    shared.length === 0
      ? t(
          'The pass of {0} went through this graph and freed what it had saved. Compute the graph anew before each pass, or keep it with `retain_graph=True` in the first one.',
          lineOf(first.source),
        )
      : t(
          '{0} was computed once, and the pass of {1} freed what its graph had saved. Compute it anew before each pass (inside the loop), or keep it with `retain_graph=True` in the first one.',
          names,
          lineOf(first.source),
        );
  return {
    severity: 'error',
    message,
    range,
    related: [...firstPass(first, range), ...madeHere(subject, shared)],
    fixes: retaining(subject, first),
    explainsError: true,
  };
}

const lineOf = (source: Source | null) => (source === null ? t('before') : t('line {0}', source.line));

function firstPass({ source }: Pass, second: Source): Related[] {
  if (source === null) return [];
  const isLoop = isSamePlace(source, second);
  const message = isLoop
    ? t('the round before ran its pass here and freed the saved tensors')
    : t('the first pass ran here and freed the saved tensors');
  return [{ message, range: source }];
}

const madeHere = (subject: Subject, tensors: readonly TraceTensor[]): Related[] =>
  tensors.flatMap((tensor) =>
    tensor.source === null ? [] : [{ message: t('{0} was made here', nameOf(subject, tensor)), range: tensor.source }],
  );

function retaining({ texts }: Subject, { source }: Pass): Fix[] {
  const text = source === null ? null : texts.slice(source);
  const call = text === null ? null : parseCall(text);
  if (source === null || text === null || call === null || call.args.some(({ name }) => name === 'retain_graph'))
    return [];
  const last = call.args.at(-1);
  const added = last === undefined ? 'retain_graph=True' : ', retain_graph=True';
  const title = t('Keep the graph in the first pass: `retain_graph=True`');
  return [{ title, edits: [insertion(source, text, last?.end ?? call.open + 1, added)] }];
}

/** `h = h.detach()` below the pass, for names that are seen there. */
function detaching(subject: Subject, range: Source, carried: readonly TraceTensor[]): Fix[] {
  const { texts, trace } = subject;
  const frame = frameAt(subject, range);
  const names = carried.map(({ id, name }) => {
    const seen = trace.bindings.some(
      (binding) => binding.tensor === id && binding.name === name && isScope(binding.scope, frame),
    );
    return name !== null && seen && isSimple(name) ? name : null;
  });
  if (names.length === 0 || names.includes(null)) return [];
  const code = [...new Set(names)].map((name) => `${name} = ${name}.detach()`).join('; ');
  const edit = lineBelow(texts, range, code);
  return edit === null ? [] : [{ title: t('Cut it after each round: `{0}`', code), edits: [edit] }];
}
