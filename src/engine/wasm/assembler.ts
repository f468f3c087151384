/**
 * Writes WebAssembly modules: loops that JavaScript has no words for, four floats at a time. A value is the code that leaves it on the stack.
 * Encodings: the WebAssembly core specification, chapter 5, with its vector instructions, and its threads proposal for the shared memory.
 */
import { PAGES, theMemory } from './memory.ts';

/** Instructions, encoded; what they are made of is put together only once, at the end. */
export type Code = readonly (number | Code)[];

export type Type = 'i32' | 'f32' | 'v128';
const TYPES: Readonly<Record<Type, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

/** What works on the memory; addresses and counts are its arguments. */
export type Kernel = (...args: number[]) => void;

/** Makes locals while a body is written. */
export type NewLocal = (type: Type) => number;

/** A function: so many i32 parameters, then so many f32. `body` is given the parameters' numbers. */
export interface Routine {
  readonly i32s: number;
  readonly f32s?: number;
  readonly body: (params: readonly number[], local: NewLocal) => Code;
}

/** Compiles routines into one module. */
export function assemble<Name extends string>(routines: Readonly<Record<Name, Routine>>): Record<Name, Kernel> {
  const names = Object.keys(routines) as Name[];
  const types = names.map((key) => {
    const { i32s, f32s = 0 } = routines[key];
    const params = [...new Array<number>(i32s).fill(TYPES.i32), ...new Array<number>(f32s).fill(TYPES.f32)];
    return [0x60, ...unsigned(params.length), ...params, 0];
  });
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vectorOf(types)),
    ...section(2, [1, ...name('e'), ...name('m'), 2, 3, 0, ...unsigned(PAGES)]),
    ...section(3, vectorOf(names.map((_, i) => unsigned(i)))),
    ...section(7, vectorOf(names.map((key, i) => [...name(key), 0, ...unsigned(i)]))),
    ...section(10, vectorOf(names.map((key) => functionCode(routines[key])))),
  ];
  const module = new WebAssembly.Module(Uint8Array.from(bytes));
  return new WebAssembly.Instance(module, { e: { m: theMemory() } }).exports as Record<Name, Kernel>;
}

/** The same when they are first called for. */
export function lazily<Name extends string>(
  routines: () => Readonly<Record<Name, Routine>>,
): () => Record<Name, Kernel> {
  let kernels: Record<Name, Kernel> | null = null;
  return () => {
    kernels ??= assemble(routines());
    return kernels;
  };
}

/** 0, 1, 2 ... */
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const END = 0x0b;

function functionCode({ i32s, f32s = 0, body }: Routine): number[] {
  const params = Array.from({ length: i32s + f32s }, (_, i) => i);
  const locals: number[][] = [];
  const code = body(params, (type) => params.length + locals.push([1, TYPES[type]]) - 1);
  const all = [...vectorOf(locals), ...flat(code), END];
  return [...unsigned(all.length), ...all];
}

/** All of a code's bytes, in order. */
function flat(code: Code, into: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === 'number') into.push(part);
    else flat(part, into);
  }
  return into;
}

type Bytes = readonly number[];
const vectorOf = (items: readonly Bytes[]): Bytes => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Bytes): Bytes => [id, ...unsigned(content.length), ...content];
const name = (text: string): Bytes => [text.length, ...[...text].map((letter) => letter.charCodeAt(0))];

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest & 0x7f];
}

export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)];

/** i32: addresses and counts. */
export const constant = (value: number): Code => [0x41, signed(value)];
const i32 =
  (number: number) =>
  (x: Code, y: Code): Code => [x, y, number];
export const plus = i32(0x6a);
export const minus = i32(0x6b);
export const times = i32(0x6c);
export const and = i32(0x71);
export const shiftLeft = i32(0x74);
export const shiftRight = i32(0x76);
export const isLess = i32(0x48);
export const isZero = (x: Code): Code => [x, 0x45];
export const advance = (local: number, by: Code): Code => set(local, plus(get(local), by));
/** An i32 in memory. */
export const loadWord = (address: Code, offset = 0): Code => [address, 0x28, 2, ...unsigned(offset)];
/** A byte in memory. */
export const loadByte = (address: Code, offset = 0): Code => [address, 0x2d, 0, ...unsigned(offset)];
export const copyBytes = (to: Code, from: Code, count: Code): Code => [to, from, count, 0xfc, 10, 0, 0];

/** Runs `body` while counting `counter` down from `count`, which is at least 1. */
export const repeat = (counter: number, count: Code, body: Code): Code => [
  set(counter, count),
  ...[0x03, 0x40],
  body,
  ...[get(counter), constant(-1), 0x6a, 0x22, ...unsigned(counter)],
  ...[0x0d, 0, END],
];

/** The same for a count that may be 0. */
export const repeatIfAny = (counter: number, count: Code, body: Code): Code =>
  when(count, repeat(counter, count, body));

export const when = (condition: Code, body: Code, otherwise: Code = []): Code => [
  condition,
  ...[0x04, 0x40],
  body,
  ...(otherwise.length > 0 ? [0x05, otherwise] : []),
  END,
];

/** f32. */
export const loadFloat = (address: Code, offset = 0): Code => [address, 0x2a, 2, ...unsigned(offset)];
export const storeFloat = (address: Code, value: Code, offset = 0): Code => [
  address,
  value,
  0x38,
  2,
  ...unsigned(offset),
];
export const float = (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
const f32 =
  (number: number) =>
  (x: Code, y: Code): Code => [x, y, number];
export const addFloat = f32(0x92);
export const subFloat = f32(0x93);
export const mulFloat = f32(0x94);
export const divFloat = f32(0x95);
export const maxFloat = f32(0x97);
export const sqrtFloat = (x: Code): Code => [x, 0x91];

/** v128: four floats, four i32 or two doubles. */
const vector = (number: number, ...rest: number[]): Code => [0xfd, ...unsigned(number), ...rest];
const one =
  (number: number) =>
  (x: Code): Code => [x, vector(number)];
const two =
  (number: number) =>
  (x: Code, y: Code): Code => [x, y, vector(number)];

/** Four floats at an address, and the bytes after it. */
export const load = (address: Code, offset = 0): Code => [address, vector(0, 2, ...unsigned(offset))];
/** One float of memory, four times. */
export const splat = (address: Code, offset = 0): Code => [address, vector(9, 2, ...unsigned(offset))];
/** Two floats of memory, and zeros. */
export const loadTwo = (address: Code, offset = 0): Code => [address, vector(93, 2, ...unsigned(offset))];
export const store = (address: Code, offset: number, value: Code): Code => [
  address,
  value,
  vector(11, 2, ...unsigned(offset)),
];
/** One of the floats. */
export const lane = (value: Code, index: number): Code => [value, vector(31, index)];
/** An f32 four times. */
export const floats = one(19);
/** A constant four times. */
export const vectorConst = (value: number): Code => four(new Uint8Array(Float32Array.of(value).buffer), 4);
export const wordsConst = (value: number): Code => four(new Uint8Array(Int32Array.of(value).buffer), 4);
export const doublesConst = (value: number): Code => four(new Uint8Array(Float64Array.of(value).buffer), 2);
const four = (bytes: Uint8Array, count: number): Code =>
  vector(12, ...Array.from({ length: count }, () => [...bytes]).flat());
/** Floats of two vectors, by number: 0 to 3 of x, 4 to 7 of y. */
export const shuffle = (x: Code, y: Code, lanes: readonly number[]): Code => [
  x,
  y,
  vector(13, ...lanes.flatMap((i) => [4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3])),
];

export const addFloats = two(228);
export const subFloats = two(229);
export const mulFloats = two(230);
export const divFloats = two(231);
export const minFloats = two(232);
export const maxFloats = two(233);
/** y where it is less (greater) than x, else x: one instruction, and what is not a number stays where it is first. */
export const lesser = two(234);
export const greater = two(235);
export const absFloats = one(224);
export const negFloats = one(225);
export const sqrtFloats = one(227);
export const nearestFloats = one(106);
export const areEqual = two(65);
export const areLess = two(67);
export const areAtMost = two(69);
export const rootFloats = one(227);
export const areGreater = two(68);
/** The first where the mask's bits are set, else the second. */
export const select = (x: Code, y: Code, mask: Code): Code => [x, y, mask, vector(82)];
export const bitsAnd = two(78);
/** The bits of x that are not set in y. */
export const andNot = two(79);
export const bitsOr = two(80);
export const bitsXor = two(81);

export const addWords = two(174);
export const shiftWords = (x: Code, by: number): Code => [x, constant(by), vector(171)];
export const subWords = two(177);
export const shiftWordsRight = (x: Code, by: number): Code => [x, constant(by), vector(172)];
/** Floats to i32, towards zero. */
export const toWords = one(248);

export const addDoubles = two(240);
export const subDoubles = two(241);
export const mulDoubles = two(242);
export const divDoubles = two(243);
/** The first two floats as doubles, and back. */
export const toDoubles = one(95);
export const fromDoubles = one(94);
export const addLongs = two(206);
export const shiftLongs = (x: Code, by: number): Code => [x, constant(by), vector(203)];
/** An i32 four times. */
export const words = one(17);
export const areWordsLess = two(57);
/** 0, 1, 2, 3. */
export const countingWords: Code = vector(12, ...new Uint8Array(Int32Array.of(0, 1, 2, 3).buffer));
/** Four bytes of memory as four masks: all bits where the byte is not 0. */
export const loadMask = (address: Code): Code => {
  const bytes = [address, vector(92, 0, 0)];
  return [bytes, vector(137), vector(169), wordsConst(0), vector(56)];
};
