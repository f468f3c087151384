/** What there is to say at a step: what runs, what it added where, what is ready, and what comes next and why. */
import { indexOf, leafOf } from '../../trace/index-of.ts';
import type { Step, TraceNode } from '../../trace/model.ts';
import { labelOfNode, nodeById } from '../../trace/queries.ts';
import { formatLines } from '../format.ts';
import { t } from '../l10n.ts';
import { isolate } from '../text.ts';
import { arrivedAt, readyAt, runningAt, type Timeline, type Why, whyNext } from './timeline.ts';

export interface Fact {
  readonly key: 'runs' | 'sends' | 'ready' | 'next';
  readonly label: string;
  readonly text: string;
}

const READY_SHOWN = 4;

export function factsAt(timeline: Timeline, position: number): Fact[] {
  const ready = readyAt(timeline, position);
  const facts: Fact[] = [
    { key: 'runs', label: t('runs'), text: stepTitle(timeline, position) },
    { key: 'sends', label: sendsLabel(timeline, position), text: sendsText(timeline, position) },
    { key: 'ready', label: t('ready'), text: readyText(timeline, ready) },
    { key: 'next', label: t('next'), text: nextText(timeline, ready, position) },
  ];
  return facts.filter(({ text }) => text !== '');
}

/** `MulBackward0 (y)`; before the first one, where the gradient enters. */
export function stepTitle(timeline: Timeline, position: number): string {
  const running = runningAt(timeline, position);
  if (running !== null) return nameOf(timeline, running.node);
  const root = indexOf(timeline.trace).tensors.get(timeline.pass.roots[0] ?? -1);
  return t('the gradient enters at {0}', root?.name == null ? t('the result') : isolate(root.name));
}

function sendsLabel(timeline: Timeline, position: number): string {
  const running = runningAt(timeline, position);
  return running !== null && leafOf(running.node) !== null ? '.grad' : t('sends');
}

function sendsText(timeline: Timeline, position: number): string {
  const running = runningAt(timeline, position);
  if (running === null) return '';
  const leaf = leafOf(running.node);
  if (leaf === null) return sentTexts(timeline, running.node, running.step, position).join(' · ');
  const taken = timeline.pass.accumulations.find(({ tensor }) => tensor === leaf);
  if (taken === undefined) return '';
  const [before, incoming, after] = [taken.before, taken.incoming, taken.after].map((value) =>
    value === null ? 'None' : formatLines(value).join(' '),
  );
  return `${before} + ${incoming} = ${after}`;
}

function sentTexts(timeline: Timeline, node: TraceNode, step: Step, position: number): string[] {
  return node.next.flatMap((edge, input) => {
    const value = step.gradInputs[input] ?? null;
    const to = edge === null ? null : nodeById(timeline.trace, edge.node);
    if (to === null || value === null) return [];
    const { arrived, all } = arrivedAt(timeline, to.id, position);
    const sum = all > 1 ? ` ${t('({0} of {1} in)', arrived, all)}` : '';
    return [t('{0} to {1}{2}', formatLines(value).join(' '), receiver(timeline, to), sum)];
  });
}

function receiver(timeline: Timeline, node: TraceNode): string {
  const { tensors } = indexOf(timeline.trace);
  const name = tensors.get(leafOf(node) ?? node.outputs[0] ?? -1)?.name;
  return name == null ? isolate(node.name) : isolate(name);
}

function readyText(timeline: Timeline, ready: readonly TraceNode[]): string {
  const named = ready.slice(0, READY_SHOWN).map((node) => nameOf(timeline, node));
  if (ready.length > READY_SHOWN) named.push(t('and {0} more', ready.length - READY_SHOWN));
  return named.join(', ');
}

function nextText(timeline: Timeline, ready: readonly TraceNode[], position: number): string {
  const [next] = ready;
  if (next === undefined) return position >= timeline.pass.steps.length ? t('nothing: the pass is complete') : '';
  const { all } = arrivedAt(timeline, next.id, position);
  const complete = all > 1 ? t('all {0} contributions are in', all) : t('its gradient is in');
  return `${nameOf(timeline, next)}: ${complete}, ${WHY[whyNext(ready)]()}`;
}

const WHY: Readonly<Record<Why, () => string>> = {
  only: () => t('and nothing else is ready'),
  accumulate: () => t('and AccumulateGrad goes before all others'),
  latest: () => t('and it was made last of those that are ready'),
  complete: () => t('and it is its turn'),
};

export const nameOf = ({ trace }: Timeline, node: TraceNode): string => isolate(labelOfNode(trace, node));

/** For the screen reader, where a step is announced. */
export function announce(timeline: Timeline, position: number): string {
  const sent = sendsText(timeline, position);
  const at = t('Step {0} of {1}: {2}', position, timeline.pass.steps.length, stepTitle(timeline, position));
  return sent === '' ? at : `${at}. ${sendsLabel(timeline, position)} ${sent}`;
}
