import { context } from '../context.ts';
import { add } from '../ops/arithmetic.ts';
import { clone } from '../ops/cast.ts';
import { copy } from '../ops/writing.ts';
import { addInto } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';

/**
 * `.grad` is never replaced while there is one: what arrives is added, in place, so that whoever holds `.grad` sees it grow.
 * With `create_graph` the sum is a new tensor that knows its history.
 */
export function accumulate(leaf: Tensor, gradOutput: Tensor | null): void {
  let incoming = gradOutput;
  if (incoming === null) return;
  for (const hook of leaf.hooks?.values() ?? []) incoming = hook(incoming) ?? incoming;
  const observer = context.passObserver;
  const before = leaf.grad;
  const was = observer === null || before === null ? before : snapshot(before);
  if (before === null)
    leaf.grad = context.gradEnabled ? copy(emptyTensor(leaf.shape, leaf.dtype), incoming) : clone(incoming);
  else if (context.gradEnabled) leaf.grad = add(before, incoming);
  else addInto(before, incoming);
  leaf.grad!.storage.shared = true;
  observer?.accumulate(leaf, was, incoming, leaf.grad!);
  for (const hook of leaf.afterGrad?.values() ?? []) hook();
}

function snapshot(tensor: Tensor): Tensor {
  const { observer } = context;
  context.observer = null;
  const copy = clone(tensor);
  context.observer = observer;
  return copy;
}
