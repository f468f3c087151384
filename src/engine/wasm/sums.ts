/**
 * Sums in PyTorch's order of additions: what `ops/cascade.ts` says, for many rows or columns. Partial sums cascade through four levels; those of
 * the lowest are in registers, of eight times four neighbouring floats.
 */
import {
  addFloat,
  addFloats,
  advance,
  and,
  type Code,
  constant,
  float,
  get,
  isLess,
  isZero,
  lane,
  lazily,
  load,
  loadFloat,
  minus,
  type NewLocal,
  plus,
  type Routine,
  range,
  repeat,
  repeatIfAny,
  set,
  shiftLeft,
  shiftRight,
  store,
  storeFloat,
  times,
  vectorConst,
  when,
} from './assembler.ts';
import { workspace } from './memory.ts';

const VECTORS = 8;
const BYTES = VECTORS * 16;

/** Sums `size` rows of 32 floats, `stride` bytes apart, from `from` on, which is moved; into eight locals. `space`: memory for three levels. */
function cascade(local: NewLocal, from: number, stride: number, size: number, power: number, space: number) {
  const [i, k, step, mask] = range(4).map(() => local('i32')) as [number, number, number, number];
  const sums = range(VECTORS).map(() => local('v128'));
  const each = (code: (sum: number, offset: number) => Code): Code => sums.flatMap((sum, v) => [...code(sum, v * 16)]);
  const addRow = [
    ...each((sum, offset) => set(sum, addFloats(get(sum), load(get(from), offset)))),
    ...advance(from, get(stride)),
  ];
  const level = (number: number): number => (number - 1) * BYTES;
  /** Adds the level below to one; where that is full too, goes on. */
  const raise = (number: number): Code => [
    ...each((sum, offset) =>
      number === 1
        ? [...store(get(space), offset, addFloats(load(get(space), offset), get(sum))), ...set(sum, vectorConst(0))]
        : [
            ...store(
              get(space),
              level(number) + offset,
              addFloats(load(get(space), level(number) + offset), load(get(space), level(number - 1) + offset)),
            ),
            ...store(get(space), level(number - 1) + offset, vectorConst(0)),
          ],
    ),
    ...(number === 3
      ? []
      : when(isZero(and(shiftRight(get(i), times(get(power), constant(number))), get(mask))), raise(number + 1))),
  ];
  const code = [
    ...set(step, shiftLeft(constant(1), get(power))),
    ...set(mask, minus(get(step), constant(1))),
    ...set(i, constant(0)),
    ...each((sum) => set(sum, vectorConst(0))),
    ...range(VECTORS * 3).flatMap((v) => store(get(space), v * 16, vectorConst(0))),
    ...loopWhile(isLess(get(size), plus(get(i), get(step))), [
      ...repeat(k, get(step), addRow),
      ...advance(i, get(step)),
      ...raise(1),
    ]),
    ...repeatIfAny(k, minus(get(size), get(i)), addRow),
    ...range(3).flatMap((l) =>
      each((sum, offset) => set(sum, addFloats(get(sum), load(get(space), l * BYTES + offset)))),
    ),
  ];
  return { code, sums };
}

/** Until the condition holds. */
const loopWhile = (ends: Code, body: Code): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...[...ends, 0x0d, 1],
  ...body,
  ...[0x0c, 0, 0x0b, 0x0b],
];

/** columns(groups of 32 columns, out, from, bytes to the next row, rows, power, space). */
const columns: Routine = {
  i32s: 7,
  body: (params, local) => {
    const [groups, out, from, stride, size, power, space] = params as Seven;
    const at = local('i32');
    const { code, sums } = cascade(local, at, stride, size, power, space);
    return repeat(local('i32'), get(groups), [
      ...set(at, get(from)),
      ...code,
      ...sums.flatMap((sum, v) => store(get(out), v * 16, get(sum))),
      ...advance(out, constant(BYTES)),
      ...advance(from, constant(BYTES)),
    ]);
  },
};
type Seven = [number, number, number, number, number, number, number];

/** lines(count, out, from, n, power, space): lines of `n` adjacent floats, eight or more, as eight lanes of four ways each. */
const lines: Routine = {
  i32s: 6,
  body: (params, local) => {
    const [count, out, from, n, power, space] = params as Seven;
    const [k, stride, size] = range(3).map(() => local('i32')) as [number, number, number];
    const total = local('f32');
    const { code, sums } = cascade(local, from, stride, size, power, space);
    const [low, high] = [sums[0]!, sums[1]!];
    return [
      ...set(stride, constant(BYTES)),
      ...set(size, shiftRight(get(n), constant(5))),
      ...repeat(local('i32'), get(count), [
        ...code,
        ...repeatIfAny(k, and(shiftRight(get(n), constant(3)), constant(3)), [
          ...set(low, addFloats(get(low), load(get(from)))),
          ...set(high, addFloats(get(high), load(get(from), 16))),
          ...advance(from, constant(32)),
        ]),
        ...[2, 4, 6].flatMap((v) => [
          ...set(low, addFloats(get(low), get(sums[v]!))),
          ...set(high, addFloats(get(high), get(sums[v + 1]!))),
        ]),
        ...set(total, float(0)),
        ...repeatIfAny(k, and(get(n), constant(7)), [
          ...set(total, addFloat(get(total), loadFloat(get(from)))),
          ...advance(from, constant(4)),
        ]),
        ...[low, high].flatMap((half) => range(4).flatMap((l) => set(total, addFloat(get(total), lane(get(half), l))))),
        ...storeFloat(get(out), get(total)),
        ...advance(out, constant(4)),
      ]),
    ];
  },
};

const routines = { columns, lines };
const kernels = lazily(() => routines);

const ceilLog2 = (size: number): number => (size <= 2 ? 1 : 32 - Math.clz32(size - 1));
const powerOf = (rows: number): number => Math.max(4, Math.floor(ceilLog2(rows) / 4));

/** The sums of `width` columns, a multiple of 32, of `rows` rows that follow each other every `stride` floats. */
export function sumColumns(width: number, rows: number, from: number, stride: number): Float32Array {
  const { buffer, at } = workspace(width * 4, 'sums');
  kernels().columns(width / 32, at, from, stride * 4, rows, powerOf(rows), workspace(4096, 'levels').at);
  return new Float32Array(buffer, at, width);
}

/** The sums of `count` lines of `n` floats that follow each other; `n` is 8 or more. */
export function sumLines(count: number, n: number, from: number): Float32Array {
  const { buffer, at } = workspace(count * 4, 'sums');
  kernels().lines(count, at, from, n, powerOf(n >> 5), workspace(4096, 'levels').at);
  return new Float32Array(buffer, at, count);
}
