import type { Pass, Step, Trace, TraceNode, TraceTensor } from './model.ts';

/** What lookups go by. Traces are not changed once they are folded, so each is indexed once. */
export interface TraceIndex {
  readonly tensors: ReadonlyMap<number, TraceTensor>;
  readonly nodes: ReadonlyMap<number, TraceNode>;
  /** An `AccumulateGrad` by its leaf. */
  readonly accumulators: ReadonlyMap<number, TraceNode>;
}

const indexes = new WeakMap<Trace, TraceIndex>();
const stepIndexes = new WeakMap<Pass, ReadonlyMap<number, Step>>();

export function indexOf(trace: Trace): TraceIndex {
  const made = indexes.get(trace) ?? makeIndex(trace);
  indexes.set(trace, made);
  return made;
}

/** A pass's steps by node. */
export function stepsOf(pass: Pass): ReadonlyMap<number, Step> {
  const made = stepIndexes.get(pass) ?? new Map(pass.steps.map((step) => [step.node, step]));
  stepIndexes.set(pass, made);
  return made;
}

function makeIndex(trace: Trace): TraceIndex {
  const accumulators = new Map<number, TraceNode>();
  for (const node of trace.nodes) {
    const leaf = leafOf(node);
    if (leaf !== null) accumulators.set(leaf, node);
  }
  return {
    tensors: new Map(trace.tensors.map((tensor) => [tensor.id, tensor])),
    nodes: new Map(trace.nodes.map((node) => [node.id, node])),
    accumulators,
  };
}

/** The leaf of an `AccumulateGrad`; null for any other node. */
export const leafOf = (node: TraceNode): number | null =>
  node.op === null && node.name === 'AccumulateGrad' ? (node.inputs[0] ?? null) : null;
