import { context } from '../context.ts';
import { add } from '../ops/arithmetic.ts';
import { clone } from '../ops/cast.ts';
import { copy } from '../ops/writing.ts';
import { isAlone, letGo } from '../storage.ts';
import { addInto } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';

/**
 * `.grad` is never replaced while there is one: what arrives is added, in place, so that whoever holds `.grad` sees it grow.
 * With `create_graph` the sum is a new tensor that knows its history.
 */
export function accumulate(leaf: Tensor, gradOutput: Tensor | null): void {
  let incoming = gradOutput;
  if (incoming === null || !leaf.requiresGrad) return;
  for (const hook of leaf.hooks?.values() ?? []) incoming = hook(incoming) ?? incoming;
  const observer = context.passObserver;
  const before = leaf.grad;
  const was = observer === null || before === null ? before : snapshot(before);
  if (before !== null && !context.gradEnabled) addInto(before, incoming);
  else {
    leaf.grad = before === null ? first(leaf, incoming) : add(before, incoming);
    leaf.grad.storage.holds++;
    if (before !== null) letGo(before.storage);
  }
  observer?.accumulate(leaf, was, incoming, leaf.grad!);
  for (const hook of leaf.afterGrad?.values() ?? []) hook();
}

/** What arrives itself, where the pass alone knows of it; otherwise a copy. */
function first(leaf: Tensor, incoming: Tensor): Tensor {
  if (context.gradEnabled) return copy(emptyTensor(leaf.shape, leaf.dtype), incoming);
  const { storage, node, base } = incoming;
  const own = storage.holds === 1 && !storage.shared && storage.data.length === incoming.numel;
  const plain = node === null && base === null && incoming.isContiguous && !incoming.isWrappedNumber;
  return own && plain && isAlone() && leaf.hooks === null ? incoming : clone(incoming);
}

function snapshot(tensor: Tensor): Tensor {
  const { observer } = context;
  context.observer = null;
  const copy = clone(tensor);
  context.observer = observer;
  return copy;
}
