/** Arithmetic on two operands, row by row. */
import {
  addFloats,
  advance,
  and,
  type Code,
  constant,
  divFloats,
  get,
  lazily,
  load,
  mulFloats,
  plus,
  type Routine,
  repeat,
  repeatIfAny,
  set,
  shiftLeft,
  shiftRight,
  splat,
  store,
  subFloats,
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

type Name = `${Arithmetic}_${Mode}`;

const kernels = lazily(() => {
  const names = (Object.keys(OPS) as Arithmetic[]).flatMap((op) => MODES.map((mode) => [op, mode] as const));
  return Object.fromEntries(names.map(([op, mode]) => [`${op}_${mode}`, routine(mode, OPS[op])])) as Record<
    Name,
    Routine
  >;
});

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
