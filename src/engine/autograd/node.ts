import { context } from '../context.ts';
import { type DType, float32 } from '../dtype.ts';
import type { OpDef } from '../registry.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Where a contribution goes: a node and which of that node's outputs it is the gradient of. */
export interface Edge {
  readonly node: GraphNode;
  readonly index: number;
}

/** A tensor that a node keeps for backward, with the version that it had. */
export interface SavedTensor {
  readonly name: string;
  /** Null: hooks of the program's keep it in another form. */
  readonly tensor: Tensor | null;
  readonly version: number;
  readonly packed: Packed | null;
}

/** A saved tensor in the form that a pack hook gave it. */
export interface Packed {
  unpack(): Tensor;
  /** It will not be asked for again. */
  release(): void;
}

/** What is known of one of a node's outputs: the gradient that arrives for it is made to fit. */
export interface OutputMeta {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly strides: Shape;
  readonly offset: number;
}

export const metaOf = ({ shape, dtype, strides, offset }: Tensor): OutputMeta => ({ shape, dtype, strides, offset });

/** Of a node with one output. The tensors of a loop look alike, so their nodes share the list. */
export function onlyMetaOf(tensor: Tensor): readonly OutputMeta[] {
  const [meta] = latest;
  const { shape, dtype, strides, offset } = tensor;
  if (meta!.shape !== shape || meta!.dtype !== dtype || meta!.strides !== strides || meta!.offset !== offset)
    latest = [metaOf(tensor)];
  return latest;
}

let latest: readonly [OutputMeta] = [{ shape: [], dtype: float32, strides: [], offset: 0 }];

/** Sees, and may replace, what arrives for one output of a node. */
export interface PreHook {
  readonly id: number;
  readonly output: number;
  readonly call: (grad: Tensor) => Tensor | null;
}

type Gradients = readonly (Tensor | null)[];

/** Sees, and may replace, all that arrives at a node (`register_prehook`). */
export interface NodePreHook {
  readonly id: number;
  readonly call: (gradOutputs: Gradients) => Gradients | null;
}

/** Sees what arrived, and may replace what is sent (`register_hook` of a `grad_fn`). */
export interface NodeHook {
  readonly id: number;
  readonly call: (gradInputs: Gradients, gradOutputs: Gradients) => Gradients | null;
}

/** How a node computes its contributions, one per edge, from what arrived, one per output. */
export type Backward = (node: GraphNode, gradOutputs: readonly (Tensor | null)[]) => (Tensor | null)[];

/** A backward function. `AccumulateGrad` is the one that has a `variable` and no op. */
export class GraphNode {
  readonly id: number = context.nextNode++;
  readonly name: string;
  readonly op: OpDef | null;
  readonly backward: Backward;
  /** One entry per differentiable input; null where nothing is differentiated. */
  next: readonly (Edge | null)[];
  /** The schema's name of each entry of `next`. */
  inputNames: readonly string[];
  /** Null once a pass has freed it. */
  saved: SavedTensor[] | null = NOTHING;
  /** What its outputs look like. */
  outputs: readonly OutputMeta[] = NOTHING;
  /** Later made, earlier run. Infinite for `AccumulateGrad`. */
  readonly sequence: number;
  /** The edge to its first output, made once. */
  edge: Edge | null = null;
  /** Of an `AccumulateGrad`: the leaf. */
  variable: Tensor | null = null;
  /** Of a `CopySlices`: the function that was applied to the view. */
  inner: GraphNode | null = null;
  /** The op's arguments, without the tensors that are differentiable inputs. */
  args: readonly unknown[] = NOTHING;
  hooks: PreHook[] | null = null;
  /** In anomaly mode: where it was made, and by whose backward. */
  origin: { readonly place: string; readonly parent: GraphNode | null } | null = null;
  /** Called when a pass frees what the node kept. */
  onRelease: (() => void) | null = null;
  preHooks: readonly NodePreHook[] = NOTHING;
  postHooks: readonly NodeHook[] = NOTHING;
  /** The running pass's scratch: edges still to come, and what has come, by output. */
  stamp = 0;
  pending = 0;
  buffer: (Tensor | null)[] | null = null;

  constructor(
    name: string,
    op: OpDef | null,
    backward: Backward,
    next: readonly (Edge | null)[],
    sequence: number = context.nextSequence++,
  ) {
    this.name = name;
    this.op = op;
    this.backward = backward;
    this.next = next;
    this.inputNames = op === null ? NOTHING : op.inputNames;
    this.sequence = sequence;
  }
}

const NOTHING: never[] = [];
