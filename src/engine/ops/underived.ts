/** Derivatives that PyTorch does not have: the op is recorded, and backward says so. */
import { notImplemented, runtimeError } from '../errors.ts';

interface Refusal {
  readonly formula: string;
  readonly rule: () => never;
}

/** Of an op that autograd does not know at all, by the name that the message gives it. Its node is called `NotImplemented`. */
export const underived = (name: string): Refusal => ({
  formula: 'not implemented, as in PyTorch',
  rule: () => {
    throw runtimeError(`derivative for ${name} is not implemented`);
  },
});

/** By one input of an op that has derivatives by others. */
export const underivedBy = (what: string): Refusal => ({
  formula: 'not implemented, as in PyTorch',
  rule: () => {
    throw notImplemented(`the derivative for '${what}' is not implemented.`);
  },
});
