import type { GraphNode } from './autograd/node.ts';
import { isUnrecorded, viewHistory } from './autograd/view.ts';
import { context } from './context.ts';
import type { DType } from './dtype.ts';
import { contiguousStrides, isContiguous, numel, type Shape } from './shape.ts';
import { allocate, type Storage } from './storage.ts';

/** What `register_hook` takes: sees the gradient, and may answer with another one. */
export type TensorHook = (grad: Tensor) => Tensor | null;

/** A strided view of a storage, and its place in the graph. Shapes and strides are never changed, only replaced. */
export class Tensor {
  readonly id: number = context.nextTensor++;
  storage: Storage;
  shape: Shape;
  strides: Shape;
  offset: number;
  dtype: DType;
  /** Set on leaves by the program; a tensor with a `gradFn` requires grad as well. */
  leafRequiresGrad = false;
  grad: Tensor | null = null;
  /** The backward function that made it, as far as its own history goes; read `gradFn`. */
  node: GraphNode | null = null;
  /** Which of `gradFn`'s outputs this is. */
  outputIndex = 0;
  /** The `AccumulateGrad` of a leaf, made when the leaf is first used. */
  accumulator: GraphNode | null = null;
  /** Of a view that autograd knows: the tensor whose memory it shows. */
  base: Tensor | null = null;
  /** Of a view: the version for which `node` is right. A later one means that an in-place op rewrote the base's history. */
  viewVersion = 0;
  viewOrigin: 'one' | 'several' | 'no_grad' | 'inference' | 'custom' = 'one';
  retainsGrad = false;
  hooks: Map<number, TensorHook> | null = null;
  /** Called after a pass has added to `.grad`. */
  afterGrad: Map<number, () => void> | null = null;
  /** Stands for a Python number: it does not take part in type promotion as a tensor. */
  isWrappedNumber = false;
  /** Its elements are the conjugates of those in memory: `conj()` is a view. Only `strided.ts` and `dispatch.ts` need to know. */
  conj = false;

  constructor(storage: Storage, shape: Shape, strides: Shape, offset: number, dtype: DType) {
    this.storage = storage;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.dtype = dtype;
  }

  /** A view without a history, made under `no_grad`, says what its base says: what is written to it may become part of the graph. */
  get requiresGrad(): boolean {
    if (this.leafRequiresGrad || this.gradFn !== null) return true;
    return this.base !== null && isUnrecorded(this) && this.base.requiresGrad;
  }

  /** The backward function that made it; null of a leaf. */
  get gradFn(): GraphNode | null {
    return this.base === null ? this.node : viewHistory(this);
  }

  get isLeaf(): boolean {
    return this.gradFn === null;
  }

  get version(): number {
    return this.storage.version;
  }

  get rank(): number {
    return this.shape.length;
  }

  get numel(): number {
    return numel(this.shape);
  }

  get isContiguous(): boolean {
    return isContiguous(this.shape, this.strides);
  }
}

/** A new contiguous tensor of zeros; with `zeroed` false, for one who writes all of it, of anything. */
export function emptyTensor(shape: Shape, dtype: DType, zeroed = true): Tensor {
  return new Tensor(allocate(dtype, numel(shape), zeroed), shape, contiguousStrides(shape), 0, dtype);
}
