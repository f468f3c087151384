/** Where a walk through a pass stops. */
import { formatElement } from '../../trace/format.ts';
import type { Step, Value } from '../../trace/model.ts';
import { labelOfNode, nodeById } from '../../trace/queries.ts';
import { numelOf } from '../../trace/value.ts';
import { t } from '../l10n.ts';
import { isolate } from '../text.ts';
import type { Breakpoints } from './state.ts';
import type { Timeline } from './timeline.ts';

export interface Halt {
  readonly position: number;
  /** Null where nothing stopped it: the goal or the end. */
  readonly why: string | null;
}

/** Runs on from `position` up to `goal`, or until a breakpoint is met on the way. */
export function runTo(timeline: Timeline, position: number, goal: number, breakpoints: Breakpoints): Halt {
  const { steps } = timeline.pass;
  for (let at = position + 1; at < Math.min(goal, steps.length); at++) {
    const why = whyStop(timeline, at, breakpoints);
    if (why !== null) return { position: at, why };
  }
  const end = Math.min(goal, steps.length);
  return { position: end, why: whyStop(timeline, end, breakpoints) };
}

/** Why the node that runs at `position` is one to stop at; null if it is not. */
export function whyStop({ trace, pass }: Timeline, position: number, breakpoints: Breakpoints): string | null {
  const step = pass.steps[position - 1];
  if (step === undefined) return null;
  const node = nodeById(trace, step.node);
  if (node !== null && breakpoints.nodes.includes(node.id))
    return t('Breakpoint: {0}', isolate(labelOfNode(trace, node)));
  return whyCondition(step, breakpoints);
}

function whyCondition(step: Step, { norm, nonFinite, zero }: Breakpoints): string | null {
  const values = [...step.gradOutputs, ...step.gradInputs].filter((value) => value !== null);
  if (nonFinite && values.some(isNonFinite)) return t('Breakpoint: a gradient has NaN or inf');
  const large = norm === null ? undefined : values.find(({ stats }) => (stats.norm ?? 0) > norm);
  if (large !== undefined && norm !== null) {
    return t('Breakpoint: norm {0} > {1}', formatElement(large.stats.norm ?? 0, 'float32'), norm);
  }
  return zero && values.some(isZero) ? t('Breakpoint: a gradient is zero') : null;
}

const isNonFinite = ({ stats }: Value): boolean => stats.nans + stats.infs > 0;
const isZero = ({ shape, stats }: Value): boolean => stats.zeros > 0 && stats.zeros === numelOf(shape);
