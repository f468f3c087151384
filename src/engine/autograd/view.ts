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
  const node = new GraphNode('AsStridedBackward0', asStrided(), applyRules, [edgeOf(base)]);
  node.args = [null, view.shape, view.strides, view.offset - base.offset];
  node.outputs = [metaOf(view)];
  view.node = node;
  view.outputIndex = 0;
  context.observer?.node(node, [base], [view]);
  return node;
}

/** By name: a tensor knows no ops. */
const asStrided = (): OpDef => table.find((op) => op.name === 'as_strided')!;
