import type { Call, Source, Trace, TraceNode, TraceTensor } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import { numelOf } from '../../trace/value.ts';
import { t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { nameOf } from '../support/naming.ts';

/** Settings under which nothing is learnt. */
export const doesNothing: Rule = {
  code: 'BP017',
  title: 'a setting with which nothing is learnt',
  check: (subject) => [...zeroRates(subject), ...fullDropout(subject)],
};

/** An optimizer whose groups all have learning rate 0, that steps and changes nothing. */
function zeroRates(subject: Subject): Complaint[] {
  const { calls } = subject.trace;
  const optimizers = new Set(calls.flatMap(({ name, object }) => (name === 'optimizer' ? [object] : [])));
  return [...optimizers].flatMap((object): Complaint[] => {
    const own = calls.filter((call) => call.object === object);
    const groups = own.filter(({ name }) => name === 'optimizer');
    const steps = own.filter(({ name }) => name === 'step');
    const range = groups[0]?.source ?? null;
    if (range === null || steps.length < 2 || !groups.every(isZero)) return [];
    const params = groups.flatMap(({ tensors }) => tensors.flatMap((id) => tensorById(subject.trace, id) ?? []));
    if (params.length === 0 || params.some((param) => isChanged(param, steps[0]!.at))) return [];
    return [stuck(subject, groups[0]!, steps, params)];
  });
}

const isZero = ({ text }: Call): boolean => /(^| )lr=-?0(\.0*)?( |$)/.test(text);

/** By whatever: a scheduler may set the rate later. */
function isChanged({ updates, value }: TraceTensor, since: number): boolean {
  const before = updates.findLast(({ at }) => at < since)?.value ?? value;
  return updates.some(({ at, value: after }) => at > since && after.stats.norm !== before.stats.norm);
}

function stuck(
  subject: Subject,
  { source, text: settings }: Call,
  steps: readonly Call[],
  params: readonly TraceTensor[],
): Complaint {
  const message = t(
    'The learning rate is 0: a step subtracts 0 times the gradient. After {0} steps of `{1}` {2} is what it was before.',
    steps.length,
    settings.split(' ')[0]!,
    nameOf(subject, params[0]!),
  );
  const step = steps[0]!.source;
  const related = step === null ? [] : [{ message: t('this step changes nothing'), range: step }];
  return { severity: 'warning', message, range: source!, related };
}

/** A dropout of everything: what comes out is 0, and so is every gradient. It multiplies by a mask of zeros. */
function fullDropout(subject: Subject): Complaint[] {
  const { trace } = subject;
  const place = writtenOne(subject, trace.file);
  if (place === null) return [];
  const isNear = ({ module, source }: TraceNode) => module !== null || source?.line === place.line;
  const dropped = trace.nodes
    .filter((node) => node.op === 'mul' && isNear(node))
    .find((node) => isAllDropped(trace, node));
  if (dropped === undefined) return [];
  const [made, input] = [tensorById(trace, dropped.outputs[0]!)!, tensorById(trace, dropped.inputs[0]!)!];
  const message = t(
    'A dropout of 1.0 drops everything: all {0} numbers that it makes of {1} are 0, and no gradient gets through. The argument is the share that is dropped, not the share that is kept.',
    numelOf(made.shape),
    nameOf(subject, input),
  );
  return [{ severity: 'warning', message, range: place, related: [] }];
}

function isAllDropped(trace: Trace, { inputs, outputs }: TraceNode): boolean {
  const [input, made] = [tensorById(trace, inputs[0] ?? -1), tensorById(trace, outputs[0] ?? -1)];
  const count = numelOf(made?.shape ?? [0]);
  return count > 0 && made!.value.stats.zeros === count && input !== null && (input.value.stats.norm ?? 1) > 0;
}

const DROPOUT_OF_ONE = /[\w.]*[dD]ropout\w*\((?:[^()]*,\s*)?(?:p\s*=\s*)?1(?:\.0*)?\s*(?:,[^()]*)?\)/g;

/** The only place of a file where a dropout of 1 is written. */
function writtenOne({ texts }: Subject, file: string): Source | null {
  const places = (texts.lines(file) ?? []).flatMap((text, i) =>
    [...text.matchAll(DROPOUT_OF_ONE)].map((match): Source => {
      const [line, column] = [i + 1, match.index];
      return { file, line, column, endLine: line, endColumn: column + match[0].length };
    }),
  );
  return places.length === 1 ? places[0]! : null;
}
