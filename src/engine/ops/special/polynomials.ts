/** Orthogonal polynomials of `torch.special`, of a point and a degree. PyTorch has no derivatives of them. */

import { type DType, float32, float64 } from '../../dtype.ts';
import { resultType } from '../../promote.ts';
import { declare, define } from '../../registry.ts';
import * as polynomials from '../../special/polynomials.ts';
import type { Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { type Limits, limits } from '../limits.ts';
import { type Binary, binary, type Round, roundIn } from '../pointwise.ts';

const families: readonly (readonly [string, (round: Round) => Binary])[] = [
  ['chebyshev_polynomial_t', polynomials.chebyshevT],
  ['chebyshev_polynomial_u', polynomials.chebyshevU],
  ['chebyshev_polynomial_v', polynomials.chebyshevV],
  ['chebyshev_polynomial_w', polynomials.chebyshevW],
  ['hermite_polynomial_h', polynomials.hermiteH],
  ['hermite_polynomial_he', polynomials.hermiteHe],
  ['laguerre_polynomial_l', polynomials.laguerreL],
  ['legendre_polynomial_p', polynomials.legendreP],
  ['shifted_chebyshev_polynomial_t', polynomials.shiftedChebyshevT],
  ['shifted_chebyshev_polynomial_u', polynomials.shiftedChebyshevU],
  ['shifted_chebyshev_polynomial_v', polynomials.shiftedChebyshevV],
  ['shifted_chebyshev_polynomial_w', polynomials.shiftedChebyshevW],
];

/** Rounded as the dtype in which point and degree meet. */
function inBothPrecisions(polynomial: (round: Round) => Binary, bounds: Limits): (x: Tensor, n: Tensor) => Tensor {
  const kernel = (dtype: DType): ((x: Tensor, n: Tensor) => Tensor) =>
    binary('float', polynomial(roundIn(dtype)), (x) => x, null, null, bounds);
  const [single, double] = [kernel(float32), kernel(float64)];
  return (x, n) => (resultType(x, n) === float64 ? double : single)(x, n);
}

const variants = { namespace: 'special', method: false } as const;

for (const [name, polynomial] of families) {
  const kernel = inBothPrecisions(polynomial, limits(`${name}_cpu`, 'half', 'bfloat16'));
  define(declare(`special_${name}(Tensor x, Tensor n) -> Tensor` as 'x(Tensor x, Tensor n) -> Tensor'), {
    variants,
    kernel: (x, n) => kernel(x, n),
  });
  define(declare(`special_${name}.x_scalar(Scalar x, Tensor n) -> Tensor` as 'x(Scalar x, Tensor n) -> Tensor'), {
    variants,
    kernel: (x, n) => kernel(wrapNumber(x), n),
  });
  define(declare(`special_${name}.n_scalar(Tensor x, Scalar n) -> Tensor` as 'x(Tensor x, Scalar n) -> Tensor'), {
    variants,
    kernel: (x, n) => kernel(x, wrapNumber(n)),
  });
}
