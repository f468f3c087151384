import { context } from '../context.ts';
import { runtimeError } from '../errors.ts';
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
  if (view.viewVersion === view.storage.version || isUnrecorded(view)) return view.node;
  view.viewVersion = view.storage.version;
  if (view.node === null && !base.requiresGrad) return null;
  const node = new GraphNode('AsStridedBackward0', opNamed('as_strided'), applyRules, [edgeOf(base)]);
  node.args = [null, view.shape, view.strides, view.offset - base.offset];
  node.outputs = [metaOf(view)];
  view.node = view.conj === base.conj ? node : conjugated(node);
  view.outputIndex = 0;
  context.observer?.node(node, [base], [view]);
  return view.node;
}

/** Whether a view was made where nothing is recorded: it requires grad when its base does, but has no history. */
export const isUnrecorded = ({ viewOrigin }: Tensor): boolean => viewOrigin === 'no_grad' || viewOrigin === 'inference';

/** Refuses to tell the history of such a view once its base's has been rewritten. */
export function refuseStale(view: Tensor): void {
  if (view.base === null || !isUnrecorded(view) || view.viewVersion === view.storage.version) return;
  if (!view.base.requiresGrad) return;
  throw runtimeError(writtenElsewhere(view.viewOrigin as 'no_grad', 'its base or another view of its base has been'));
}

/** `subject`: what was written to, and that it was or is. */
export function writtenElsewhere(origin: 'no_grad' | 'inference', subject: string): string {
  const inference = origin === 'inference';
  const [made, now] = inference ? ['inference mode', 'in normal mode'] : ['no_grad mode', 'with grad mode enabled'];
  return `A view was created in ${made} and ${subject} modified inplace ${now}. Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the ${inference ? 'inference_mode' : 'no_grad'} block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).`;
}

/** What reads the conjugates of another node's output. */
function conjugated(strided: GraphNode): GraphNode {
  const node = new GraphNode('ConjBackward0', opNamed('_conj'), applyRules, [{ node: strided, index: 0 }]);
  node.outputs = strided.outputs;
  return node;
}

/** By name: a tensor knows no ops. */
const opNamed = (name: string): OpDef => table.find((row) => row.name === name)!.def;
