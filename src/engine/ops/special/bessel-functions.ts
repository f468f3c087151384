/** Bessel functions and Airy's. Of those that PyTorch has no derivatives of, nothing is recorded. */
import { float64 } from '../../dtype.ts';
import { alias, declare } from '../../registry.ts';
import { airyAi } from '../../special/airy.ts';
import * as bessel from '../../special/bessel.ts';
import * as modified from '../../special/modified-bessel.ts';
import type { Tensor } from '../../tensor.ts';
import { add, div, mul, reciprocal, sub } from '../arithmetic.ts';
import { where } from '../choice.ts';
import { gt, logicalNot } from '../comparison.ts';
import { bySelf, type Floats, floats, specialFloats } from '../floats.ts';
import type { Unary } from '../pointwise.ts';
import { onesLike } from '../raw.ts';
import { abs, sgn } from '../signs.ts';

const i0 = declare('i0(Tensor self) -> Tensor');
const i0e = declare('special_i0e(Tensor self) -> Tensor');
const i1 = declare('special_i1(Tensor self) -> Tensor');
const i1e = declare('special_i1e(Tensor self) -> Tensor');

floats(i0, {
  number: modified.i0,
  kernel: 'i0_vml_cpu',
  gradient: bySelf('upstream · i1(self)', (g, x) => mul(g, i1(x))),
});
specialFloats(i0e, {
  number: modified.i0e,
  kernel: 'i0e_cpu',
  node: 'SpecialI0EBackward0',
  gradient: {
    formula: '∂L/∂self = upstream · (i1e(self) − sgn(self) · result)',
    saves: ['self', 'result'],
    rule: (g, { self, result }) => mul(g, sub(i1e(self), mul(sgn(self), result))),
  },
});
specialFloats(i1, {
  number: modified.i1,
  kernel: 'i1_cpu',
  lacks: ['half', 'bfloat16'],
  gradient: {
    formula: '∂L/∂self = upstream · (i0(self) − result / self), ½ upstream at 0',
    saves: ['self', 'result'],
    rule: (g, { self, result }) =>
      mul(
        g,
        halfAtZero(self, (x) => sub(i0(x), div(result, x))),
      ),
  },
});
specialFloats(i1e, {
  number: modified.i1e,
  kernel: 'i1e_cpu',
  lacks: ['half', 'bfloat16'],
  node: 'SpecialI1EBackward0',
  gradient: {
    formula: '∂L/∂self = upstream · (i0e(self) − result · (sgn(self) + 1 / self)), ½ upstream at 0',
    saves: ['self', 'result'],
    rule: (g, { self, result }) =>
      mul(
        g,
        halfAtZero(self, (x) => sub(i0e(x), mul(result, add(sgn(x), reciprocal(x))))),
      ),
  },
});

/** A slope whose formula divides by x, which is replaced where it is too near to 0, or nan: PyTorch takes ½ there. */
function halfAtZero(x: Tensor, slope: (safe: Tensor) => Tensor): Tensor {
  const atZero = logicalNot(gt(abs(x), x.dtype === float64 ? 2 ** -52 : 2 ** -23));
  return where(atZero, 0.5, slope(where(atZero, onesLike(x), x)));
}

alias(i0, 'i0', { namespace: 'special', method: false, inplace: false });

const plain: readonly (readonly [string, Unary])[] = [
  ['airy_ai(Tensor x)', airyAi],
  ['bessel_j0(Tensor self)', bessel.besselJ0],
  ['bessel_j1(Tensor self)', bessel.besselJ1],
  ['bessel_y0(Tensor self)', bessel.besselY0],
  ['bessel_y1(Tensor self)', bessel.besselY1],
  ['modified_bessel_i0(Tensor self)', modified.i0],
  ['modified_bessel_i1(Tensor self)', modified.i1],
  ['modified_bessel_k0(Tensor self)', modified.k0],
  ['modified_bessel_k1(Tensor self)', modified.k1],
  ['scaled_modified_bessel_k0(Tensor x)', modified.k0e],
  ['scaled_modified_bessel_k1(Tensor x)', modified.k1e],
  ['spherical_bessel_j0(Tensor x)', bessel.sphericalJ0],
];
for (const [signature, number] of plain) {
  const op = declare(`special_${signature} -> Tensor` as 'x(Tensor self) -> Tensor') as Floats;
  const kernel = `${signature.slice(0, signature.indexOf('('))}_cpu`;
  specialFloats(op, { number, kernel, lacks: ['half', 'bfloat16'] });
}
