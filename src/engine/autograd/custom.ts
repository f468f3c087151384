/** `torch.autograd.Function`: nodes whose backward the program wrote. */
import { context } from '../context.ts';
import { isDifferentiable } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { restrided } from '../ops/layout.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { notePlace } from './anomaly.ts';
import { rebaseView } from './copy-slices.ts';
import { edgeOf } from './edges.ts';
import { type Backward, GraphNode, metaOf } from './node.ts';
import { refuseFreed, releasePacked, saveTensor, unpack } from './saved.ts';

export interface CustomCall {
  /** `MyFunctionBackward`. */
  readonly name: string;
  /** Those of `forward`'s arguments that are tensors, and what `forward` calls them. */
  readonly inputs: readonly Tensor[];
  readonly inputNames: readonly string[];
  readonly outputs: readonly Tensor[];
  /** Outputs that `forward` wrote to in place. */
  readonly dirty: readonly Tensor[];
  readonly nonDifferentiable: readonly Tensor[];
  /** What is saved for backward; null: a None of the program's. */
  readonly saved: readonly (Tensor | null)[];
  /** One contribution per input. */
  readonly backward: Backward;
  /** Called when what was saved is freed: from then on backward cannot run again. */
  readonly released: () => void;
}

export interface CustomResult {
  /** Null: nothing requires grad. */
  readonly node: GraphNode | null;
  readonly outputs: readonly Tensor[];
}

/** Gives the outputs of a `forward` that ran without grad their history (PyTorch: `_wrap_outputs`). */
export function attachCustom(call: CustomCall): CustomResult {
  const recording = context.gradEnabled && call.inputs.some((input) => input.requiresGrad);
  const node = recording ? new GraphNode(call.name, null, guarded(call), call.inputs.map(edgeOf)) : null;
  for (const tensor of call.dirty) tensor.storage.version++;
  if (node !== null && context.anomaly !== null) notePlace(node);
  const outputs = call.outputs.map((output, i) => attachOutput(call, output, i, node));
  if (node === null) return { node, outputs };
  node.inputNames = call.inputNames;
  node.outputs = outputs.map(metaOf);
  const kept = call.saved.map((tensor) => (tensor === null ? null : (outputs[call.outputs.indexOf(tensor)] ?? tensor)));
  const saved = kept.flatMap((tensor, i) => (tensor === null ? [] : [saveTensor(`saved[${i}]`, tensor)]));
  node.saved = saved;
  node.onRelease = () => {
    releasePacked(saved);
    if (saved.length > 0) call.released();
  };
  context.observer?.node(node, call.inputs, outputs);
  return { node, outputs };
}

/** Without what it saved a backward is not begun. */
function guarded({ saved, backward }: CustomCall): Backward {
  const saves = saved.some((tensor) => tensor !== null);
  return (node, gradOutputs) => {
    if (saves) refuseFreed(node);
    return backward(node, gradOutputs);
  };
}

/** What `forward` saved, by its places in `save_for_backward`. */
export function savedCustom(node: GraphNode, places: readonly number[]): Tensor[] {
  return places.map((place) => unpack(node, `saved[${place}]`));
}

/** What stands in for a gradient that did not arrive. */
export function zerosFor(node: GraphNode, output: number): Tensor {
  const { shape, dtype } = node.outputs[output]!;
  return emptyTensor(shape, dtype);
}

function attachOutput(call: CustomCall, output: Tensor, index: number, node: GraphNode | null): Tensor {
  const given = call.inputs.includes(output);
  const dirty = call.dirty.includes(output);
  if (call.nonDifferentiable.includes(output) || !isDifferentiable(output.dtype)) {
    if (!given || dirty) return output;
    return restrided(output, output.shape, output.strides);
  }
  if (dirty) return rebase(call, output, index, node);
  const own = given ? aliasOf(output) : output;
  if (own.base !== null) own.viewOrigin = 'custom';
  if (node !== null) {
    own.node = node;
    own.outputIndex = index;
    own.viewVersion = own.storage.version;
  }
  return own;
}

/** An input that is an output too gets a history of its own. */
function aliasOf(input: Tensor): Tensor {
  const alias = restrided(input, input.shape, input.strides);
  alias.base = input.base ?? input;
  alias.viewVersion = input.storage.version;
  return alias;
}

function rebase(call: CustomCall, output: Tensor, index: number, node: GraphNode | null): Tensor {
  if (output.isLeaf && output.requiresGrad) {
    throw runtimeError('a leaf Variable that requires grad has been used in an in-place operation.');
  }
  if (output.base !== null && call.outputs.length > 1) throw runtimeError(SEVERAL_WITH_VIEW);
  if (node === null) return output;
  if (output.base !== null) {
    node.outputs = [metaOf(output)];
    rebaseView(output, node, call.inputs);
    return output;
  }
  output.node = node;
  output.outputIndex = index;
  output.leafRequiresGrad = false;
  return output;
}

const SEVERAL_WITH_VIEW =
  'If your Function modifies inplace an input that is a view of another Tensor, your Function cannot return more than one Tensor. ' +
  'This is not supported by the current autograd engine. You should either make sure the input is not a view (using .clone() for ' +
  'example) or make your Function only return one Tensor (potentially splitting it into two Functions: one doing the inplace that ' +
  'returns a single Tensor and a second one that does the other operations). You can ask on the forum https://discuss.pytorch.org/ ' +
  'if you need help to do this change.';
