/** The ops of one operand whose result is floating or complex: a function, its complex form, its derivative. */
import { type DType, isComplex } from '../dtype.ts';
import { floatType } from '../promote.ts';
import { type declare, define, type Gradient, type Variants } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import type { FloatFunctionName } from '../wasm/functions.ts';
import { conj } from './complex.ts';
import { type Kind, limits, refuseComplex } from './limits.ts';
import { mapComplex, mapFloat, type Round, roundIn, type Unary, type UnaryComplex } from './pointwise.ts';
import { underivedBy } from './underived.ts';

type Self = '(Tensor self) -> Tensor';
export type Floats = ReturnType<typeof declare<`${string}(Tensor self) -> Tensor`>>;
type Rule = Gradient<`x${Self}`>;

/** A function whose steps are rounded as the operand's type is, where that makes a difference that can be seen. */
export interface Rounded<F> {
  readonly rounded: (round: Round) => F;
}

const inType = <F extends object>(f: F | Rounded<F>, dtype: DType): F =>
  'rounded' in f ? f.rounded(roundIn(dtype)) : f;

export interface FloatFunction {
  readonly number: Unary | Rounded<Unary>;
  readonly complex?: UnaryComplex | Rounded<UnaryComplex>;
  /** What WebAssembly has for many float32. */
  readonly many?: FloatFunctionName;
  /** PyTorch's name of the kernel, as its error says. */
  readonly kernel: string;
  /** What the kernel refuses; complex too where there is no complex form. */
  readonly lacks?: readonly Kind[];
  /** What the op says of complex operands before it comes to a kernel. */
  readonly noComplex?: string;
  readonly node?: string;
  /** PyTorch has no derivative of the in-place form. */
  readonly underivedInPlace?: boolean;
  readonly gradient?: Rule;
}

/** Defines an op of one operand whose result is floating. */
export const floats = (op: Floats, spec: FloatFunction): void => defineFloats(op, spec, { inplace: true });

/** Defines a function of `torch.special` of one operand. */
export const specialFloats = (op: Floats, spec: FloatFunction): void =>
  defineFloats(op, spec, { namespace: 'special', method: false });

function defineFloats(op: Floats, spec: FloatFunction, variants: Variants): void {
  const { node, gradient: outOfPlace, noComplex, underivedInPlace } = spec;
  const gradient = outOfPlace === undefined || !underivedInPlace ? outOfPlace : refusingInPlace(op, outOfPlace);
  const bounds = limits(spec.kernel, ...(spec.lacks ?? ['half']));
  const compute = (self: Tensor): Tensor =>
    isComplex(self.dtype)
      ? mapComplex(self, spec.complex === undefined ? null : inType(spec.complex, self.dtype), bounds)
      : mapFloat(self, inType(spec.number, floatType(self.dtype)), bounds, spec.many);
  const kernel = (self: Tensor): Tensor => {
    if (noComplex !== undefined) refuseComplex(self.dtype, noComplex);
    return compute(self);
  };
  define(op, {
    variants,
    ...(node === undefined ? {} : { node }),
    ...(underivedInPlace === undefined ? {} : { inplaceNode: inPlaceNode(op) }),
    kernel: kernel as never,
    ...(gradient === undefined ? {} : { gradients: { self: gradient } as never }),
  });
}

const nameOf = (op: Floats): string => op.schema.slice(0, op.schema.indexOf('('));
const inPlaceNode = (op: Floats): string => `${nameOf(op)[0]!.toUpperCase()}${nameOf(op).slice(1)}Backward1`;

function refusingInPlace(op: Floats, gradient: Rule): Rule {
  const refusal = underivedBy(`inplace version of ${nameOf(op)}`);
  return {
    ...gradient,
    rule: (g, saved) => (saved.node.name === inPlaceNode(op) ? refusal.rule() : gradient.rule(g, saved)),
  };
}

/** A derivative in terms of self: upstream times the conjugate of `derivative(self)`. */
export const bySelf = (formula: string, rule: (g: Tensor, self: Tensor) => Tensor): Rule => ({
  formula: `∂L/∂self = ${formula}`,
  saves: ['self'],
  rule: (g, saved) => rule(g, conj(saved.self)),
});

/** A derivative in terms of the result, of which the rule is given the conjugate. */
export const byResult = (formula: string, rule: (g: Tensor, result: Tensor) => Tensor): Rule => ({
  formula: `∂L/∂self = ${formula}`,
  saves: ['result'],
  rule: (g, saved) => rule(g, conj(saved.result)),
});
