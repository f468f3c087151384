/** What some ops demand of the tensors that `out=` names, beyond a dtype of one of the kinds that `out-dtypes` lists. */
import { cppName, type DType, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import type { OutRule } from '../registry.ts';

type Words = (wanted: DType, given: DType) => string;

/** The dtype of the result and no other, for the calls that the rule applies to. */
export function strict(words: Words, applies: (args: readonly unknown[]) => boolean = () => true): OutRule {
  return {
    check: (out, result, args) => {
      if (out.dtype !== result.dtype && applies(args)) throw runtimeError(words(result.dtype, out.dtype));
      return undefined;
    },
  };
}

export const sameDtype = strict(
  (wanted, given) => `Expected out tensor to have dtype ${cppName(wanted)}, but got ${cppName(given)} instead`,
);
export const sameValues = strict(
  (wanted, given) => `expected scalar type '${wanted.scalar}' but got '${given.scalar}' for values output`,
);
export const sameHistogram = strict(
  (wanted, given) =>
    `torch.histogram: input tensor and hist tensor should have the same dtype, but got input ${cppName(wanted)} and hist ${cppName(given)}`,
);

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
