/** The conjugate that PyTorch's transposes with an H show in the graph. */
import { declare, define } from '../registry.ts';
import { conjPhysical, conj as conjRule } from './complex.ts';

export const conjugate = declare('_conj(Tensor self) -> Tensor');

define(conjugate, {
  variants: { namespace: null, method: false },
  node: 'ConjBackward0',
  kernel: (self) => conjPhysical.def!.kernel(self) as typeof self,
  gradients: { self: { formula: '∂L/∂self = conj(upstream)', rule: (g) => conjRule(g) } },
});
