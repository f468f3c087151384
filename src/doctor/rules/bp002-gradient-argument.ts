import type { Source, TraceTensor } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import { type Fix, t } from '../finding.ts';
import type { Rule, Subject } from '../rule.ts';
import { type Argument, isSimple, parseCall } from '../support/calls.ts';
import { failedPass } from '../support/failure.ts';
import { nameOf, shapeText } from '../support/naming.ts';
import { rangeWithin } from '../support/texts.ts';

/** The gradient that enters a pass has the shape of what is differentiated. */
export const gradientArgument: Rule = {
  code: 'BP002',
  title: 'the gradient argument has the wrong shape or dtype',
  check(subject) {
    const failed = failedPass(
      subject.failure,
      /^(?:Mismatch in shape: grad_output|For complex Tensors, both grad_output)/,
    );
    const facts = failed === null ? null : factsOf(subject.failure!.error.message);
    const root = facts === null ? null : tensorById(subject.trace, failed!.pass.roots[facts.index] ?? -1);
    if (failed === null || facts === null || root === null) return [];
    const related =
      root.source === null ? [] : [{ message: t('{0} was made here', nameOf(subject, root)), range: root.source }];
    const message = facts.kind === 'shape' ? ofShape(subject, root, facts.given) : ofDtype(subject, root, facts.given);
    const fixes = facts.kind === 'shape' ? fixesOf(subject, failed.source, root, facts.given) : [];
    return [{ severity: 'error', message, range: failed.source, related, fixes, explainsError: true }];
  },
};

interface Facts {
  readonly kind: 'shape' | 'dtype';
  readonly index: number;
  readonly given: string;
}

function factsOf(message: string): Facts | null {
  const shape = /grad_output\[(\d+)\] has a shape of torch\.Size\((\[[\d, ]*\])\)/.exec(message);
  if (shape !== null) return { kind: 'shape', index: Number(shape[1]), given: shape[2]! };
  const dtype = /grad_output\[(\d+)\] has a dtype of torch\.(\w+)/.exec(message);
  return dtype === null ? null : { kind: 'dtype', index: Number(dtype[1]), given: dtype[2]! };
}

const ofShape = (subject: Subject, root: TraceTensor, given: string) =>
  t(
    'The gradient that was passed has shape {0}, and {1} has shape {2}: it is the upstream gradient of {1}, one weight for each of its elements, and needs the same shape.',
    given,
    nameOf(subject, root),
    shapeText(root.shape),
  );

const ofDtype = (subject: Subject, root: TraceTensor, given: string) =>
  t(
    'The gradient that was passed is {0}, and {1} is {2}: the upstream gradient of {1} needs its dtype.',
    given,
    nameOf(subject, root),
    root.dtype,
  );

function fixesOf({ texts }: Subject, source: Source, root: TraceTensor, given: string): Fix[] {
  const text = texts.slice(source);
  const call = text === null ? null : parseCall(text);
  if (text === null || call === null || call.method !== 'backward' || !isSimple(call.receiver)) return [];
  const gradient = call.args.find(({ name }) => name === null || name === 'gradient');
  if (gradient === undefined) return [];
  const replaced = replacement(gradient, call.receiver, root.shape, given);
  if (replaced === null) return [];
  const start = gradient.end - gradient.text.length;
  return [
    {
      title: t('Give it the shape of `{0}`: `{1}`', call.receiver, replaced),
      edits: [{ range: rangeWithin(source, text, start, gradient.end), text: replaced }],
    },
  ];
}

/** Ones for ones; the same numbers where there are as many. */
function replacement({ text }: Argument, receiver: string, shape: readonly number[], given: string): string | null {
  if (/^torch\.ones\(/.test(text)) return `torch.ones_like(${receiver})`;
  const count = (JSON.parse(given) as number[]).reduce((product, size) => product * size, 1);
  const same = count === shape.reduce((product, size) => product * size, 1);
  return same && (isSimple(text) || parseCall(text) !== null) ? `${text}.reshape(${receiver}.shape)` : null;
}
