import { context, quietly } from './context.ts';
import { dispatch, requiresGrad } from './dispatch.ts';
import { runtimeError } from './errors.ts';
import { assignRaw } from './inplace.ts';
import { copyRaw } from './ops/raw.ts';
import { checkOutType } from './out-dtypes.ts';
import type { OpDef } from './registry.ts';
import { contiguousStrides, numel, sameShape } from './shape.ts';
import { Tensor } from './tensor.ts';
import type { Result } from './values.ts';

/** `out=`: the result goes into a tensor that is there, which takes its shape. */
export function dispatchOut(op: OpDef, args: readonly unknown[], out: Tensor | readonly Tensor[]): Result {
  const outs = out instanceof Tensor ? [out] : out;
  if (context.gradEnabled && (outs.some((one) => one.requiresGrad) || requiresGrad(op, args))) {
    throw runtimeError(
      `${op.name}(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.`,
    );
  }
  const given = op.out.args?.(args, outs[0]!) ?? args;
  const result = quietly(() => dispatch(op, given));
  const results = (Array.isArray(result) ? result : [result]) as readonly Tensor[];
  results.forEach((one, i) => {
    checkOutType(op, one.dtype, outs[i]!.dtype);
  });
  results.forEach((one, i) => {
    const to = outs[i]!;
    const copies = op.out.check?.(to, one, args, i) === 'copy';
    if (!sameShape(to.shape, one.shape)) resize(to, one);
    if (copies) overwrite(to, one);
    else assignRaw(to, one);
    context.observer?.write(to, op.name);
  });
  return out;
}

/** Whatever the dtypes. */
function overwrite(to: Tensor, result: Tensor): void {
  copyRaw(to, result);
  to.storage.version++;
}

function resize(out: Tensor, like: Tensor): void {
  if (out.storage.data.length < numel(like.shape) * out.dtype.lanes)
    out.storage.data = out.dtype.allocate(numel(like.shape));
  out.shape = like.shape;
  out.strides = contiguousStrides(like.shape);
}
