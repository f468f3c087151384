/** Functions of one operand, four floats at a time. */
import {
  absFloats,
  addDoubles,
  addFloats,
  addLongs,
  addWords,
  advance,
  andNot,
  areLess,
  type Code,
  constant,
  divDoubles,
  doublesConst,
  fromDoubles,
  get,
  greater,
  lazily,
  lesser,
  load,
  mulDoubles,
  mulFloats,
  type NewLocal,
  negFloats,
  type Routine,
  repeat,
  rootFloats,
  select,
  set,
  shiftLongs,
  shiftWords,
  shiftWordsRight,
  shuffle,
  store,
  subDoubles,
  subFloats,
  subWords,
  toDoubles,
  vectorConst,
  wordsConst,
} from './assembler.ts';

/** Code that leaves a function of local `x` in local `out`. */
type Body = (out: number, x: number) => Code;

/**
 * e^x in single precision: x = k · ln 2 + r, with ln 2 in two parts of which the first times k is exact, what the second rounds away being kept; a
 * polynomial for e^r (Moshier's Cephes, `expf`); 2^k in two factors, as it may be no normal number.
 */
export function exponential(local: NewLocal): Body {
  const [k, r, rest, q, n] = [local('v128'), local('v128'), local('v128'), local('v128'), local('v128')];
  // Added to a small number, it leaves the nearest whole one in the lowest bits.
  const magic = vectorConst(1.5 * 2 ** 23);
  const power = (exponent: Code): Code => shiftWords(addWords(exponent, wordsConst(127)), 23);
  return (out, x) => [
    ...set(r, greater(lesser(get(x), vectorConst(89)), vectorConst(-104))),
    ...set(k, addFloats(mulFloats(get(r), vectorConst(Math.LOG2E)), magic)),
    ...set(n, subWords(get(k), magic)),
    ...set(k, subFloats(get(k), magic)),
    ...set(r, subFloats(get(r), mulFloats(get(k), vectorConst(0.693359375)))),
    ...set(rest, mulFloats(get(k), vectorConst(Math.LN2 - 0.693359375))),
    ...set(q, subFloats(get(r), get(rest))),
    ...set(rest, subFloats(subFloats(get(r), get(q)), get(rest))),
    ...set(r, get(q)),
    ...set(q, vectorConst(1.98756915e-4)),
    ...TERMS.flatMap((term) => set(q, addFloats(mulFloats(get(q), get(r)), vectorConst(term)))),
    ...set(q, addFloats(mulFloats(mulFloats(get(r), get(r)), get(q)), get(rest))),
    ...set(q, addFloats(addFloats(get(q), get(r)), vectorConst(1))),
    ...set(k, shiftWordsRight(get(n), 1)),
    ...set(out, mulFloats(mulFloats(get(q), power(get(k))), power(subWords(get(n), get(k))))),
  ];
}

/**
 * The same of what is not positive, as softmax has it, where the last bit and what is less than a normal number do not matter: the former may be
 * wrong, the latter is 0.
 */
export function exponentialOfNegatives(local: NewLocal): Body {
  const [k, r, q] = [local('v128'), local('v128'), local('v128')];
  const magic = vectorConst(1.5 * 2 ** 23);
  return (out, x) => [
    ...set(r, greater(get(x), vectorConst(LEAST))),
    ...set(k, addFloats(mulFloats(get(r), vectorConst(Math.LOG2E)), magic)),
    ...set(q, subFloats(get(k), magic)),
    ...set(r, subFloats(get(r), mulFloats(get(q), vectorConst(0.693359375)))),
    ...set(r, subFloats(get(r), mulFloats(get(q), vectorConst(Math.LN2 - 0.693359375)))),
    ...set(q, vectorConst(1.98756915e-4)),
    ...TERMS.flatMap((term) => set(q, addFloats(mulFloats(get(q), get(r)), vectorConst(term)))),
    ...set(q, addFloats(addFloats(mulFloats(mulFloats(get(r), get(r)), get(q)), get(r)), vectorConst(1))),
    // The lowest bits of the magic number's own are 0, and those that are shifted out do not matter.
    ...set(q, addWords(get(q), shiftWords(get(k), 23))),
    ...set(out, andNot(get(q), areLess(get(x), vectorConst(LEAST)))),
  ];
}

/** Below, e^x is no normal number. */
const LEAST = -87.3;
const TERMS = [1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1];

/** e^x of two doubles, to some 33 bits: enough to round to a float what is made of it. |x| ≤ 200. */
function exponentialOfDoubles(local: NewLocal): Body {
  const [k, r, q] = [local('v128'), local('v128'), local('v128')];
  const terms = [5040, 720, 120, 24, 6, 2, 1, 1].map((n) => 1 / n);
  // Added to a small number, it leaves the nearest whole one in the lowest bits.
  const magic = doublesConst(1.5 * 2 ** 52);
  return (out, x) => [
    ...set(k, addDoubles(mulDoubles(get(x), doublesConst(Math.LOG2E)), magic)),
    ...set(r, subDoubles(get(x), mulDoubles(subDoubles(get(k), magic), doublesConst(Math.LN2)))),
    ...set(q, doublesConst(1 / 40320)),
    ...terms.flatMap((term) => set(q, addDoubles(mulDoubles(get(q), get(r)), doublesConst(term)))),
    ...set(out, mulDoubles(get(q), addLongs(shiftLongs(get(k), 52), doublesConst(1)))),
  ];
}

/** A function in double precision of both halves of four floats. */
function inDoubles(local: NewLocal, body: Body): Body {
  const [half, low, high] = [local('v128'), local('v128'), local('v128')];
  return (out, x) => [
    ...set(half, toDoubles(get(x))),
    ...body(low, half),
    ...set(half, toDoubles(shuffle(get(x), get(x), [2, 3, 2, 3]))),
    ...body(high, half),
    ...set(out, shuffle(fromDoubles(get(low)), fromDoubles(get(high)), [0, 1, 4, 5])),
  ];
}

const clamped = (x: Code, limit: number): Code => greater(lesser(x, vectorConst(limit)), vectorConst(-limit));

/** 1 / (1 + e^−x). */
function sigmoid(local: NewLocal): Body {
  const [e, turned, bounded] = [local('v128'), local('v128'), local('v128')];
  const exp = exponentialOfDoubles(local);
  const inner = inDoubles(local, (out, x) => [
    ...set(turned, subDoubles(doublesConst(0), get(x))),
    ...exp(e, turned),
    ...set(out, divDoubles(doublesConst(1), addDoubles(doublesConst(1), get(e)))),
  ]);
  return (out, x) => [...set(bounded, clamped(get(x), 110)), ...inner(out, bounded)];
}

/** (e^2x − 1) / (e^2x + 1); x itself where it is small. */
export function hyperbolicTangent(local: NewLocal): Body {
  const [e, twice, bounded] = [local('v128'), local('v128'), local('v128')];
  const exp = exponentialOfDoubles(local);
  const inner = inDoubles(local, (out, x) => [
    ...set(twice, addDoubles(get(x), get(x))),
    ...exp(e, twice),
    ...set(out, divDoubles(subDoubles(get(e), doublesConst(1)), addDoubles(get(e), doublesConst(1)))),
  ]);
  return (out, x) => [
    ...set(bounded, clamped(get(x), 20)),
    ...inner(out, bounded),
    ...set(out, select(get(x), get(out), areLess(absFloats(get(x)), vectorConst(2 ** -13 * 0.9)))),
  ];
}

/** f(groups of four, out, x); `out` is a whole block, so that nothing else lies where the last group ends. */
const overAll = (make: (local: NewLocal) => Body): Routine => ({
  i32s: 3,
  body: ([groups, out, x], local) => {
    const [value, result] = [local('v128'), local('v128')];
    const body = make(local);
    return repeat(local('i32'), get(groups!), [
      ...set(value, load(get(x!))),
      ...body(result, value),
      ...store(get(out!), 0, get(result)),
      ...advance(out!, constant(16)),
      ...advance(x!, constant(16)),
    ]);
  },
});

const plain =
  (of: (x: Code) => Code) =>
  (_local: NewLocal): Body =>
  (out, x) =>
    set(out, of(get(x)));

const routines = {
  exp: overAll(exponential),
  sigmoid: overAll(sigmoid),
  tanh: overAll(hyperbolicTangent),
  neg: overAll(plain(negFloats)),
  relu: overAll(plain((x) => greater(x, vectorConst(0)))),
  sqrt: overAll(plain(rootFloats)),
};

export type FloatFunctionName = keyof typeof routines;
const kernels = lazily(() => routines);

/** out = f(x) for so many floats; both lie in the memory, `out` as a block of its own. */
export function applyFunction(name: FloatFunctionName, count: number, out: number, x: number): void {
  kernels()[name](Math.ceil(count / 4), out, x);
}
