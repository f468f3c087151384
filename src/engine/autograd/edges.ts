import { context } from '../context.ts';
import type { Tensor } from '../tensor.ts';
import { type Edge, GraphNode, metaOf } from './node.ts';

/** The leaf's one `AccumulateGrad`, made when the leaf first takes part in an op. */
export function accumulatorOf(leaf: Tensor): GraphNode {
  if (leaf.accumulator !== null) return leaf.accumulator;
  const node = new GraphNode('AccumulateGrad', null, nothing, [], Number.POSITIVE_INFINITY);
  node.variable = leaf;
  node.outputs = [metaOf(leaf)];
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

/** The pass itself accumulates: an `AccumulateGrad` sends nothing on. */
const nothing = (): [] => [];
