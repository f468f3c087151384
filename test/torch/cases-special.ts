/** Special functions, to the digits that PyTorch itself has right. */
import type { Case } from './harness.ts';
import { group, leaf, pos, sized, unit, x } from './leaves.ts';

const dbl = (values: readonly number[], grad = true) => leaf(values, [values.length], 'float64', grad);
/** For functions whose derivatives PyTorch has to ten digits only. */
const still = dbl(
  sized([24], (i) => i - 11.37),
  false,
);
const wide = dbl(sized([24], (i) => i - 11.37));
const right = dbl(sized([24], (i) => 0.03 + i * i * 0.21));
const inside = dbl(sized([15], (i) => (i - 7) / 7.5));

export const specials: readonly Case[] = group(2000, [
  ...['erf', 'erfc', 'i0', 'special.i0e', 'special.i1', 'special.i1e'].map((op) => [op, [wide]] as const),
  ['erfinv', [inside]],
  ...['lgamma', 'digamma', 'special.log_ndtr', 'special.erfcx'].map((op) => [op, [still]] as const),
  ['special.ndtri', [unit(12)]],
  ['special.entr', [pos(6)]],
  ['special.ndtr', [x(6)]],
  ['special.modified_bessel_k0', [right]],
  ['special.scaled_modified_bessel_k1', [right]],
  ['special.zeta', [2.5, right]],
  ['polygamma', [3n, right]],
  ['mvlgamma', [pos(6), 1n]],
  ['logit', [unit(12), 0.2]],
]);
