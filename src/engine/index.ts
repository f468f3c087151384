/**
 * The engine's door.
 *
 * `invokeKinds(op, kinds, flat)`: `op` is a number from `opNumber(name)`. Names: `mul` is `torch.mul`, `.mul` is `Tensor.mul` (the first
 * argument is self), `F.relu` is
 * `torch.nn.functional.relu`, `linalg.det` is `torch.linalg.det`. `kinds` has a letter per argument:
 *
 * | letter | argument | takes from `flat` |
 * |---|---|---|
 * | `t` | tensor | a `Tensor` |
 * | `i` `f` `b` | int, float, bool | a number or bigint; a number; a boolean (or 0 and 1) |
 * | `c` | complex | its real and its imaginary part |
 * | `s` | str | a string |
 * | `d` | torch.dtype | its name: `float32` |
 * | `m` | torch.memory_format | its name: `channels_last` |
 * | `g` | torch.Generator | its number |
 * | `r` | range | its numbers: `0,1,2` |
 * | `n` | None | nothing |
 * | `.` | Ellipsis | nothing |
 * | `:` | slice; three letters (`i` or `n`) follow | what these take |
 * | `[` ... `]`, `(` ... `)` | list, tuple | what its elements take |
 * | `o` | anything else | its type's name, for the error message |
 * | `=name:` | the next argument is the keyword `name` | nothing |
 *
 * `torch.sum(x, 1, keepdim=True)` is `('sum', 'ti=keepdim:b', [x, 1, true])`; `x[..., 1:, None]` is `('.__getitem__', 't(.:inn' + 'n)', [x, 1])`.
 */

export { clearAutocastCache, isAutocast, setAutocast } from './autocast.ts';
export { anomalyReport } from './autograd/anomaly.ts';
export { type BackwardOptions, backward, type GradOptions, grad } from './autograd/api.ts';
export { attachCustom, type CustomCall, savedCustom, zerosFor } from './autograd/custom.ts';
export {
  registerAfterGrad,
  registerHook,
  registerNodeHook,
  registerNodePreHook,
  removeAfterGrad,
  removeHook,
  removeNodeHook,
  retainGrad,
} from './autograd/hooks.ts';
export type { Edge, OutputMeta, Packed, SavedTensor } from './autograd/node.ts';
export { type Backward, GraphNode } from './autograd/node.ts';
export { savedInput, savedNames, savedValue } from './autograd/saved-values.ts';
export { refuseStale } from './autograd/view.ts';
export { asProgram, lending } from './context.ts';
export type { Data, DType, DTypeName } from './dtype.ts';
export { dtypes, promoteTypes } from './dtype.ts';
export { EngineError, type ErrorType } from './errors.ts';
export * from './generators.ts';
export { declareOps, hasOp, invoke, invokeKinds, opNumber } from './invoke.ts';
export { elements, item } from './item.ts';
export { isInFormat } from './memory-format.ts';
export type { Observer, PassInfo } from './observer.ts';
export { type OpInfo, opList } from './op-list.ts';
export { repr } from './print.ts';
export type { PrintOptions } from './print-options.ts';
export { resultType } from './promote.ts';
export type { Namespace, OpDef } from './registry.ts';
export * from './session.ts';
export { letGo, noteMade, tidy } from './storage.ts';
export { Tensor, type TensorHook } from './tensor.ts';
export { type Arg, Complex, ELLIPSIS, type Result, type Scalar, Slice, wrapNumber } from './values.ts';

import './ops/all.ts';

export { sumFloats } from './wasm/summary.ts';
