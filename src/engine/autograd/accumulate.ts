import { context } from '../context.ts';
import { add } from '../ops/arithmetic.ts';
import { clone } from '../ops/cast.ts';
import { addInto } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { type Edge, GraphNode } from './node.ts';

/** The leaf's one `AccumulateGrad`, made when the leaf first takes part in an op. */
export function accumulatorOf(leaf: Tensor): GraphNode {
  if (leaf.accumulator !== null) return leaf.accumulator;
  const node = new GraphNode('AccumulateGrad', null, runAccumulate, [], Number.POSITIVE_INFINITY);
  node.variable = leaf;
  node.outputs = [{ shape: leaf.shape, dtype: leaf.dtype }];
  leaf.accumulator = node;
  context.observer?.node(node, [leaf], []);
  return node;
}

/** Where the gradient of a tensor goes; null for one that does not require grad. */
export function edgeOf(tensor: Tensor): Edge | null {
  const node = tensor.gradFn;
  if (node !== null) return { node, index: tensor.outputIndex };
  return tensor.leafRequiresGrad ? { node: accumulatorOf(tensor), index: 0 } : null;
}

/**
 * `.grad` is never replaced while there is one: what arrives is added, in place, so that whoever holds `.grad` sees it grow.
 * With `create_graph` the sum is a new tensor that knows its history.
 */
function runAccumulate(node: GraphNode, gradOutputs: readonly (Tensor | null)[]): (Tensor | null)[] {
  const leaf = node.variable!;
  let incoming = gradOutputs[0]!;
  if (incoming === null) return [];
  for (const hook of leaf.hooks?.values() ?? []) incoming = hook(incoming) ?? incoming;
  const observer = context.passObserver;
  const before = leaf.grad;
  const was = observer === null || before === null ? before : snapshot(before);
  if (before === null) leaf.grad = clone(incoming);
  else if (context.gradEnabled) leaf.grad = add(before, incoming);
  else addInto(before, incoming);
  observer?.accumulate(leaf, was, incoming, leaf.grad!);
  return [];
}

function snapshot(tensor: Tensor): Tensor {
  const { observer } = context;
  context.observer = null;
  const copy = clone(tensor);
  context.observer = observer;
  return copy;
}
