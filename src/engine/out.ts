import { context } from './context.ts';
import { dispatch, requiresGrad } from './dispatch.ts';
import { runtimeError } from './errors.ts';
import { assignRaw } from './inplace.ts';
import type { OpDef } from './registry.ts';
import { contiguousStrides, numel, sameShape } from './shape.ts';
import { Tensor } from './tensor.ts';
import type { Result } from './values.ts';

/** `out=`: the result goes into a tensor that is there, which takes its shape. */
export function dispatchOut(op: OpDef, args: readonly unknown[], out: Tensor): Result {
  if (context.gradEnabled && (out.requiresGrad || requiresGrad(op, args))) {
    throw runtimeError(
      `${op.name}(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.`,
    );
  }
  const result = dispatch(op, args);
  if (!(result instanceof Tensor)) throw runtimeError(`${op.name}(): out= is not supported for several results`);
  if (!sameShape(out.shape, result.shape)) resize(out, result);
  assignRaw(out, result);
  context.observer?.write(out, op.name);
  return out;
}

function resize(out: Tensor, like: Tensor): void {
  if (out.storage.data.length < numel(like.shape)) out.storage.data = out.dtype.allocate(numel(like.shape));
  out.shape = like.shape;
  out.strides = contiguousStrides(like.shape);
}
