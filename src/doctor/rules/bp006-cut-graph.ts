import type { Source, TraceTensor } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import { type Fix, type Related, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { parseCall } from '../support/calls.ts';
import { type Cut, cutsBehind, reasonOf } from '../support/cuts.ts';
import { failedPass } from '../support/failure.ts';
import { ancestry } from '../support/graph.ts';
import { listed, nameOf } from '../support/naming.ts';
import { insertion } from '../support/texts.ts';

/** A pass from a tensor that nothing connects with what requires a gradient. */
export const cutGraph: Rule = {
  code: 'BP006',
  title: 'backward() of a tensor that does not require grad',
  check(subject) {
    const failed = failedPass(subject.failure, MESSAGE);
    if (failed === null) return [];
    const index = Number(MESSAGE.exec(subject.failure!.error.message)![1]);
    const root = tensorById(subject.trace, failed.pass.roots[index] ?? -1);
    if (root === null) return [];
    const cuts = cutsBehind(subject, root);
    const complaint = cuts.length > 0 ? ofCut(subject, root, cuts) : ofNothing(subject, root);
    return [{ ...complaint, severity: 'error', range: failed.source, explainsError: true }];
  },
};

const MESSAGE = /^element (\d+) of tensors does not require grad and does not have a grad_fn/;

type Body = Pick<Complaint, 'message' | 'related' | 'fixes'>;

function ofCut(subject: Subject, root: TraceTensor, cuts: readonly Cut[]): Body {
  const { source } = cuts[0]!;
  const name = nameOf(subject, root);
  const place = source === null ? t('before') : t('line {0}', source.line);
  const message = t(
    '{0} has no path back to anything that requires a gradient: the graph was cut in {1}, where {2}',
    name,
    place,
    reasonOf(subject, cuts[0]!),
  );
  return {
    message,
    related: [...cuts.flatMap((cut) => cutHere(subject, cut)), ...lastConnected(subject, cuts[0]!)],
  };
}

const cutHere = (subject: Subject, cut: Cut): Related[] =>
  cut.source === null ? [] : [{ message: t('the graph was cut here: {0}', reasonOf(subject, cut)), range: cut.source }];

function lastConnected(subject: Subject, { input }: Cut): Related[] {
  if (input.source === null) return [];
  return [{ message: t('{0}, made here, still requires a gradient', nameOf(subject, input)), range: input.source }];
}

/** Nothing that went into it requires a gradient. */
function ofNothing(subject: Subject, root: TraceTensor): Body {
  const leaves = ancestry(subject.trace, root).filter(isCandidate);
  const names = listed([...new Set(leaves.map((leaf) => nameOf(subject, leaf)))]);
  const message =
    leaves.length === 0
      ? t(
          '{0} was not computed from anything that requires a gradient, so that there is nothing to differentiate by.',
          nameOf(subject, root),
        )
      : t(
          'Nothing that {0} was computed from requires a gradient ({1}): create what you want to differentiate by with `requires_grad=True`.',
          nameOf(subject, root),
          names,
        );
  const related = leaves.flatMap((leaf) => (leaf.source === null ? [] : [leafHere(subject, leaf, leaf.source)]));
  return { message, related, fixes: leaves.flatMap((leaf) => requiring(subject, leaf)) };
}

/** A leaf of the user's that could require a gradient. */
const isCandidate = ({ name, origin, dtype }: TraceTensor): boolean =>
  name !== null && (origin === null || origin.inputs.length === 0) && /^(b?float|complex)/.test(dtype);

const leafHere = (subject: Subject, leaf: TraceTensor, range: Source): Related => ({
  message: t('{0} was created here, without `requires_grad=True`', nameOf(subject, leaf)),
  range,
});

/** Factories that take `requires_grad`. */
const FACTORY =
  /^(?:tensor|ones|zeros|rand|randn|full|linspace|arange|eye|empty|ones_like|zeros_like|rand_like|randn_like)$/;

function requiring(subject: Subject, leaf: TraceTensor): Fix[] {
  const text = leaf.source === null ? null : subject.texts.slice(leaf.source);
  const call = text === null ? null : parseCall(text);
  const last = call?.args.at(-1);
  if (text === null || call === null || last === undefined || call.receiver !== 'torch' || !FACTORY.test(call.method))
    return [];
  if (call.args.some(({ name }) => name === 'requires_grad')) return [];
  const title = t('Let {0} require a gradient', nameOf(subject, leaf));
  return [{ title, edits: [insertion(leaf.source!, text, last.end, ', requires_grad=True')] }];
}
