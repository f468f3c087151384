import { context, quietly } from './context.ts';
import { dispatch, requiresGrad } from './dispatch.ts';
import { runtimeError } from './errors.ts';
import { assignRaw, resize } from './inplace.ts';
import { copyRaw } from './ops/raw.ts';
import { checkOutType } from './out-dtypes.ts';
import { refuseOverlap } from './overlap.ts';
import type { OpDef } from './registry.ts';
import { contiguousStrides, sameShape } from './shape.ts';
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
  for (const one of outs) refuseOverlap(op, one, args, true);
  const given = op.out.args?.(args, outs[0]!) ?? args;
  const result = quietly(() => dispatch(op, given));
  const results = (Array.isArray(result) ? result : [result]) as readonly Tensor[];
  results.forEach((one, i) => {
    checkOutType(op, one.dtype, outs[i]!.dtype);
  });
  results.forEach((one, i) => {
    const to = outs[i]!;
    const copies = op.out.check?.(to, one, args, i) === 'copy';
    if (!sameShape(to.shape, one.shape) && !(FILLS.has(op.name) && to.numel === one.numel)) {
      resize(to, one);
      if (op.layout !== null) to.strides = one.strides;
    }
    const fitted = sameShape(to.shape, one.shape) ? one : reshaped(one, to.shape);
    if (copies) overwrite(to, fitted);
    else assignRaw(to, fitted);
    context.observer?.write(to, op.name);
  });
  return out;
}

/** Whatever the dtypes. */
function overwrite(to: Tensor, result: Tensor): void {
  copyRaw(to, result);
  to.storage.version++;
}

/** They keep the shape of an `out` that has as many elements as they make. */
const FILLS = new Set(['linspace', 'logspace']);

function reshaped({ storage, offset, dtype }: Tensor, shape: readonly number[]): Tensor {
  return new Tensor(storage, shape, contiguousStrides(shape), offset, dtype);
}
