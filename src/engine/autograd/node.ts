import { context } from '../context.ts';
import type { DType } from '../dtype.ts';
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
  readonly tensor: Tensor;
  readonly version: number;
}

/** What is known of one of a node's outputs: the gradient that arrives for it is made to fit. */
export interface OutputMeta {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A backward function. `AccumulateGrad` is the one that has a `variable` and no op. */
export class GraphNode {
  readonly id: number = context.nextNode++;
  readonly name: string;
  readonly op: OpDef | null;
  /** One entry per differentiable input; null where nothing is differentiated. */
  next: readonly (Edge | null)[];
  /** The schema's name of each entry of `next`. */
  inputNames: readonly string[];
  /** Null once a pass has freed it. */
  saved: SavedTensor[] | null = [];
  outputs: OutputMeta[];
  readonly sequence: number;
  /** Of an `AccumulateGrad`: the leaf. */
  variable: Tensor | null = null;
  /** The op's arguments with its tensors left out, and what shapes and dtypes those had. */
  args: readonly unknown[] = [];
  inputs: readonly (OutputMeta | null)[] = [];

  constructor(name: string, op: OpDef | null, next: readonly (Edge | null)[], sequence: number) {
    this.name = name;
    this.op = op;
    this.next = next;
    this.inputNames = op?.inputNames ?? [];
    this.outputs = [];
    this.sequence = sequence;
  }
}
