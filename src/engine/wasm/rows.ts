/** What is done to each row of memory: softmax, its logarithm, their backward functions. */
import {
  addFloat,
  addFloats,
  advance,
  and,
  areWordsLess,
  type Code,
  constant,
  countingWords,
  divFloats,
  floats,
  get,
  greater,
  isLess,
  lane,
  lazily,
  load,
  maxFloat,
  minus,
  mulFloats,
  type NewLocal,
  type Routine,
  range,
  repeat,
  repeatIfAny,
  select,
  set,
  shiftLeft,
  shiftRight,
  splat,
  store,
  storeFloat,
  subFloats,
  vectorConst,
  when,
  words,
} from './assembler.ts';
import { exponentialOfNegatives } from './functions.ts';
import { workspace } from './memory.ts';

/** Walks over a row of `n` floats at the addresses in `pointers`, which it moves a row on. */
interface Walk {
  /** `four` for each four floats; for those of the last that are fewer, with `tail` true. */
  readonly each: (four: (tail: boolean) => Code) => Code;
  /** The value, with `missing` where a tail has nothing. */
  readonly masked: (tail: boolean, value: Code, missing: number) => Code;
  /** Stores at an address all that is there. */
  readonly put: (tail: boolean, address: number, value: Code) => Code;
  /** Moves the pointers back to the beginning of the row. */
  readonly again: Code;
}

function walk(local: NewLocal, n: number, pointers: readonly number[]): Walk {
  const [i, mask, kept] = [local('i32'), local('v128'), local('v128')];
  const rest = and(get(n), constant(3));
  const move = (bytes: Code): Code => pointers.flatMap((pointer) => advance(pointer, bytes));
  return {
    each: (four) => [
      ...set(mask, areWordsLess(countingWords, words(rest))),
      ...repeatIfAny(i, shiftRight(get(n), constant(2)), [...four(false), ...move(constant(16))]),
      ...when(rest, [...four(true), ...move(shiftLeft(rest, constant(2)))]),
    ],
    masked: (tail, value, missing) => (tail ? select(value, vectorConst(missing), get(mask)) : value),
    put: (tail, address, value) => [
      ...set(kept, value),
      ...(tail
        ? range(3).flatMap((k) => when(isLess(constant(k), rest), storeFloat(get(address), lane(get(kept), k), k * 4)))
        : store(get(address), 0, get(kept))),
    ],
    again: pointers.flatMap((pointer) => set(pointer, minus(get(pointer), shiftLeft(get(n), constant(2))))),
  };
}

const across = (combine: (x: Code, y: Code) => Code, value: number): Code =>
  combine(combine(lane(get(value), 0), lane(get(value), 1)), combine(lane(get(value), 2), lane(get(value), 3)));

/** The largest of a row, then the sum of what `keep` is told of: e^(x − largest), of which none overflows. */
function exponentials(local: NewLocal, row: Walk, x: number, keep: (tail: boolean, e: number) => Code) {
  const [largest, total, e, value] = range(4).map(() => local('v128')) as [number, number, number, number];
  const exp = exponentialOfNegatives(local);
  const code = [
    ...set(largest, vectorConst(Number.NEGATIVE_INFINITY)),
    ...row.each((tail) =>
      set(largest, greater(get(largest), row.masked(tail, load(get(x)), Number.NEGATIVE_INFINITY))),
    ),
    ...row.again,
    ...set(largest, floats(across(maxFloat, largest))),
    ...set(total, vectorConst(0)),
    ...row.each((tail) => [
      ...set(value, subFloats(load(get(x)), get(largest))),
      ...exp(e, value),
      ...set(total, addFloats(get(total), row.masked(tail, get(e), 0))),
      ...keep(tail, e),
    ]),
    ...set(total, floats(across(addFloat, total))),
  ];
  return { code, largest, total };
}

/** softmax(rows, n, out, x). */
const softmax: Routine = {
  i32s: 4,
  body: (params, local) => {
    const [rows, n, out, x] = params as [number, number, number, number];
    const row = walk(local, n, [out, x]);
    const { code, total } = exponentials(local, row, x, (tail, e) => row.put(tail, out, get(e)));
    return repeat(local('i32'), get(rows), [
      ...code,
      ...set(total, divFloats(vectorConst(1), get(total))),
      ...row.again,
      ...row.each((tail) => row.put(tail, out, mulFloats(load(get(out)), get(total)))),
    ]);
  },
};

/** sums(rows, n, largest, totals, x): of each row the largest, and the sum of e^(x − largest). */
const sums: Routine = {
  i32s: 5,
  body: (params, local) => {
    const [rows, n, largest, totals, x] = params as [number, number, number, number, number];
    const found = exponentials(local, walk(local, n, [x]), x, () => []);
    return repeat(local('i32'), get(rows), [
      ...found.code,
      ...storeFloat(get(largest), lane(get(found.largest), 0)),
      ...storeFloat(get(totals), lane(get(found.total), 0)),
      ...advance(largest, constant(4)),
      ...advance(totals, constant(4)),
    ]);
  },
};

/** shift(rows, n, out, x, a, b): x − a − b, with one a and one b per row. */
const shift: Routine = {
  i32s: 6,
  body: (params, local) => {
    const [rows, n, out, x, a, b] = params as [number, number, number, number, number, number];
    const row = walk(local, n, [out, x]);
    const [first, second] = [local('v128'), local('v128')];
    return repeat(local('i32'), get(rows), [
      ...set(first, splat(get(a))),
      ...set(second, splat(get(b))),
      ...row.each((tail) => row.put(tail, out, subFloats(subFloats(load(get(x)), get(first)), get(second)))),
      ...advance(a, constant(4)),
      ...advance(b, constant(4)),
    ]);
  },
};

/** f(rows, n, out, g, y): what becomes of g and y, given the row's sum of `term`. */
function backward(
  term: (g: Code, y: Code) => Code,
  of: (local: NewLocal) => (result: number, g: Code, y: number, total: Code) => Code,
): Routine {
  return {
    i32s: 5,
    body: (params, local) => {
      const [rows, n, out, g, y] = params as [number, number, number, number, number];
      const row = walk(local, n, [out, g, y]);
      const [total, output, result] = [local('v128'), local('v128'), local('v128')];
      const final = of(local);
      return repeat(local('i32'), get(rows), [
        ...set(total, vectorConst(0)),
        ...row.each((tail) => set(total, addFloats(get(total), row.masked(tail, term(load(get(g)), load(get(y))), 0)))),
        ...row.again,
        ...set(total, floats(across(addFloat, total))),
        ...row.each((tail) => [
          ...set(output, load(get(y))),
          ...final(result, load(get(g)), output, get(total)),
          ...row.put(tail, out, get(result)),
        ]),
      ]);
    },
  };
}

const routines = {
  softmax,
  sums,
  shift,
  softmaxBackward: backward(
    mulFloats,
    () => (result, g, y, total) => set(result, mulFloats(subFloats(g, total), get(y))),
  ),
  logSoftmaxBackward: backward(
    (g) => g,
    (local) => {
      const exp = exponentialOfNegatives(local);
      const e = local('v128');
      return (result, g, y, total) => [...exp(e, y), ...set(result, subFloats(g, mulFloats(get(e), total)))];
    },
  ),
};
export const rowKernels = lazily(() => routines);

/** out = x − largest − log Σ e^(x − largest), row by row. */
export function logSoftmaxRows(rows: number, n: number, out: number, x: number): void {
  const { buffer, at } = workspace(rows * 8, 'rows');
  rowKernels().sums(rows, n, at, at + rows * 4, x);
  const totals = new Float32Array(buffer, at + rows * 4, rows);
  for (let r = 0; r < rows; r++) totals[r] = Math.log(totals[r]!);
  rowKernels().shift(rows, n, out, x, at, at + rows * 4);
}
