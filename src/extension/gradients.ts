/** A tensor's gradients, pass by pass. The upstream gradient and the accumulated `.grad` are two quantities. */
import type { Accumulation, Trace, TraceTensor, Value } from '../trace/model.ts';

export interface PassOfTensor {
  /** As the user counts: from 1. */
  readonly pass: number;
  readonly line: number | null;
  /** What arrived at the tensor: at its `grad_fn`, or at its `AccumulateGrad`. */
  readonly upstream: Value | null;
  readonly accumulation: Accumulation | null;
}

/** The passes that reached the tensor. */
export function passesOf(trace: Trace, tensor: TraceTensor): PassOfTensor[] {
  const slots = new Map(
    trace.nodes.filter(makes).map((node) => [node.id, Math.max(0, node.outputs.indexOf(tensor.id))]),
  );
  return trace.passes.flatMap((pass): PassOfTensor[] => {
    const accumulation = pass.accumulations.find((candidate) => candidate.tensor === tensor.id) ?? null;
    const step = pass.steps.findLast((candidate) => slots.has(candidate.node));
    const arrived = step?.gradOutputs[slots.get(step.node) ?? 0] ?? null;
    const upstream = arrived ?? accumulation?.incoming ?? null;
    if (upstream === null && accumulation === null) return [];
    return [{ pass: pass.index + 1, line: pass.source?.line ?? null, upstream, accumulation }];
  });

  function makes(node: Trace['nodes'][number]): boolean {
    if (tensor.isLeaf) return node.op === null && node.inputs[0] === tensor.id;
    return node.outputs.includes(tensor.id);
  }
}

/** The last operation that changed it in place, if any, says what a tensor holds now. */
export function valueNow(tensor: TraceTensor): Value {
  return tensor.updates.at(-1)?.value ?? tensor.value;
}

export function gradFnNow(tensor: TraceTensor): number | null {
  const last = tensor.updates.at(-1);
  return last === undefined ? tensor.gradFn : last.gradFn;
}
