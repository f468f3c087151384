import { context, unobserved } from '../context.ts';
import { EngineError, runtimeError, typeError } from '../errors.ts';
import type { PassInfo } from '../observer.ts';
import { onesLike } from '../ops/raw.ts';
import { type Shape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { execute, type Task } from './backward.ts';
import { edgeOf } from './edges.ts';
import { retainGrad } from './hooks.ts';
import type { Edge } from './node.ts';

export interface BackwardOptions {
  readonly retainGraph?: boolean | null;
  readonly createGraph?: boolean;
  readonly inputs?: readonly Tensor[] | null;
}

export interface GradOptions {
  readonly retainGraph?: boolean | null;
  readonly createGraph?: boolean;
  readonly allowUnused?: boolean;
}

/** `torch.autograd.backward(tensors, grad_tensors, ...)`. */
export function backward(
  tensors: readonly Tensor[],
  gradTensors: readonly (Tensor | null)[] | null = null,
  options: BackwardOptions = {},
): void {
  const inputs = options.inputs ?? null;
  const createGraph = options.createGraph ?? false;
  const shared = {
    kind: 'backward',
    roots: tensors,
    createGraph,
    retainGraph: options.retainGraph ?? createGraph,
  } as const;
  if (inputs !== null && inputs.length === 0) throw runtimeError("'inputs' argument to backward() cannot be empty.");
  observed(shared, gradTensors, (gradients) => {
    const roots = rootEdges(tensors);
    const targets = inputs === null ? null : targetEdges(inputs, true);
    execute({ ...shared, ...entering(roots, gradients), targets, capture: false });
  });
}

/** `torch.autograd.grad(outputs, inputs, grad_outputs, ...)`; null for an input that is not part of the graph. */
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  gradOutputs: readonly (Tensor | null)[] | null = null,
  options: GradOptions = {},
): (Tensor | null)[] {
  const createGraph = options.createGraph ?? false;
  const shared = {
    kind: 'grad',
    roots: outputs,
    createGraph,
    retainGraph: options.retainGraph ?? createGraph,
  } as const;
  return observed(shared, gradOutputs, (gradients) => {
    const roots = rootEdges(outputs);
    const targets = targetEdges(inputs, false);
    const results = execute({ ...shared, ...entering(roots, gradients), targets, capture: true });
    if (!options.allowUnused && results.includes(null)) {
      throw runtimeError(
        'One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.',
      );
    }
    return results;
  });
}

/** Tells the observer of the pass, whichever way it ends. */
function observed<T>(
  info: Omit<PassInfo, 'gradients'>,
  given: readonly (Tensor | null)[] | null,
  body: (gradients: readonly (Tensor | null)[]) => T,
): T {
  const { observer } = context;
  let begun = false;
  try {
    const gradients = makeGradients(info.roots, given);
    begun = true;
    observer?.passBegin({ ...info, gradients });
    const result = body(gradients);
    observer?.passEnd(null, null);
    return result;
  } catch (error) {
    if (!begun) observer?.passBegin({ ...info, gradients: info.roots.map((_, i) => given?.[i] ?? null) });
    const node = error instanceof EngineError ? error.node : null;
    observer?.passEnd(error instanceof Error ? error.message : String(error), node);
    throw error;
  }
}

const torchSize = (shape: Shape): string => `torch.Size([${shape.join(', ')}])`;

/** What enters at each root: what was given, or 1 for a scalar (PyTorch's `_make_grads`). */
function makeGradients(roots: readonly Tensor[], given: readonly (Tensor | null)[] | null): readonly (Tensor | null)[] {
  if (given !== null && given.length !== roots.length) {
    throw runtimeError(`got ${roots.length} tensors and ${given.length} gradients`);
  }
  return roots.map((root, i) => {
    const gradient = given?.[i] ?? null;
    if (gradient !== null) {
      if (sameShape(gradient.shape, root.shape)) return gradient;
      throw runtimeError(
        `Mismatch in shape: grad_output[${i}] has a shape of ${torchSize(gradient.shape)} and output[${i}] has a shape of ${torchSize(root.shape)}.`,
      );
    }
    if (!root.requiresGrad) return null;
    if (root.numel !== 1) throw runtimeError('grad can be implicitly created only for scalar outputs');
    return unobserved(() => onesLike(root));
  });
}

function rootEdges(roots: readonly Tensor[]): Edge[] {
  return roots.map((root, i) => {
    const edge = edgeOf(root);
    if (edge === null) throw runtimeError(`element ${i} of tensors does not require grad and does not have a grad_fn`);
    return edge;
  });
}

function entering(roots: readonly Edge[], gradients: readonly (Tensor | null)[]): Pick<Task, 'roots' | 'gradients'> {
  const missing = gradients.indexOf(null);
  if (missing >= 0)
    throw typeError(`element ${missing} of gradients tuple is None, but the corresponding Tensor requires grad`);
  return { roots, gradients: gradients as readonly Tensor[] };
}

function targetEdges(inputs: readonly Tensor[], retain: boolean): (Edge | null)[] {
  return inputs.map((input) => {
    if (!input.requiresGrad) {
      throw runtimeError(
        retain
          ? "can't retain_grad on Tensor that has requires_grad=False"
          : 'One of the differentiated Tensors does not require grad',
      );
    }
    if (retain && !input.isLeaf) retainGrad(input);
    return edgeOf(input);
  });
}
