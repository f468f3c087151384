/**
 * The kernels that products of matrices are made of. Blocks of both operands are packed so that the inner loop walks memory in order, as in
 * Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008).
 */
import {
  addFloats,
  advance,
  and,
  type Code,
  constant,
  get,
  lazily,
  load,
  loadFloat,
  loadWord,
  mulFloats,
  type NewLocal,
  plus,
  type Routine,
  range,
  repeat,
  repeatIfAny,
  set,
  shiftRight,
  shuffle,
  splat,
  store,
  storeFloat,
  times,
  vectorConst,
  when,
} from './assembler.ts';

/** A tile of the result, held in registers. */
export const [ROWS, COLUMNS] = [4, 8];
export const FLOAT = 4;

/**
 * tile(x, y, out, tiles down, tiles across, depth, bytes per row of out, fresh). For each tile: the result's part is loaded (zeros, if it is
 * fresh), to which a column of x times a row of y is added for each k, and stored. Each product is rounded, and each sum, in the order of k.
 * Not unrolled: V8 does that itself, and with more than one k at a time it runs out of registers, which costs half the speed.
 */
const tile: Routine = {
  i32s: 8,
  body: (params, local) => {
    const [x, y, out, down, across, depth, stride, fresh] = params as Params;
    const [i, j, p, a, b, to] = range(6).map(() => local('i32')) as Params;
    const { left, right, begin, column, end } = tileParts(local, stride);
    return repeat(j, get(across), [
      ...set(a, get(x)),
      ...set(to, get(out)),
      ...repeat(i, get(down), [
        ...begin(to, fresh),
        ...set(b, get(y)),
        ...repeat(p, get(depth), [
          ...set(left, load(get(b))),
          ...set(right, load(get(b), 16)),
          ...column(get(a), 0),
          ...advance(a, constant(ROWS * FLOAT)),
          ...advance(b, constant(COLUMNS * FLOAT)),
        ]),
        ...end(to),
      ]),
      ...set(y, get(b)),
      ...advance(out, constant(COLUMNS * FLOAT)),
    ]);
  },
};

type Params = [number, number, number, number, number, number, number, number];

/** What all tiles do: `begin` and `end` with the result's part, and between them `column` for each k, `left` and `right` holding y's row. */
function tileParts(local: NewLocal, stride: number) {
  const row = local('i32');
  const sums = range(ROWS * 2).map(() => local('v128'));
  const [left, right, factor] = [local('v128'), local('v128'), local('v128')];
  const each = (code: (row: number, half: number, sum: number) => Code): Code =>
    range(ROWS).flatMap((r) => range(2).flatMap((half) => [...code(r, half, sums[r * 2 + half]!)]));
  const rowAt = (to: number, r: number): Code => plus(get(to), times(get(stride), constant(r)));
  return {
    left,
    right,
    begin: (to: number, fresh: number): Code =>
      when(
        get(fresh),
        each((_r, _half, sum) => set(sum, vectorConst(0))),
        each((r, half, sum) => set(sum, load(rowAt(to, r), half * 16))),
      ),
    column: (a: Code, offset: number): Code =>
      range(ROWS).flatMap((r) => [
        ...set(factor, splat(a, offset + r * FLOAT)),
        ...set(sums[r * 2]!, addFloats(get(sums[r * 2]!), mulFloats(get(factor), get(left)))),
        ...set(sums[r * 2 + 1]!, addFloats(get(sums[r * 2 + 1]!), mulFloats(get(factor), get(right)))),
      ]),
    end: (to: number): Code => [
      ...set(row, get(to)),
      ...range(ROWS).flatMap((r) => [
        ...store(get(row), 0, get(sums[r * 2]!)),
        ...store(get(row), 16, get(sums[r * 2 + 1]!)),
        ...advance(row, get(stride)),
      ]),
      ...advance(to, times(get(stride), constant(ROWS))),
    ],
  };
}

/**
 * gathered(x, y, out, tiles down, tiles across, depth, bytes per row of out, offsets): the same with y's rows where they lie: row k of it begins
 * at y + offsets[k]. What the result held is not read.
 */
const gathered: Routine = {
  i32s: 8,
  body: (params, local) => {
    const [x, y, out, down, across, depth, stride, offsets] = params as Params;
    const [i, j, p, a, b, to, at, one] = range(8).map(() => local('i32')) as Params;
    const { left, right, begin, column, end } = tileParts(local, stride);
    return [
      ...set(one, constant(1)),
      ...repeat(j, get(across), [
        ...set(a, get(x)),
        ...set(to, get(out)),
        ...repeat(i, get(down), [
          ...begin(to, one),
          ...set(at, get(offsets)),
          ...repeat(p, get(depth), [
            ...set(b, plus(get(y), loadWord(get(at)))),
            ...set(left, load(get(b))),
            ...set(right, load(get(b), 16)),
            ...column(get(a), 0),
            ...advance(a, constant(ROWS * FLOAT)),
            ...advance(at, constant(4)),
          ]),
          ...end(to),
        ]),
        ...advance(y, constant(COLUMNS * FLOAT)),
        ...advance(out, constant(COLUMNS * FLOAT)),
      ]),
    ];
  },
};

/** packAdjacent(to, bytes to the next, from, bytes to the next, depth): four lines that lie side by side. */
const packAdjacent: Routine = {
  i32s: 5,
  body: (params, local) => {
    const [to, toStep, from, step, depth] = params as Params;
    return repeat(local('i32'), get(depth), [
      ...store(get(to), 0, load(get(from))),
      ...advance(to, get(toStep)),
      ...advance(from, get(step)),
    ]);
  },
};

/** packAlong(to, bytes to the next, four lines' beginnings, depth): lines whose elements follow each other. */
const packAlong: Routine = {
  i32s: 7,
  body: (params, local) => {
    const [to, toStep, ...rest] = params as Params;
    const lines = rest.slice(0, 4);
    const depth = rest[4]!;
    const p = local('i32');
    const rows = range(4).map(() => local('v128')) as Params;
    const halves = range(4).map(() => local('v128')) as Params;
    const put = (x: number, y: number, lanes: readonly number[]): Code => [
      ...store(get(to), 0, shuffle(get(x), get(y), lanes)),
      ...advance(to, get(toStep)),
    ];
    return [
      ...repeatIfAny(p, shiftRight(get(depth), constant(2)), [
        ...lines.flatMap((line, l) => [...set(rows[l]!, load(get(line))), ...advance(line, constant(16))]),
        ...set(halves[0], shuffle(get(rows[0]), get(rows[1]), [0, 4, 1, 5])),
        ...set(halves[1], shuffle(get(rows[2]), get(rows[3]), [0, 4, 1, 5])),
        ...set(halves[2], shuffle(get(rows[0]), get(rows[1]), [2, 6, 3, 7])),
        ...set(halves[3], shuffle(get(rows[2]), get(rows[3]), [2, 6, 3, 7])),
        ...put(halves[0], halves[1], [0, 1, 4, 5]),
        ...put(halves[0], halves[1], [2, 3, 6, 7]),
        ...put(halves[2], halves[3], [0, 1, 4, 5]),
        ...put(halves[2], halves[3], [2, 3, 6, 7]),
      ]),
      ...repeatIfAny(p, and(get(depth), constant(3)), [
        ...lines.flatMap((line, l) => [
          ...storeFloat(get(to), loadFloat(get(line)), l * FLOAT),
          ...advance(line, constant(FLOAT)),
        ]),
        ...advance(to, get(toStep)),
      ]),
    ];
  },
};

/** packStrided(to, bytes to the next, four lines' beginnings, depth, bytes to a line's next). */
const packStrided: Routine = {
  i32s: 8,
  body: (params, local) => {
    const [to, toStep, ...rest] = params as Params;
    const [depth, step] = [rest[4]!, rest[5]!];
    return repeat(local('i32'), get(depth), [
      ...rest
        .slice(0, 4)
        .flatMap((line, l) => [...storeFloat(get(to), loadFloat(get(line)), l * FLOAT), ...advance(line, get(step))]),
      ...advance(to, get(toStep)),
    ]);
  },
};

/** copyRows(rows, floats of a row, to, bytes to its next row, from, bytes to its next row). */
const copyRows: Routine = {
  i32s: 6,
  body: (params, local) => {
    const [rows, n, to, toRow, from, fromRow] = params as Params;
    const [row, i, a, b] = range(4).map(() => local('i32')) as Params;
    return repeatIfAny(row, get(rows), [
      ...set(a, get(to)),
      ...set(b, get(from)),
      ...repeatIfAny(i, shiftRight(get(n), constant(2)), [
        ...store(get(a), 0, load(get(b))),
        ...advance(a, constant(16)),
        ...advance(b, constant(16)),
      ]),
      ...repeatIfAny(i, and(get(n), constant(3)), [
        ...storeFloat(get(a), loadFloat(get(b))),
        ...advance(a, constant(FLOAT)),
        ...advance(b, constant(FLOAT)),
      ]),
      ...advance(to, get(toRow)),
      ...advance(from, get(fromRow)),
    ]);
  },
};

const routines = { tile, gathered, packAdjacent, packAlong, packStrided, copyRows };

export const tileKernels = lazily(() => routines);
