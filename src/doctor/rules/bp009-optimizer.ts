import type { Source, Trace, TraceTensor } from '../../trace/model.ts';
import { type Related, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { cutsTowards, reasonOf } from '../support/cuts.ts';
import { listed, nameOf } from '../support/naming.ts';
import { type Optimizer, optimizersOf, passesReaching } from '../support/optimizers.ts';

/** An optimizer moves the parameters that it was given, by the gradients that they have at its step. */
export const optimizerUse: Rule = {
  code: 'BP009',
  title: 'the optimizer and the gradients do not meet',
  check(subject) {
    if (subject.failure !== null) return [];
    const optimizers = optimizersOf(subject.trace);
    return [
      ...optimizers.flatMap((optimizer) => [
        ...stepBeforeBackward(subject, optimizer),
        ...clearedBeforeStep(subject, optimizer),
        ...neverReached(subject, optimizer),
      ]),
      ...inNoOptimizer(subject, optimizers),
    ];
  },
};

/** Where a pass fills the `.grad` of one of some leaves, on the run's clock. */
const fillings = (trace: Trace, params: readonly TraceTensor[]): number[] => {
  const ids = new Set(params.map(({ id }) => id));
  return trace.passes
    .filter(({ accumulations }) => accumulations.some(({ tensor }) => ids.has(tensor)))
    .map(({ at }) => at);
};

function stepBeforeBackward({ trace }: Subject, { params, steps, kind }: Optimizer): Complaint[] {
  const [step] = steps;
  const filled = fillings(trace, params);
  const assigned = params.flatMap(({ gradChanges }) =>
    gradChanges.filter(({ value }) => value !== null).map(({ at }) => at),
  );
  const isEarly = step !== undefined && [...filled, ...assigned].every((at) => at > step.at);
  if (!isEarly || step.source === null || trace.passes.length === 0 || filled.length === 0) return [];
  const pass = trace.passes.find(({ at }) => at === filled[0]);
  const related =
    pass?.source == null ? [] : [{ message: t('the first gradients come from here'), range: pass.source }];
  const message = t(
    'This step of {0} comes before the first `backward()`: no parameter has a gradient yet, so that nothing moves, and later steps use the gradients of the round before. Step after `backward()`.',
    kind,
  );
  return [{ severity: 'warning', message, range: step.source, related }];
}

/** The gradients of the round were taken away before the step could use them. */
function clearedBeforeStep({ trace }: Subject, { params, steps, kind }: Optimizer): Complaint[] {
  for (const [i, step] of steps.entries()) {
    const since = steps[i - 1]?.at ?? 0;
    const filled = fillings(trace, params).filter((at) => at > since && at < step.at);
    const last = filled.at(-1);
    if (last === undefined) continue;
    const source = clearedBetween(params, last, step.at);
    if (source === null) continue;
    const pass = trace.passes.find(({ at }) => at === last);
    const message = t(
      'The gradients of {0} are cleared here, after `backward()` and before `step()`: the step has nothing to go by. Clear them before `backward()`.',
      kind,
    );
    const related: Related[] = [
      ...(pass?.source == null ? [] : [{ message: t('`backward()` fills them here'), range: pass.source }]),
      ...(step.source === null ? [] : [{ message: t('`step()` finds none here'), range: step.source }]),
    ];
    return [{ severity: 'warning', message, range: source, related }];
  }
  return [];
}

/** Where all gradients were cleared for good before a step; null where one was left. */
function clearedBetween(params: readonly TraceTensor[], from: number, to: number): Source | null {
  let place: Source | null = null;
  for (const { gradChanges, requiresGrad } of params) {
    const last = gradChanges.findLast(({ at }) => at > from && at < to);
    if (!requiresGrad && last === undefined) continue;
    if (last === undefined || last.source === null || (last.value?.stats.norm ?? 0) !== 0) return null;
    place = last.source;
  }
  return place;
}

/** Parameters that no pass of the whole run gave a gradient, while others got theirs. */
function neverReached(subject: Subject, { params, steps, groups, kind }: Optimizer): Complaint[] {
  const { trace } = subject;
  const [made] = groups;
  if (steps.length === 0 || made?.source == null) return [];
  const missing = params.filter(
    ({ id, requiresGrad, gradChanges }) =>
      requiresGrad && gradChanges.length === 0 && passesReaching(trace, id).length === 0,
  );
  if (missing.length === 0 || !trace.passes.some(({ kind: of, error }) => of === 'backward' && error === null))
    return [];
  const cut = cutsTowards(subject, missing)[0];
  const names = listed(missing.map((tensor) => nameOf(subject, tensor)));
  const message =
    cut === undefined
      ? t(
          '{0} moves {1}, but no pass ever gave a gradient to them: what was differentiated does not depend on them.',
          kind,
          names,
        )
      : t(
          '{0} moves {1}, but no pass ever gave a gradient to them: the graph was cut in line {2}, where {3}',
          kind,
          names,
          cut.source?.line ?? '?',
          reasonOf(subject, cut),
        );
  const related =
    cut?.source == null
      ? createdAt(subject, missing)
      : [{ message: t('the graph was cut here: {0}', reasonOf(subject, cut)), range: cut.source }];
  // What takes part in nothing may be meant for later; a cut hardly is.
  const severity = cut === undefined ? 'hint' : 'warning';
  return [{ severity, message, range: cut?.source ?? made.source, related }];
}

const createdAt = (subject: Subject, tensors: readonly TraceTensor[]): Related[] =>
  tensors
    .slice(0, 4)
    .flatMap((tensor) =>
      tensor.source === null
        ? []
        : [{ message: t('{0} was created here', nameOf(subject, tensor)), range: tensor.source }],
    );

/** Leaves that passes give gradients beside those of an optimizer, and that nothing ever moves. */
function inNoOptimizer(subject: Subject, optimizers: readonly Optimizer[]): Complaint[] {
  const { trace } = subject;
  const held = new Set(optimizers.flatMap(({ params }) => params.map(({ id }) => id)));
  const made = optimizers.find(({ steps }) => steps.length > 0)?.groups[0];
  if (made?.source == null) return [];
  const left = trace.tensors.filter((tensor) => !held.has(tensor.id) && isForgotten(trace, tensor, held));
  if (left.length === 0) return [];
  const message = t(
    '{0} got gradients, but no optimizer was given them: they stay what they are. Pass them to the optimizer too, or freeze them with `requires_grad_(False)`.',
    listed(left.map((tensor) => nameOf(subject, tensor))),
  );
  return [{ severity: 'warning', message, range: made.source, related: createdAt(subject, left) }];
}

function isForgotten(
  trace: Trace,
  { id, name, isLeaf, requiresGrad, updates, at }: TraceTensor,
  held: ReadonlySet<number>,
): boolean {
  if (!isLeaf || !requiresGrad) return false;
  const reached = trace.passes.filter(
    ({ kind, accumulations }) => kind === 'backward' && accumulations.some(({ tensor }) => tensor === id),
  );
  const beside = reached.filter(({ accumulations }) => accumulations.some(({ tensor }) => held.has(tensor)));
  const first = reached[0]?.at ?? at;
  if (beside.length === 0 || updates.some((update) => update.at > first)) return false;
  return beside.length >= 2 || (name?.includes('.') === true && isInModule(trace, id));
}

const isInModule = (trace: Trace, leaf: number): boolean =>
  trace.nodes.some((node) => node.op !== null && node.module !== null && node.inputs.includes(leaf));
