import type { GraphNode } from './autograd/node.ts';
import type { Tensor } from './tensor.ts';

/** How a pass was asked for: `backward()` or `autograd.grad()`. */
export interface PassInfo {
  readonly kind: 'backward' | 'grad';
  readonly roots: readonly Tensor[];
  /** What enters at each root; null where the call failed before one could be made. */
  readonly gradients: readonly (Tensor | null)[];
  readonly retainGraph: boolean;
  readonly createGraph: boolean;
}

/**
 * What the engine tells of itself; the only thing it knows of whoever watches.
 *
 * Called synchronously, while the arguments still hold what they held at that moment: who wants to keep a value copies it.
 * Ops that run inside a backward rule are not reported unless `create_graph` makes them part of a graph.
 */
export interface Observer {
  /** A tensor came to be: by a factory (no inputs), as an op's output or as a view. */
  tensor(tensor: Tensor, op: string, inputs: readonly Tensor[]): void;
  /** A backward function joined the graph (an `AccumulateGrad` when its leaf is first used). Follows its outputs' `tensor` calls. */
  node(node: GraphNode, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[]): void;
  /** An op changed a tensor in place (its version is already bumped, its `gradFn` already rebased). */
  write(tensor: Tensor, op: string): void;
  /** `requires_grad_` changed what a tensor is. */
  flags(tensor: Tensor): void;
  /** The program assigned or cleared `.grad`, or changed it in place. */
  gradChanged(tensor: Tensor): void;
  passBegin(pass: PassInfo): void;
  /** A node ran: what arrived at it, and what it sends along each of its edges. */
  step(node: GraphNode, gradOutputs: readonly (Tensor | null)[], gradInputs: readonly (Tensor | null)[]): void;
  /** A leaf's `.grad` grew by `incoming`. `before` is null where `.grad` was None. All three are values of this moment. */
  accumulate(leaf: Tensor, before: Tensor | null, incoming: Tensor, after: Tensor): void;
  /** The pass ended; `error` is the message it failed with, `node` the backward function that failed or could not start. */
  passEnd(error: string | null, node: GraphNode | null): void;
}
