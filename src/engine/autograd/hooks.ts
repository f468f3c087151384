import { context } from '../context.ts';
import { runtimeError } from '../errors.ts';
import { add } from '../ops/arithmetic.ts';
import { clone } from '../ops/cast.ts';
import type { Tensor, TensorHook } from '../tensor.ts';
import type { GraphNode, NodeHook, NodePreHook } from './node.ts';

/** Calls `hook` with each gradient that arrives for the tensor. Answers with a number for `removeHook`. */
export function registerHook(tensor: Tensor, hook: TensorHook): number {
  if (!tensor.requiresGrad) throw runtimeError("cannot register a hook on a tensor that doesn't require gradient");
  const id = context.nextHook++;
  const node = tensor.gradFn;
  if (node !== null) {
    node.hooks ??= [];
    node.hooks.push({ id, output: tensor.outputIndex, call: hook });
  }
  tensor.hooks ??= new Map();
  tensor.hooks.set(id, hook);
  return id;
}

export function removeHook(tensor: Tensor, id: number): void {
  tensor.hooks?.delete(id);
  const node = tensor.gradFn;
  if (node?.hooks) node.hooks = node.hooks.filter((hook) => hook.id !== id);
}

/** Calls `hook` after `.grad` of a leaf has grown. Answers with a number for `removeAfterGrad`. */
export function registerAfterGrad(leaf: Tensor, hook: () => void): number {
  if (!leaf.requiresGrad) throw runtimeError("cannot register a hook on a tensor that doesn't require gradient");
  if (!leaf.isLeaf) throw runtimeError('post accumulate grad hooks cannot be registered on non-leaf tensors');
  const id = context.nextHook++;
  leaf.afterGrad ??= new Map();
  leaf.afterGrad.set(id, hook);
  return id;
}

export function removeAfterGrad(leaf: Tensor, id: number): void {
  leaf.afterGrad?.delete(id);
}

/** Calls `hook` with what arrives at a node, before it runs. */
export function registerNodePreHook(node: GraphNode, call: NodePreHook['call']): number {
  const id = context.nextHook++;
  node.preHooks = [...node.preHooks, { id, call }];
  return id;
}

/** Calls `hook` with what a node sends and what had arrived, after it ran. */
export function registerNodeHook(node: GraphNode, call: NodeHook['call']): number {
  const id = context.nextHook++;
  node.postHooks = [...node.postHooks, { id, call }];
  return id;
}

export function removeNodeHook(node: GraphNode, id: number): void {
  node.preHooks = node.preHooks.filter((hook) => hook.id !== id);
  node.postHooks = node.postHooks.filter((hook) => hook.id !== id);
}

/** Keeps the gradient of a tensor that is no leaf in its `.grad`. Passes accumulate there too. */
export function retainGrad(tensor: Tensor): void {
  if (!tensor.requiresGrad) throw runtimeError("can't retain_grad on Tensor that has requires_grad=False");
  if (tensor.isLeaf || tensor.retainsGrad) return;
  tensor.retainsGrad = true;
  const node = tensor.gradFn!;
  node.hooks ??= [];
  node.hooks.push({ id: context.nextHook++, output: tensor.outputIndex, call: (grad) => retain(tensor, grad) });
}

function retain(tensor: Tensor, incoming: Tensor): null {
  tensor.grad = tensor.grad === null ? clone(incoming) : add(tensor.grad, incoming);
  tensor.grad.storage.shared = true;
  return null;
}
