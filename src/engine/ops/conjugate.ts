/** `conj()`: a view that reads the same memory conjugated. */

import { context } from '../context.ts';
import { isComplex } from '../dtype.ts';
import { declare, define } from '../registry.ts';
import { clone } from './cast.ts';
import { conj as conjRule } from './complex.ts';
import { restrided } from './layout.ts';

/** Of a complex tensor. */
export const conjugate = declare('_conj(Tensor self) -> Tensor');
const conj = declare('conj(Tensor self) -> Tensor');
export const resolveConj = declare('resolve_conj(Tensor self) -> Tensor');
const resolveNeg = declare('resolve_neg(Tensor self) -> Tensor');
const isConj = declare('is_conj(Tensor self) -> bool');
const isNeg = declare('is_neg(Tensor self) -> bool');

define(conjugate, {
  variants: { namespace: null, method: false },
  view: true,
  node: 'ConjBackward0',
  kernel: (self) => {
    context.conjugates = true;
    const view = restrided(self, self.shape, self.strides);
    view.conj = !self.conj;
    return view;
  },
  gradients: { self: { formula: '∂L/∂self = conj(upstream)', rule: (g) => conjRule(g) } },
});

define(conj, { composite: true, kernel: (self) => (isComplex(self.dtype) ? conjugate(self) : self) });
define(resolveConj, { composite: true, kernel: (self) => (self.conj ? clone(self) : self) });
define(resolveNeg, { composite: true, kernel: (self) => self });
define(isConj, { composite: true, kernel: (self) => self.conj });
define(isNeg, { composite: true, kernel: () => false });
