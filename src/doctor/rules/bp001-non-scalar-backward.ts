import type { Source } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import { numelOf } from '../../trace/value.ts';
import { type Fix, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { isSimple, parseCall, type WrittenCall } from '../support/calls.ts';
import { failedPass } from '../support/failure.ts';
import { nameOf, shapeText } from '../support/naming.ts';
import { insertion, rangeWithin } from '../support/texts.ts';

/** `backward()` of several numbers, without saying how they are weighed. */
export const nonScalarBackward: Rule = {
  code: 'BP001',
  title: 'backward() of a tensor that is not a scalar',
  check(subject) {
    const failed = failedPass(subject.failure, /^grad can be implicitly created only for scalar outputs/);
    if (failed === null) return [];
    const { pass, source } = failed;
    const root = pass.roots
      .map((id) => tensorById(subject.trace, id))
      .find((tensor) => tensor !== null && numelOf(tensor.shape) !== 1);
    if (root == null) return [];
    return [complaint(subject, nameOf(subject, root), root.shape, source, root.source)];
  },
};

function complaint(
  subject: Subject,
  name: string,
  shape: readonly number[],
  source: Source,
  made: Source | null,
): Complaint {
  const message = t(
    '{0} holds {1} numbers (shape {2}), and a derivative is that of one number: say how they are weighed. Make one number of them, such as their sum or mean, or pass `gradient`, a tensor of shape {2}: the upstream gradient of {0}.',
    name,
    numelOf(shape),
    shapeText(shape),
  );
  const related =
    made === null ? [] : [{ message: t('{0} was made here, with shape {1}', name, shapeText(shape)), range: made }];
  return { severity: 'error', message, range: source, related, fixes: fixes(subject, source), explainsError: true };
}

function fixes({ texts }: Subject, source: Source): Fix[] {
  const text = texts.slice(source);
  const call = text === null ? null : parseCall(text);
  if (text === null || call === null) return [];
  return call.method === 'backward' && !isModule(call.receiver)
    ? ofMethod(source, text, call)
    : ofFunction(source, text, call);
}

/** `torch.autograd.backward(y)` has the tensor as its argument. */
const isModule = (receiver: string): boolean => /(^|\.)autograd$/.test(receiver);

function ofMethod(source: Source, text: string, { receiver, open, close, args }: WrittenCall): Fix[] {
  const sum = {
    title: t('Sum first: `{0}.sum().backward(...)`', receiver),
    edits: [insertion(source, text, receiver.length, '.sum()')],
  };
  if (!isSimple(receiver)) return [sum];
  const ones = `torch.ones_like(${receiver})`;
  const edit = { range: rangeWithin(source, text, open + 1, open + 1), text: args.length === 0 ? ones : `${ones}, ` };
  const noGradient = args.every(({ name }) => name !== null && name !== 'gradient') && close > open;
  return noGradient ? [sum, { title: t('Weigh every element alike: `{0}`', ones), edits: [edit] }] : [sum];
}

function ofFunction(source: Source, text: string, { args }: WrittenCall): Fix[] {
  const [root] = args;
  if (root === undefined || root.name !== null || !isSimple(root.text)) return [];
  return [{ title: t('Sum first: `{0}.sum()`', root.text), edits: [insertion(source, text, root.end, '.sum()')] }];
}
