import type { Source, TraceTensor } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import { numelOf } from '../../trace/value.ts';
import { type Fix, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { isSimple, parseCall } from '../support/calls.ts';
import { nodesOfPasses } from '../support/graph.ts';
import { nameOf, shapeText } from '../support/naming.ts';
import { insertion } from '../support/texts.ts';

/** A column of predictions against a row of targets: every one is compared with every other. */
export const broadcastLoss: Rule = {
  code: 'BP013',
  title: 'predictions and targets broadcast against each other',
  check(subject) {
    const { trace } = subject;
    const differentiated = nodesOfPasses(trace);
    return trace.tensors.flatMap((tensor) => {
      if (tensor.gradFn === null || !differentiated.has(tensor.gradFn)) return [];
      const pair = pairOf(subject, tensor);
      return pair === null || tensor.source === null ? [] : [complaint(subject, pair, tensor.source)];
    });
  },
};

const COMPARISONS = /^(?:sub|rsub|mse_loss|l1_loss|smooth_l1_loss|huber_loss|squared_difference)$/;

interface Pair {
  readonly prediction: TraceTensor;
  readonly target: TraceTensor;
}

/** `(N, 1)` that requires a gradient and `(N)` that does not, or the other way round, N being more than 1. */
function pairOf({ trace }: Subject, { origin }: TraceTensor): Pair | null {
  if (origin === null || origin.inputs.length < 2 || !COMPARISONS.test(origin.op)) return null;
  const [a, b] = origin.inputs.slice(0, 2).map((id) => beforeExpanding(trace, id));
  if (a == null || b == null || a.requiresGrad === b.requiresGrad) return null;
  const [prediction, target] = a.requiresGrad ? [a, b] : [b, a];
  const meant = prediction.shape.length === 2 ? isMadeColumn(prediction) : isMadeColumn(target);
  return crosses(a.shape, b.shape) && !meant ? { prediction, target } : null;
}

/** A loss expands what it is given first. */
function beforeExpanding(trace: Subject['trace'], id: number): TraceTensor | null {
  const tensor = tensorById(trace, id);
  return tensor?.origin?.op === 'expand' ? tensorById(trace, tensor.origin.inputs[0] ?? -1) : tensor;
}

function crosses(a: readonly number[], b: readonly number[]): boolean {
  const [column, row] = a.length === 2 ? [a, b] : [b, a];
  return column.length === 2 && row.length === 1 && column[1] === 1 && column[0] === row[0] && row[0]! > 1;
}

/** `x[:, None]` asks for all pairs. */
const isMadeColumn = ({ origin }: TraceTensor): boolean =>
  /^(?:unsqueeze|index|reshape|view|slice)$/.test(origin?.op ?? '');

function complaint(subject: Subject, { prediction, target }: Pair, range: Source): Complaint {
  const count = prediction.shape[0]!;
  const message = t(
    '{0} has shape {1} and {2} has shape {3}: they broadcast to {4}, so that each of {5} predictions is compared with all {5} targets, {6} pairs instead of {5}. Give both the same shape.',
    nameOf(subject, prediction),
    shapeText(prediction.shape),
    nameOf(subject, target),
    shapeText(target.shape),
    shapeText([count, count]),
    count,
    count * count,
  );
  const related = [prediction, target].flatMap((tensor) =>
    tensor.source === null
      ? []
      : [
          {
            message: t('{0} was made here, with shape {1}', nameOf(subject, tensor), shapeText(tensor.shape)),
            range: tensor.source,
          },
        ],
  );
  return {
    severity: 'warning',
    message,
    range,
    related,
    fixes: squeezing(subject, numelOf(prediction.shape) === count ? prediction : target, range),
  };
}

/** `.squeeze(1)` behind the column's name, where it is named once. */
function squeezing({ texts }: Subject, { name, shape }: TraceTensor, range: Source): Fix[] {
  const text = texts.slice(range);
  if (text === null || name === null || !isSimple(name) || shape.length !== 2) return [];
  const found = [
    ...text.matchAll(
      new RegExp(`(?<![\\p{L}\\p{N}_.])${name.replaceAll(/[.[\]]/g, '\\$&')}(?![\\p{L}\\p{N}_.([])`, 'gu'),
    ),
  ];
  if (found.length !== 1 || (parseCall(text) === null && text.includes('\n'))) return [];
  const end = found[0]!.index + name.length;
  return [
    { title: t('Make a row of it: `{0}.squeeze(1)`', name), edits: [insertion(range, text, end, '.squeeze(1)')] },
  ];
}
