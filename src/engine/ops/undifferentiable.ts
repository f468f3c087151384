/** What stands in the graph for an op that PyTorch has no derivative of. */
import { context } from '../context.ts';
import { runtimeError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';

/** A rule that refuses. */
export const notImplementedRule = (name: string) => ({
  formula: 'no derivative',
  rule: (): never => {
    throw runtimeError(`derivative for aten::${name} is not implemented`);
  },
});

/** Refuses a gradient by arguments that an op has no derivative by. `name`: what PyTorch calls the op. */
export function requireNoGrad(name: string, args: Readonly<Record<string, Tensor | null>>): void {
  if (!context.gradEnabled) return;
  for (const [argument, tensor] of Object.entries(args)) {
    if (tensor === null || !tensor.requiresGrad) continue;
    throw runtimeError(
      `The function '${name}' is not differentiable with respect to argument '${argument}'. This input cannot have requires_grad True.`,
    );
  }
}
