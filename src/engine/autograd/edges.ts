import { context } from '../context.ts';
import type { Tensor } from '../tensor.ts';
import { type Edge, GraphNode, onlyMetaOf } from './node.ts';
import { refuseStale } from './view.ts';

/** The leaf's one `AccumulateGrad`, made when the leaf first takes part in an op. */
export function accumulatorOf(leaf: Tensor): GraphNode {
  if (leaf.accumulator !== null) return leaf.accumulator;
  const node = new GraphNode('AccumulateGrad', null, nothing, [], Number.POSITIVE_INFINITY);
  node.variable = leaf;
  leaf.storage.shared = true;
  node.outputs = onlyMetaOf(leaf);
  leaf.accumulator = node;
  context.observer?.node(node, [leaf], []);
  return node;
}

/** Where the gradient of a tensor goes; null for one that does not require grad. */
export function edgeOf(tensor: Tensor): Edge | null {
  if (tensor.base !== null) refuseStale(tensor);
  const node = tensor.gradFn;
  if (node !== null) return tensor.outputIndex === 0 ? firstEdge(node) : { node, index: tensor.outputIndex };
  return tensor.leafRequiresGrad ? firstEdge(accumulatorOf(tensor)) : null;
}

function firstEdge(node: GraphNode): Edge {
  node.edge ??= { node, index: 0 };
  return node.edge;
}

/** The pass itself accumulates: an `AccumulateGrad` sends nothing on. */
const nothing = (): [] => [];
