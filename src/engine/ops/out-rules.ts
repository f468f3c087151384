/** What ops demand of the tensors that `out=` names, in PyTorch's words. */
import { cppName, type DType, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import type { OutRule } from '../registry.ts';
import type { Tensor } from '../tensor.ts';

type Words = (wanted: DType, given: DType, self: DType) => string;

/** The dtype of the result and no other. */
function strict(words: Words, of: (self: Tensor, result: Tensor) => DType = (_, result) => result.dtype): OutRule {
  return {
    check: (out, result, args, index) => {
      const self = args[0] as Tensor;
      const wanted = index === 0 ? of(self, result) : result.dtype;
      if (out.dtype !== wanted) throw runtimeError(words(wanted, out.dtype, self.dtype));
      return undefined;
    },
  };
}

export const sameDtype = strict(
  (wanted, given) => `Expected out tensor to have dtype ${cppName(wanted)}, but got ${cppName(given)} instead`,
);
export const sameScalarType = strict(
  (wanted, given) => `expected scalar_type ${wanted.scalar} but found ${given.scalar}`,
);
export const sameValues = strict(
  (wanted, given) => `expected scalar type '${wanted.scalar}' but got '${given.scalar}' for values output`,
);
export const sameAsInput = strict(
  (_, given, self) =>
    `Expected the dtype for input and out to match, but got ${self.scalar} for input's dtype and ${given.scalar} for out's dtype.`,
);
export const sameHistogram = strict(
  (wanted, given) =>
    `torch.histogram: input tensor and hist tensor should have the same dtype, but got input ${cppName(wanted)} and hist ${cppName(given)}`,
);
export const sameQuantile = strict(() => 'quantile() out tensor must be same dtype as the input tensor');

/** The result is reckoned in the dtype of what is written to. `at`: the position of the argument `dtype`. */
export const inDtypeOfOut = (at: number): OutRule => ({
  args: (args, out) => (args[at] === null ? args.with(at, out.dtype) : args),
});

/** A floating dtype. */
export const floatingOut = (words: (given: DType) => string): OutRule => ({
  check: (out) => {
    if (!isFloating(out.dtype)) throw runtimeError(words(out.dtype));
    return undefined;
  },
});

/** Whatever the dtype. */
export const converted: OutRule = { check: () => 'copy' };
