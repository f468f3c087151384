/** Ops as `torch.nn.functional` says them: there PyTorch has Python functions with their own arguments around its ops. */
import { dispatch } from '../../dispatch.ts';
import { runtimeError } from '../../errors.ts';
import { dispatchInplace } from '../../inplace.ts';
import { declare, define, type Namespace, type OpDef } from '../../registry.ts';
import type { KernelArgs, ReturnOf } from '../../schema.ts';
import type { Tensor } from '../../tensor.ts';

type Core = { readonly def: OpDef | null };

/** An op that only rules and other ops call. */
export const internal = { variants: { namespace: null, method: false } } as const;

/** Where functions of `torch.nn.functional` live that are no methods. */
export const functional = { namespace: 'nn.functional', method: false } as const;

/** Those that `torch.nn.functional` has from C++ as they are. */
const NATIVE = /^(logsigmoid|one_hot|_?scaled_dot_product_attention|\w+_)\(/;

/** A composite function of a module, in the arguments that its users know. */
export function face<S extends string>(
  text: S,
  kernel: (...args: KernelArgs<S>) => ReturnOf<S>,
  namespace: Namespace = 'nn.functional',
): void {
  const python = namespace === 'nn.functional' && !NATIVE.test(text);
  define(declare(text), { variants: { namespace, method: false }, composite: true, python, kernel });
}

/** `core`, or with `inplace` as last argument `over` written over its input. */
export function withInplace<S extends `${string}, bool inplace=False) -> Tensor`>(
  text: S,
  core: Core,
  over: Core = core,
): void {
  face(text, ((...args: unknown[]) => {
    const inplace = args.pop() === true;
    return inplace ? overInput(over, args) : (dispatch(core.def!, filled(core, args)) as Tensor);
  }) as never);
}

/** `elu_`: a function, not a method, that writes over its input. */
export function writing(text: string, core: Core, ...namespaces: readonly Namespace[]): void {
  for (const namespace of namespaces) {
    face(text, ((...args: unknown[]) => overInput(core, args)) as never, namespace);
  }
}

export const overInput = (core: Core, args: readonly unknown[]): Tensor =>
  dispatchInplace(core.def!, filled(core, args));

/** The arguments with the op's defaults for those that are not given. */
const filled = (core: Core, args: readonly unknown[]): unknown[] =>
  core.def!.schema.params.map((param, i) => (i < args.length ? args[i] : param.fallback));

/** The derivative of what PyTorch has no derivative for. */
export const underivable = (name: string) => ({
  formula: 'none: PyTorch has none',
  rule: (): never => {
    throw runtimeError(`derivative for aten::${name} is not implemented`);
  },
});
