/**
 * The engine's door.
 *
 * `invokeKinds(op, kinds, flat)`: `op` is a number from `opNumber(name)`. Names: `mul` is `torch.mul`, `.mul` is `Tensor.mul` (the first
 * argument is self), `F.relu` is `torch.nn.functional.relu`. `kinds` has a letter per argument:
 *
 * | letter | argument | takes from `flat` |
 * |---|---|---|
 * | `t` | tensor | a `Tensor` |
 * | `i` `f` `b` | int, float, bool | a number or bigint; a number; a boolean (or 0 and 1) |
 * | `s` | str | a string |
 * | `d` | torch.dtype | its name: `float32` |
 * | `n` | None | nothing |
 * | `.` | Ellipsis | nothing |
 * | `:` | slice; three letters (`i` or `n`) follow | what these take |
 * | `[` ... `]`, `(` ... `)` | list, tuple | what its elements take |
 * | `o` | anything else | its type's name, for the error message |
 * | `=name:` | the next argument is the keyword `name` | nothing |
 *
 * `torch.sum(x, 1, keepdim=True)` is `('sum', 'ti=keepdim:b', [x, 1, true])`; `x[..., 1:, None]` is `('.__getitem__', 't(.:inn' + 'n)', [x, 1])`.
 */
import type { GraphNode } from './autograd/node.ts';
import type { DType } from './dtype.ts';
import { unsupported } from './errors.ts';
import type { Observer } from './observer.ts';
import type { Shape } from './shape.ts';
import type { Tensor, TensorHook } from './tensor.ts';
import type { Arg, Result } from './values.ts';

export type { Edge, SavedTensor } from './autograd/node.ts';
export { GraphNode } from './autograd/node.ts';
export type { Data, DType, DTypeName } from './dtype.ts';
export { dtypes } from './dtype.ts';
export { EngineError, type ErrorType } from './errors.ts';
export type { Observer, PassInfo } from './observer.ts';
export type { OpDef } from './registry.ts';
export { Tensor, type TensorHook } from './tensor.ts';
export { type Arg, ELLIPSIS, type Result, type Scalar, Slice } from './values.ts';

/** One op as plain data: what a binding is generated from. */
export interface OpInfo {
  readonly name: string;
  readonly namespace: 'torch' | 'nn.functional';
  /** Callable as `torch.name` or `torch.nn.functional.name`. */
  readonly function: boolean;
  /** Callable as `Tensor.name`. */
  readonly method: boolean;
  /** `__mul__`, `__rmul__`, `__imul__`: called as methods. */
  readonly operators: readonly string[];
  /** `Tensor.name_` exists. */
  readonly inplace: boolean;
  /** The most positional arguments, self included. */
  readonly arity: number;
  /** The schemas of all overloads, in the order in which they are tried. */
  readonly schemas: readonly string[];
}

const todo = (): never => {
  throw unsupported('this part');
};

/** The number of an op's name, for `invokeKinds`. Raises NotImplementedError for a name that the engine does not have. */
export const opNumber: (name: string) => number = todo;
export const opList: () => readonly OpInfo[] = todo;
export const invoke: (name: string, args: readonly Arg[], kwargs?: Readonly<Record<string, Arg>>) => Result = todo;
export const invokeKinds: (op: number, kinds: string, flat: readonly unknown[]) => Result = todo;

/** A leaf from row-major values: numbers for floats, numbers or bigints for ints, booleans or 0 and 1 for bools. */
export const tensorFromData: (
  values: ArrayLike<number | bigint | boolean>,
  shape: Shape,
  dtype: DType,
  requiresGrad?: boolean,
) => Tensor = todo;
/** Row-major elements: number, bigint (int dtypes) or boolean. */
export const elements: (tensor: Tensor) => (number | bigint | boolean)[] = todo;
/** `tensor.item()`. */
export const item: (tensor: Tensor) => number | bigint | boolean = todo;
/** `repr(tensor)`. */
export const repr: (tensor: Tensor) => string = todo;

export interface BackwardOptions {
  readonly retainGraph?: boolean | null;
  readonly createGraph?: boolean;
  readonly inputs?: readonly Tensor[] | null;
}
/** `torch.autograd.backward(tensors, grad_tensors, ...)`. */
export const backward: (
  tensors: readonly Tensor[],
  gradTensors?: readonly (Tensor | null)[] | null,
  options?: BackwardOptions,
) => void = todo;
export interface GradOptions {
  readonly retainGraph?: boolean | null;
  readonly createGraph?: boolean;
  readonly allowUnused?: boolean;
}
/** `torch.autograd.grad(outputs, inputs, grad_outputs, ...)`; null for an unused input. */
export const grad: (
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  gradOutputs?: readonly (Tensor | null)[] | null,
  options?: GradOptions,
) => (Tensor | null)[] = todo;

/** `requires_grad_()` and assignment to `.requires_grad`. */
export const setRequiresGrad: (tensor: Tensor, value: boolean) => void = todo;
/** Assignment to `.grad` (null: `= None`, `del`). */
export const setGrad: (tensor: Tensor, grad: Tensor | null) => void = todo;
/** Assignment to `.data`. */
export const setData: (tensor: Tensor, data: Tensor) => void = todo;
/** `.grad_fn` of a non-leaf; null of a leaf. */
export const gradFn: (tensor: Tensor) => GraphNode | null = todo;
export const retainGrad: (tensor: Tensor) => void = todo;
/** Answers with a number for `removeHook`. */
export const registerHook: (tensor: Tensor, hook: TensorHook) => number = todo;
export const removeHook: (tensor: Tensor, hook: number) => void = todo;

export const isGradEnabled: () => boolean = todo;
export const setGradEnabled: (enabled: boolean) => void = todo;
export const setObserver: (observer: Observer | null) => void = todo;
/** Bytes that tensors may hold. */
export const setMemoryLimit: (bytes: number) => void = todo;
export const manualSeed: (seed: bigint) => void = todo;
export const initialSeed: () => bigint = todo;
