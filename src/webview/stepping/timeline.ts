/** A pass as turns: who runs when, what has arrived by then, what is ready and why the next one is next. */
import { indexOf, leafOf } from '../../trace/index-of.ts';
import type { Pass, Step, Trace, TraceNode } from '../../trace/model.ts';
import { gradientEdge } from '../../trace/queries.ts';

/** Position 0 is the moment at which the gradient has entered; at position n, n nodes have run. */
export interface Timeline {
  readonly trace: Trace;
  readonly pass: Pass;
  /** Each node's turn, from 0. */
  readonly turns: ReadonlyMap<number, number>;
  /** By node: the turns that send to it, one entry per edge; -1 for what entered from outside. */
  readonly senders: ReadonlyMap<number, readonly number[]>;
}

export type Why = 'only' | 'accumulate' | 'latest' | 'complete';

const timelines = new WeakMap<Pass, Timeline>();

export function timelineOf(trace: Trace, pass: Pass): Timeline {
  const known = timelines.get(pass);
  if (known !== undefined && known.trace === trace) return known;
  const turns = new Map(pass.steps.map(({ node }, turn) => [node, turn]));
  const made = { trace, pass, turns, senders: sendersOf(trace, pass) };
  timelines.set(pass, made);
  return made;
}

function sendersOf(trace: Trace, pass: Pass): Map<number, number[]> {
  const senders = new Map<number, number[]>();
  const add = (node: number | undefined, turn: number): void => {
    if (node === undefined) return;
    const known = senders.get(node);
    if (known === undefined) senders.set(node, [turn]);
    else known.push(turn);
  };
  for (const root of pass.roots) add(gradientEdge(trace, root, pass.at)?.node, -1);
  const { nodes } = indexOf(trace);
  for (const [turn, { node }] of pass.steps.entries()) {
    for (const edge of nodes.get(node)?.next ?? []) add(edge?.node, turn);
  }
  return senders;
}

/** How many of the contributions to a node have arrived. */
export function arrivedAt({ senders }: Timeline, node: number, position: number): { arrived: number; all: number } {
  const turns = senders.get(node) ?? [];
  return { arrived: turns.filter((turn) => turn < position).length, all: turns.length };
}

export function isReady(timeline: Timeline, node: number, position: number): boolean {
  const { arrived, all } = arrivedAt(timeline, node, position);
  return arrived === all && (timeline.turns.get(node) ?? -1) >= position;
}

/** What could run now, in the order in which it will. */
export function readyAt(timeline: Timeline, position: number): TraceNode[] {
  const { nodes } = indexOf(timeline.trace);
  return timeline.pass.steps.slice(position).flatMap(({ node }) => {
    const found = nodes.get(node);
    return found !== undefined && isReady(timeline, node, position) ? [found] : [];
  });
}

/** The node that has just run, with what it was given and what it sent. */
export function runningAt(timeline: Timeline, position: number): { node: TraceNode; step: Step } | null {
  const step = timeline.pass.steps[position - 1];
  const node = step === undefined ? undefined : indexOf(timeline.trace).nodes.get(step.node);
  return step === undefined || node === undefined ? null : { node, step };
}

/** The engine takes a leaf's `AccumulateGrad` first, then the node that was made last. */
export function whyNext([next, ...others]: readonly TraceNode[]): Why {
  if (next === undefined || others.length === 0) return 'only';
  if (leafOf(next) !== null) return 'accumulate';
  return others.every((other) => leafOf(other) === null && other.at < next.at) ? 'latest' : 'complete';
}
