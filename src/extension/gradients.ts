/** A tensor's gradients, pass by pass. The upstream gradient and the accumulated `.grad` are two quantities. */
import type { Trace, TraceTensor, Value } from '../trace/model.ts';
import { type GradGrowth, gradFnAt, gradHistory, upstreamOfTensor } from '../trace/queries.ts';

export interface PassOfTensor {
  /** As the user counts: from 1. */
  readonly pass: number;
  readonly line: number | null;
  /** What arrived at the tensor: at its `grad_fn`, or at its `AccumulateGrad`. */
  readonly upstream: Value | null;
  readonly accumulation: GradGrowth | null;
}

/** The passes that reached the tensor. */
export function passesOf(trace: Trace, tensor: TraceTensor): PassOfTensor[] {
  const growth = new Map(gradHistory(trace, tensor.id).map((item) => [item.pass, item]));
  return trace.passes.flatMap((pass): PassOfTensor[] => {
    const accumulation = growth.get(pass.index) ?? null;
    const upstream = accumulation?.incoming ?? upstreamOfTensor(trace, pass.index, tensor.id);
    if (upstream === null) return [];
    return [{ pass: pass.index + 1, line: pass.source?.line ?? null, upstream, accumulation }];
  });
}

/** The last operation that changed it in place, if any, says what a tensor holds in the end. */
export function valueNow(tensor: TraceTensor): Value {
  return tensor.updates.at(-1)?.value ?? tensor.value;
}

export function gradFnNow(tensor: TraceTensor): number | null {
  return gradFnAt(tensor, Number.POSITIVE_INFINITY);
}
