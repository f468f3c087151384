import type { Saved, Trace, TraceNode, TraceTensor, Update } from '../../trace/model.ts';
import { nodeById, tensorById } from '../../trace/queries.ts';
import { type Related, t } from '../finding.ts';
import type { Rule, Subject } from '../rule.ts';
import { failedPass } from '../support/failure.ts';
import { nameOf, topOf } from '../support/naming.ts';
import { outOfPlace } from '../support/statements.ts';

/** A tensor that a node had saved for its backward rule was changed before the rule could use it. */
export const changedInPlace: Rule = {
  code: 'BP004',
  title: 'a saved tensor was changed in place',
  check(subject) {
    const failed = failedPass(subject.failure, /modified by an inplace operation/);
    const node = nodeById(subject.trace, subject.failure?.error.node ?? -1);
    const change = failed === null || node === null ? null : changeOf(subject.trace, node);
    if (failed === null || node === null || change === null) return [];
    const { tensor, update } = change;
    const name = nameOf(subject, tensor);
    const message = t(
      '{0} was changed in place here ({1}), after {2} in line {3} had saved it: the gradient of {2} is computed from the value that {0} had then. Compute a new tensor instead, or change a `clone()`.',
      name,
      writtenAs(subject, update),
      calledAs(subject, node),
      node.source?.line ?? '?',
    );
    const range = update.source ?? failed.source;
    return [
      {
        severity: 'error',
        message,
        range,
        related: places(subject, node, name, failed.source),
        fixes: outOfPlace(subject.texts, range, tensor.name),
        explainsError: true,
      },
    ];
  },
};

interface Change {
  readonly tensor: TraceTensor;
  readonly update: Update;
}

/** The first change after the saving, of what was saved or of another view of its memory. */
function changeOf(trace: Trace, node: TraceNode): Change | null {
  for (const saved of node.saved) {
    const tensor = tensorById(trace, saved.tensor ?? -1);
    const update = tensor?.updates.find(({ version }) => version > (saved.version ?? Number.POSITIVE_INFINITY));
    if (tensor !== null && update !== undefined) return { tensor, update };
  }
  const versions = node.saved.flatMap(({ version }: Saved) => (version === null ? [] : [version + 1]));
  for (const tensor of trace.tensors) {
    const update = tensor.updates.find(({ at, version }) => at > node.at && versions.includes(version));
    if (update !== undefined) return { tensor, update };
  }
  return null;
}

function writtenAs({ texts }: Subject, { op, source }: Update): string {
  const text = source === null ? null : texts.slice(source);
  return `\`${text !== null && text.length <= 40 && !text.includes('\n') ? text : op}\``;
}

const calledAs = (subject: Subject, node: TraceNode): string => {
  const made = tensorById(subject.trace, node.outputs[0] ?? -1);
  return made === null ? `\`${node.op ?? node.name}\`` : `\`${node.op ?? node.name}\` (${nameOf(subject, made)})`;
};

const places = (subject: Subject, node: TraceNode, name: string, backward: Related['range']): Related[] => [
  {
    message: t('{0} was saved here, for the gradient of `{1}`', name, node.op ?? node.name),
    range: node.source ?? topOf(subject),
  },
  { message: t('the pass that needs it starts here'), range: backward },
];
