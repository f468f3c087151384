/** Copies and choices of many elements, row by row. */
import {
  addFloats,
  advance,
  and,
  type Code,
  constant,
  get,
  lazily,
  load,
  loadMask,
  loadWord,
  plus,
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
  times,
  when,
} from './assembler.ts';
import { FLOAT, tileKernels } from './tiles.ts';

/**
 * choose(rows, n, out, x, bytes to x's next row, y, bytes to y's next row, mask, bytes to the mask's next row, which of x and y goes along the
 * row): x where the mask's byte is not 0, else y. A row has four elements or more.
 */
const choose: Routine = {
  i32s: 10,
  body: (params, local) => {
    const [rows, n, out, x, xRow, y, yRow, mask, maskRow, along] = params as Ten;
    const [i, rest, a, b, m] = range(5).map(() => local('i32')) as [number, number, number, number, number];
    const [first, second] = [local('v128'), local('v128')];
    const reload = [
      ...when(and(get(along), constant(1)), set(first, load(get(a)))),
      ...when(and(get(along), constant(2)), set(second, load(get(b)))),
    ];
    const four = [...reload, ...store(get(out), 0, select(get(first), get(second), loadMask(get(m))))];
    const step = (elements: Code): Code => {
      const bytes = shiftLeft(elements, constant(2));
      return [...advance(out, bytes), ...advance(a, bytes), ...advance(b, bytes), ...advance(m, elements)];
    };
    return [
      ...set(rest, and(get(n), constant(3))),
      ...repeat(local('i32'), get(rows), [
        ...set(a, get(x)),
        ...set(b, get(y)),
        ...set(m, get(mask)),
        ...set(first, splat(get(a))),
        ...set(second, splat(get(b))),
        ...repeatIfAny(i, shiftRight(get(n), constant(2)), [...four, ...step(constant(4))]),
        // The last four overlap what is done already.
        ...when(get(rest), [...step(plus(get(rest), constant(-4))), ...four, ...step(constant(4))]),
        ...advance(x, get(xRow)),
        ...advance(y, get(yRow)),
        ...advance(mask, get(maskRow)),
      ]),
    ];
  },
};
type Ten = [number, number, number, number, number, number, number, number, number, number];

/** gatherRows(count, bytes of a row in groups of 16, out, table, numbers): rows by their numbers, which are int32. */
const gatherRows: Routine = {
  i32s: 5,
  body: (params, local) => {
    const [count, groups, out, table, numbers] = params as Ten;
    const from = local('i32');
    return repeat(local('i32'), get(count), [
      ...set(from, plus(get(table), times(loadWord(get(numbers)), shiftLeft(get(groups), constant(4))))),
      ...repeat(local('i32'), get(groups), [
        ...store(get(out), 0, load(get(from))),
        ...advance(out, constant(16)),
        ...advance(from, constant(16)),
      ]),
      ...advance(numbers, constant(4)),
    ]);
  },
};

/** addRows(count, groups, table, rows, numbers): adds rows to those of the table with these numbers, one after another. */
const addRows: Routine = {
  i32s: 5,
  body: (params, local) => {
    const [count, groups, table, rows, numbers] = params as Ten;
    const to = local('i32');
    return repeat(local('i32'), get(count), [
      ...set(to, plus(get(table), times(loadWord(get(numbers)), shiftLeft(get(groups), constant(4))))),
      ...repeat(local('i32'), get(groups), [
        ...store(get(to), 0, addFloats(load(get(to)), load(get(rows)))),
        ...advance(to, constant(16)),
        ...advance(rows, constant(16)),
      ]),
      ...advance(numbers, constant(4)),
    ]);
  },
};

const routines = { choose, gatherRows, addRows };

export const copyKernels = lazily(() => routines);

/**
 * Copies a matrix of strided floats to rows that follow each other: `rows` of `n`, whose strides are in elements. False: neither its rows nor its
 * columns are adjacent elements.
 */
export function copyMatrix(
  rows: number,
  n: number,
  to: number,
  from: number,
  rowStride: number,
  stride: number,
): boolean {
  const { copyRows, packAlong } = tileKernels();
  if (stride === 1) copyRows(rows, n, to, n * FLOAT, from, rowStride * FLOAT);
  else if (rowStride === 1 && n % 4 === 0 && rows >= 4) {
    for (let j = 0; j < n; j += 4) {
      const line = (l: number): number => from + (j + l) * stride * FLOAT;
      packAlong(to + j * FLOAT, n * FLOAT, line(0), line(1), line(2), line(3), rows);
    }
  } else return false;
  return true;
}

/** The other way: `rows` of `n` floats that follow each other, to rows that begin every `rowStride` floats. */
export function spreadRows(rows: number, n: number, to: number, rowStride: number, from: number): void {
  tileKernels().copyRows(rows, n, to, rowStride * FLOAT, from, n * FLOAT);
}
