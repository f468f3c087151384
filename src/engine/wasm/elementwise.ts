/** Arithmetic on two operands, row by row. */
import {
  addDoubles,
  addFloats,
  advance,
  and,
  andNot,
  areAtMost,
  type Code,
  constant,
  divFloats,
  floats,
  fromDoubles,
  get,
  lazily,
  load,
  mulDoubles,
  mulFloats,
  plus,
  type Routine,
  repeat,
  repeatIfAny,
  set,
  shiftLeft,
  shiftRight,
  shuffle,
  splat,
  store,
  subFloats,
  toDoubles,
  vectorConst,
  when,
} from './assembler.ts';
import { addressOf } from './memory.ts';

const complement = (y: Code): Code => subFloats(vectorConst(1), y);
const OPS = {
  add: addFloats,
  sub: subFloats,
  mul: mulFloats,
  div: divFloats,
  sigmoidBackward: (g: Code, y: Code): Code => mulFloats(mulFloats(g, complement(y)), y),
  reluBackward: (g: Code, y: Code): Code => andNot(g, areAtMost(y, vectorConst(0))),
  tanhBackward: (g: Code, y: Code): Code => mulFloats(g, complement(mulFloats(y, y))),
} as const;
export type Arithmetic = keyof typeof OPS;

/** Which operands go along a row; the others have one element for all of it. */
const MODES = ['both', 'first', 'second'] as const;
type Mode = (typeof MODES)[number];

type Combine = (x: Code, y: Code) => Code;

/** f(rows, elements of a row, out, x, bytes to x's next row, y, bytes to y's next row); a row has four elements or more. */
function routine(mode: Mode, combine: Combine): Routine {
  return {
    i32s: 7,
    body: ([rows, n, out, x, xRow, y, yRow], local) => {
      const [row, i, a, b, rest] = [local('i32'), local('i32'), local('i32'), local('i32'), local('i32')];
      const single = local('v128');
      const first = (offset: number): Code => (mode === 'second' ? get(single) : load(get(a), offset));
      const second = (offset: number): Code => (mode === 'first' ? get(single) : load(get(b), offset));
      const four = (offset: number): Code => store(get(out!), offset, combine(first(offset), second(offset)));
      const step = (bytes: Code): Code => [
        ...advance(out!, bytes),
        ...(mode === 'second' ? [] : advance(a, bytes)),
        ...(mode === 'first' ? [] : advance(b, bytes)),
      ];
      return [
        ...set(rest, shiftLeft(and(get(n!), constant(3)), constant(2))),
        ...repeat(row, get(rows!), [
          ...set(a, get(x!)),
          ...set(b, get(y!)),
          ...(mode === 'both' ? [] : set(single, splat(get(mode === 'first' ? y! : x!)))),
          ...repeatIfAny(i, shiftRight(get(n!), constant(4)), [
            ...[0, 16, 32, 48].flatMap(four),
            ...step(constant(64)),
          ]),
          ...repeatIfAny(i, and(shiftRight(get(n!), constant(2)), constant(3)), [...four(0), ...step(constant(16))]),
          // The last four overlap what is done already.
          ...when(get(rest), [...step(plus(get(rest), constant(-16))), ...four(0), ...step(constant(16))]),
          ...advance(x!, get(xRow!)),
          ...advance(y!, get(yRow!)),
        ]),
      ];
    },
  };
}

/** scaled(groups of four, out, x, y, factor): x + factor · y, of which each product is exact, as it is made of doubles, and each sum rounded. */
const scaled: Routine = {
  i32s: 4,
  f32s: 1,
  body: (params, local) => {
    const [groups, out, x, y, factor] = params as [number, number, number, number, number];
    const factors = local('v128');
    const sum = (half: (value: Code) => Code): Code =>
      fromDoubles(addDoubles(toDoubles(half(load(get(x)))), mulDoubles(get(factors), toDoubles(half(load(get(y)))))));
    return [
      ...set(factors, toDoubles(floats(get(factor)))),
      ...repeat(local('i32'), get(groups), [
        ...store(
          get(out),
          0,
          shuffle(
            sum((low) => low),
            sum((four) => shuffle(four, four, [2, 3, 2, 3])),
            [0, 1, 4, 5],
          ),
        ),
        ...[out, x, y].flatMap((pointer) => advance(pointer, constant(16))),
      ]),
    ];
  },
};

type Name = `${Arithmetic}_${Mode}`;

const kernels = lazily(() => {
  const names = (Object.keys(OPS) as Arithmetic[]).flatMap((op) => MODES.map((mode) => [op, mode] as const));
  return Object.fromEntries(names.map(([op, mode]) => [`${op}_${mode}`, routine(mode, OPS[op])])) as Record<
    Name,
    Routine
  >;
});

const scaledKernel = lazily(() => ({ scaled }));

/** out = x + factor · y for so many floats of the memory; `out` is a whole block, so that nothing else lies where the last four end. */
export function addMultiple(count: number, out: number, x: number, y: number, factor: number): void {
  scaledKernel().scaled(Math.ceil(count / 4), out, x, y, factor);
}

/** Where an operand's rows lie: from which element on, how far apart, and by which step (1, or 0 for one element that serves all). */
export interface RowsOf {
  readonly data: Float32Array;
  readonly at: number;
  readonly row: number;
  readonly step: number;
}

/** out = x op y for `rows` rows of `n` elements. False: it was not done, as something lies elsewhere. */
export function combineRows(
  op: Arithmetic,
  rows: number,
  n: number,
  out: Float32Array,
  o: number,
  x: RowsOf,
  y: RowsOf,
): boolean {
  if (n < 4 || (x.step === 0 && y.step === 0)) return false;
  const a = operandAddress(x, rows, n, 0);
  const b = operandAddress(y, rows, n, 1);
  if (a < 0 || b < 0) return false;
  const mode = x.step === 0 ? 'second' : y.step === 0 ? 'first' : 'both';
  kernels()[`${op}_${mode}`](rows, n, out.byteOffset + o * 4, a, x.row * 4, b, y.row * 4);
  return true;
}

function operandAddress({ data, at, row, step }: RowsOf, rows: number, n: number, slot: number): number {
  return addressOf(data, at, (rows - 1) * row + (step === 0 ? 1 : n), slot);
}
