/** `diff`: differences of neighbours along a dimension. */
import { bool } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { dispatchInplace } from '../inplace.ts';
import { declare, define } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { sub } from './arithmetic.ts';
import { logicalXor } from './comparison.ts';
import { cat } from './joining.ts';
import { strict } from './out-rules.ts';
import { zerosLike } from './raw.ts';
import { narrow } from './rearrangement.ts';
import { copy } from './writing.ts';

const diff = declare('diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor');

function checkEdge(self: Tensor, edge: Tensor | null, dim: number): void {
  if (edge === null) return;
  if (edge.rank !== self.rank) {
    throw runtimeError('diff expects prepend or append to be the same dimension as input');
  }
  self.shape.forEach((size, i) => {
    if (size === edge.shape[i] || i === dim) return;
    throw runtimeError(
      `diff expects the shape of tensor to prepend or append to match that of input except along the differencing dimension; input.size(${i}) = ${size}, but got tensor.size(${i}) = ${edge.shape[i]}`,
    );
  });
}

define(diff, {
  composite: true,
  out: strict(
    (wanted, given) => `expected scalar_type ${wanted.scalar} but found ${given.scalar}`,
    ([, n]) => n === 0,
  ),
  kernel: (self, n, dim, prepend, append) => {
    if (self.rank === 0) throw runtimeError('diff expects input to be at least one-dimensional');
    if (n < 0) throw runtimeError(`order must be non-negative but got ${n}`);
    const at = wrapDim(dim, self.rank);
    checkEdge(self, prepend, at);
    checkEdge(self, append, at);
    if (n === 0) return dispatchInplace(copy.def!, [zerosLike(self), self, false]);
    const whole =
      prepend === null && append === null
        ? self
        : cat(
            [prepend, self, append].filter((part) => part !== null),
            at,
          );
    let result = whole;
    for (let i = 0; i < Math.min(n, whole.shape[at]!); i++) result = step(result, at);
    return result;
  },
});

function step(self: Tensor, dim: number): Tensor {
  const size = self.shape[dim]!;
  const before = narrow(self, dim, 0, Math.max(size - 1, 0));
  const after = narrow(self, dim, Math.min(1, size), Math.max(size - 1, 0));
  return self.dtype === bool ? logicalXor(after, before) : sub(after, before);
}
