/** What a program says to the engine besides calling ops: leaves from data, flags, modes, limits. */
import type { Anomaly } from './autograd/anomaly.ts';
import type { Packed } from './autograd/node.ts';
import { fromBytes, toBytes } from './bytes.ts';
import { context, resetContext } from './context.ts';
import { type DType, isDifferentiable, isFloating } from './dtype.ts';
import { runtimeError } from './errors.ts';
import type { Observer } from './observer.ts';
import { detach } from './ops/conversion.ts';
import { fromData } from './ops/pointwise.ts';
import type { PrintOptions } from './print-options.ts';
import { type Shape, sameShape } from './shape.ts';
import { letGo, unversioned } from './storage.ts';
import { convertScalars, gather } from './strided.ts';
import { emptyTensor, Tensor } from './tensor.ts';
import type { Scalar } from './values.ts';
import { residentBytes, setCollector, sweep } from './wasm/memory.ts';

/** A leaf from row-major values: numbers for floats, numbers or bigints for ints, booleans or 0 and 1 for bools, `Complex` for complex. */
export function tensorFromData(values: ArrayLike<Scalar>, shape: Shape, dtype: DType, requiresGrad = false): Tensor {
  if (requiresGrad) refuseIntegral(dtype);
  const tensor = emptyTensor([...shape], dtype);
  convertScalars(values, tensor.storage.data, dtype);
  tensor.leafRequiresGrad = requiresGrad;
  context.observer?.tensor(tensor, 'tensor', []);
  return tensor;
}

/** A one-dimensional leaf from the bytes of its elements. */
export function tensorFromBytes(bytes: Uint8Array, dtype: DType, requiresGrad = false): Tensor {
  if (requiresGrad) refuseIntegral(dtype);
  const tensor = fromData(fromBytes(bytes, dtype), [bytes.length / dtype.bytes], dtype);
  tensor.leafRequiresGrad = requiresGrad;
  context.observer?.tensor(tensor, 'frombuffer', []);
  return tensor;
}

/** The bytes of the elements in row-major order. */
export const bytesOf = (tensor: Tensor): Uint8Array => toBytes(gather(tensor, tensor.shape), tensor.dtype);

/** All of a tensor's memory, in order. */
export const wholeStorage = ({ storage, dtype }: Tensor): Tensor =>
  new Tensor(storage, [storage.data.length / dtype.lanes], [1], 0, dtype);

function refuseIntegral(dtype: DType): void {
  if (!isDifferentiable(dtype))
    throw runtimeError('Only Tensors of floating point and complex dtype can require gradients');
}

/** `requires_grad_()` and assignment to `.requires_grad`. */
export function setRequiresGrad(tensor: Tensor, value: boolean): void {
  if (!tensor.isLeaf) {
    if (value) return;
    throw runtimeError(
      "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
    );
  }
  if (value && !isDifferentiable(tensor.dtype)) {
    throw runtimeError('only Tensors of floating point dtype can require gradients');
  }
  if (value && tensor.storage.inference && !context.inference) {
    throw runtimeError('Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.');
  }
  if (tensor.leafRequiresGrad === value) return;
  tensor.leafRequiresGrad = value;
  context.observer?.flags(tensor);
}

/** Assignment to `.grad` (null: `= None`, `del`). */
export function setGrad(tensor: Tensor, grad: Tensor | null): void {
  if (grad !== null) {
    if (grad === tensor) throw runtimeError("can't assign Variable as its own grad");
    if (grad.dtype !== tensor.dtype) {
      throw runtimeError(`assigned grad has data of a different type`);
    }
    if (!sameShape(grad.shape, tensor.shape)) throw runtimeError('assigned grad has data of a different size');
  }
  const before = tensor.grad;
  tensor.grad = grad;
  if (grad !== null) grad.storage.holds++;
  if (before !== null) letGo(before.storage);
  context.observer?.gradChanged(tensor);
}

/** Assignment to `.data`: other memory, the same place in the graph. */
export function setData(tensor: Tensor, data: Tensor): void {
  if (data.dtype !== tensor.dtype && tensor.leafRequiresGrad && !isDifferentiable(data.dtype)) {
    throw runtimeError('data set to a tensor that requires gradients must be floating point or complex dtype');
  }
  tensor.storage = unversioned(data.storage, tensor.version);
  data.storage.shared = true;
  tensor.shape = data.shape;
  tensor.strides = data.strides;
  tensor.offset = data.offset;
  tensor.dtype = data.dtype;
  tensor.accumulator = null;
  context.observer?.write(tensor, 'data');
}

/** `.data`: the memory without history, and with a version of its own, so that nobody hears of what is written to it. */
export function dataOf(tensor: Tensor): Tensor {
  const data = detach(tensor);
  data.storage = unversioned(tensor.storage);
  data.storage.inference = false;
  return data;
}

/** `detach_()`. */
export function detachInplace(tensor: Tensor): void {
  if (tensor.base !== null) {
    throw runtimeError(
      "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in torch/optim/optimizer.py as the solution.",
    );
  }
  tensor.node = null;
  tensor.leafRequiresGrad = false;
  context.observer?.flags(tensor);
}

/** As if nothing had run yet: ids and numbers begin again, modes and options are the defaults. */
export const resetEngine = (): void => resetContext();

/** Turns anomaly mode on, or off with null. */
export function setAnomaly(anomaly: Anomaly | null): void {
  context.anomaly = anomaly;
}

export const isPartialPass = (): boolean => context.partialPass;
export const isAnomalyEnabled = (): boolean => context.anomaly !== null;

/** From now on saved tensors are kept in the form that `pack` gives them; null: as they are. */
export function setSavedHooks(pack: ((tensor: Tensor) => Packed) | null): void {
  context.savedHooks = pack;
}

export const isGradEnabled = (): boolean => (context.inference ? context.gradInside : context.gradEnabled);
export function setGradEnabled(enabled: boolean): void {
  if (context.inference) context.gradInside = enabled;
  else context.gradEnabled = enabled;
}
export const isInference = (): boolean => context.inference;

/** Enters inference mode, or leaves it; grad mode is then what `gradEnabled` says. */
export function setInference(inference: boolean, gradEnabled: boolean): void {
  context.inference = inference;
  context.gradInside = gradEnabled;
  context.gradEnabled = gradEnabled && !inference;
}
export function setObserver(observer: Observer | null): void {
  context.observer = observer;
}
/** What the engine asks of whoever runs it. */
export interface MemoryHost {
  /** Bytes that arrays of JavaScript's own hold. */
  held(): number;
  /** Collects garbage. */
  collect(): void;
}

/** Bytes that tensors may hold; the host tells, when the limit seems to be reached, how many they really do. */
export function setMemoryLimit(bytes: number, host: MemoryHost | null = null): void {
  context.byteLimit = bytes;
  setCollector(host === null ? null : () => host.collect());
  context.held = host === null ? null : () => swept() + host.held();
}

function swept(): number {
  sweep();
  return residentBytes();
}
export const getDefaultDtype = (): DType => context.defaultDtype;
export function setDefaultDtype(dtype: DType): void {
  if (!isFloating(dtype)) throw runtimeError('only floating-point types are supported as the default type');
  context.defaultDtype = dtype;
}
export const printOptions = (): PrintOptions => context.print;
