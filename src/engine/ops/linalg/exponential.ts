/** The matrix exponential. */

import { isDifferentiable } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { matrixExponential } from '../../linear-algebra/exponential.ts';
import { alias, declare, define } from '../../registry.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { cat } from '../joining.ts';
import { limits, requireKernel } from '../limits.ts';
import { slice } from '../movement.ts';
import { adjoint } from '../products.ts';
import { batchOf, checkSquare, matricesOf, rowsOf, tensorOf } from './matrices.ts';

const matrixExp = declare('linalg_matrix_exp(Tensor self) -> Tensor');

define(matrixExp, {
  variants: { namespace: 'linalg', method: false },
  kernel: (self) => {
    if (!isDifferentiable(self.dtype)) {
      throw runtimeError(`matrix_exp: Expected a floating point or complex tensor as input. Got ${self.dtype.scalar}`);
    }
    checkSquare(self, 'linalg.matrix_exp');
    requireKernel(limits('log2_vml_cpu', 'half'), self.dtype);
    const results = matricesOf(self).map(matrixExponential);
    return tensorOf(results, batchOf(self), rowsOf(self), rowsOf(self), self.dtype, 'rows');
  },
  gradients: {
    self: {
      formula: '∂L/∂self = the upper right block of exp([[selfᴴ, upstream], [0, selfᴴ]])',
      saves: ['self'],
      rule: (g, { self }) => differential(adjoint(self), g),
    },
  },
});
alias(matrixExp, 'matrix_exp', { namespace: 'torch', method: true });

/** The derivative of exp at A in a direction, as a block of a larger exponential (Mathias 1996). */
function differential(A: Tensor, direction: Tensor): Tensor {
  const size = rowsOf(A);
  const zeros = emptyTensor(A.shape, A.dtype);
  const blocks = cat([cat([A, direction], -1), cat([zeros, A], -1)], -2);
  return slice(slice(matrixExp(blocks), -2, 0, size), -1, size);
}
