/** The transposes that are read without a call. */
import { isComplex } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import { conjugate } from './conjugate.ts';
import { permute, transpose } from './movement.ts';

const attribute = { variants: { namespace: null, method: false, attribute: true }, composite: true } as const;

const conj = (tensor: Tensor): Tensor => (isComplex(tensor.dtype) ? conjugate(tensor) : tensor);

function matrices(self: Tensor, name: string): Tensor {
  if (self.rank === 0) return self;
  if (self.rank === 1) {
    throw runtimeError(`tensor.${name} is only supported on matrices or batches of matrices. Got 1-D tensor.`);
  }
  return transpose(self, -2, -1);
}

define(declare('T(Tensor self) -> Tensor'), {
  ...attribute,
  kernel: (self) =>
    permute(
      self,
      self.shape.map((_, i) => self.rank - 1 - i),
    ),
});
define(declare('mT(Tensor self) -> Tensor'), { ...attribute, kernel: (self) => matrices(self, 'mT') });
define(declare('mH(Tensor self) -> Tensor'), { ...attribute, kernel: (self) => conj(matrices(self, 'mH')) });
define(declare('adjoint(Tensor self) -> Tensor'), {
  composite: true,
  kernel: (self) => conj(matrices(self, 'adjoint()')),
});
define(declare('H(Tensor self) -> Tensor'), {
  ...attribute,
  kernel: (self) => {
    if (self.rank !== 2 && self.rank !== 0) {
      throw runtimeError(
        `tensor.H is only supported on matrices (2-D tensors). Got ${self.rank}-D tensor.${self.rank > 2 ? ' For batches of matrices, consider using tensor.mH' : ''}`,
      );
    }
    return conj(matrices(self, 'H'));
  },
});
