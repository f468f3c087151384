/** Orthogonal polynomials by their three-term recurrences (Abramowitz & Stegun 1964, table 22.7). 0 for a negative degree. */

/** Rounds each step to the operands' precision, as recurrences make much of what rounding leaves; a product that is subtracted from is fused. */
type Round = (value: number) => number;
type Polynomial = (round: Round) => (x: number, degree: number) => number;
/** The polynomial of degree k + 1 from those of degrees k (`q`) and k − 1 (`p`). */
type Step = (x: number, k: number, q: number, p: number, round: Round) => number;

/** Starts at 1 and `first(x)`. The degree is cut to a whole number. */
function recurrence(first: (x: number) => number, step: Step): Polynomial {
  return (round) => (x, degree) => {
    const n = Math.trunc(degree);
    if (!(n >= 0) || n === Number.POSITIVE_INFINITY) return 0;
    if (n === 0) return 1;
    let [p, q] = [1, round(first(x))];
    for (let k = 1; k < n && !Number.isNaN(q); k++) [p, q] = [q, step(x, k, q, p, round)];
    return q;
  };
}

const chebyshev: Step = (x, _, q, p, round) => round(2 * x * q - p);

const recurrenceT = recurrence((x) => x, chebyshev);

/** Tₙ(x) = cos(n arccos x) for large n between −1 and 1, as PyTorch has it. */
export const chebyshevT: Polynomial = (round) => {
  const byRecurrence = recurrenceT(round);
  return (x, degree) => {
    const n = Math.trunc(degree);
    return n > 6 && Math.abs(x) < 1 ? Math.cos(round(n * round(Math.acos(x)))) : byRecurrence(x, n);
  };
};
export const chebyshevU = recurrence((x) => 2 * x, chebyshev);
export const chebyshevV = recurrence((x) => 2 * x - 1, chebyshev);
export const chebyshevW = recurrence((x) => 2 * x + 1, chebyshev);
export const hermiteH = recurrence(
  (x) => 2 * x,
  (x, k, q, p, round) => round(2 * x * q - round(2 * k * p)),
);
export const hermiteHe = recurrence(
  (x) => x,
  (x, k, q, p, round) => round(x * q - round(k * p)),
);
export const laguerreL = recurrence(
  (x) => 1 - x,
  (x, k, q, p, round) => round(round(round(2 * k + 1 - x) * q - round(k * p)) / (k + 1)),
);
export const legendreP = recurrence(
  (x) => x,
  (x, k, q, p, round) => round(round(round((2 * k + 1) * x) * q - round(k * p)) / (k + 1)),
);

/** On [0, 1] instead of [−1, 1]. */
const shifted =
  (polynomial: Polynomial): Polynomial =>
  (round) => {
    const inner = polynomial(round);
    return (x, degree) => inner(round(2 * x - 1), degree);
  };

export const shiftedChebyshevT = shifted(chebyshevT);
export const shiftedChebyshevU = shifted(chebyshevU);
export const shiftedChebyshevV = shifted(chebyshevV);
export const shiftedChebyshevW = shifted(chebyshevW);
