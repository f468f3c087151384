import type { Trace, TraceTensor } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import { type Message, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { nodesOfPasses } from '../support/graph.ts';
import { nameOf } from '../support/naming.ts';
import { wrongTargets } from './bp014-targets.ts';

/** A loss that has the activation in it already is given what an activation made, or targets of the wrong kind. */
export const lossInput: Rule = {
  code: 'BP014',
  title: 'a loss is given what it does not take',
  check: (subject) => [...doubled(subject), ...wrongTargets(subject)],
};

function doubled(subject: Subject): Complaint[] {
  const { trace } = subject;
  const differentiated = nodesOfPasses(trace);
  return trace.tensors.flatMap((loss) => {
    const { origin, gradFn } = loss;
    if (origin === null || gradFn === null || !differentiated.has(gradFn)) return [];
    const given = tensorById(trace, origin.inputs[0] ?? -1);
    if (given === null) return [];
    if (origin.op === 'binary_cross_entropy_with_logits') return ofSigmoid(subject, loss, given);
    return /^nll_loss/.test(origin.op) ? ofSoftmax(subject, loss, given) : [];
  });
}

function ofSigmoid(subject: Subject, loss: TraceTensor, given: TraceTensor): Complaint[] {
  const squashed = throughViews(subject.trace, given);
  if (squashed?.origin?.op !== 'sigmoid') return [];
  const message = t(
    '{0} went through a sigmoid, and binary cross-entropy with logits applies one itself: probabilities of probabilities lie between 0.5 and 0.73, and gradients shrink. Pass the logits.',
    nameOf(subject, squashed),
  );
  return complaint(subject, loss, squashed, message, 'warning');
}

/** Cross-entropy is `nll_loss(log_softmax(x))`, both made by one call. */
function ofSoftmax(subject: Subject, loss: TraceTensor, given: TraceTensor): Complaint[] {
  const { trace } = subject;
  const own = throughViews(trace, given);
  const before = throughViews(trace, tensorById(trace, own?.origin?.inputs[0] ?? -1));
  if (own?.origin?.op !== '_log_softmax' || before === null) return squashedOnce(subject, loss, own);
  if (before.origin?.op === '_softmax') {
    const message = t(
      '{0} went through a softmax, and cross-entropy applies one itself: the second one flattens the first, and gradients shrink. Pass the logits.',
      nameOf(subject, before),
    );
    return complaint(subject, loss, before, message, 'warning');
  }
  if (before.origin?.op !== '_log_softmax') return [];
  const message = t(
    '{0} went through a log-softmax, and cross-entropy applies one itself: the second one changes nothing. Pass the logits, or use `nll_loss`.',
    nameOf(subject, before),
  );
  return complaint(subject, loss, before, message, 'warning');
}

/** `nll_loss` of probabilities: it takes their logarithms. */
function squashedOnce(subject: Subject, loss: TraceTensor, given: TraceTensor | null): Complaint[] {
  if (given?.origin?.op !== '_softmax') return [];
  const message = t(
    '{0} went through a softmax, and `nll_loss` takes logarithms of probabilities: use `log_softmax`, or pass the logits to `cross_entropy`.',
    nameOf(subject, given),
  );
  return complaint(subject, loss, given, message, 'warning');
}

function complaint(
  subject: Subject,
  loss: TraceTensor,
  squashed: TraceTensor,
  message: Message,
  severity: Complaint['severity'],
): Complaint[] {
  if (loss.source === null) return [];
  const related =
    squashed.source === null
      ? []
      : [{ message: t('{0} was made here', nameOf(subject, squashed)), range: squashed.source }];
  return [{ severity, message, range: loss.source, related }];
}

const VIEWS = /^(?:view|reshape|squeeze|unsqueeze|flatten|transpose|permute|t|select|slice|_unsafe_view|contiguous)$/;

/** The same numbers in another shape. */
function throughViews(trace: Trace, tensor: TraceTensor | null): TraceTensor | null {
  let at = tensor;
  while (at?.origin != null && VIEWS.test(at.origin.op)) at = tensorById(trace, at.origin.inputs[0] ?? -1);
  return at;
}
