import { context } from '../context.ts';
import { type OpDef, table } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import { edgeOf } from './edges.ts';
import { GraphNode, metaOf } from './node.ts';
import { applyRules } from './rules.ts';

/**
 * The history of a view. After an in-place op on the base or on another view of it, the view is what `as_strided` reads from the
 * base's new history (PyTorch: `VariableHooks::grad_fn`).
 */
export function viewHistory(view: Tensor): GraphNode | null {
  const base = view.base!;
  if (view.viewVersion === view.storage.version) return view.node;
  view.viewVersion = view.storage.version;
  if (!base.requiresGrad) return view.node;
  const node = new GraphNode('AsStridedBackward0', opNamed('as_strided'), applyRules, [edgeOf(base)]);
  node.args = [null, view.shape, view.strides, view.offset - base.offset];
  node.outputs = [metaOf(view)];
  view.node = view.conj === base.conj ? node : conjugated(node);
  view.outputIndex = 0;
  context.observer?.node(node, [base], [view]);
  return view.node;
}

/** What reads the conjugates of another node's output. */
function conjugated(strided: GraphNode): GraphNode {
  const node = new GraphNode('ConjBackward0', opNamed('_conj'), applyRules, [{ node: strided, index: 0 }]);
  node.outputs = strided.outputs;
  return node;
}

/** By name: a tensor knows no ops. */
const opNamed = (name: string): OpDef => table.find((row) => row.name === name)!.def;
