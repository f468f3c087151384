/**
 * Writes WebAssembly modules of one function, which loops are made of that JavaScript has no words for: four floats at a time.
 * Encodings: the WebAssembly core specification, chapter 5, and its vector instructions.
 */

/** Instructions, encoded. */
export type Code = readonly number[];

/** What the realm offers; the engine's types know no host. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

/** A function of i32 parameters, and the memory that it works on. */
export interface Kernel {
  readonly run: (...args: number[]) => void;
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** Compiles `body`; locals that follow the parameters are so many i32, then so many v128. `pages` of 64 KB. */
export function assemble(params: number, i32s: number, v128s: number, pages: number, body: Code): Kernel {
  const code = [2, ...unsigned(i32s), I32, ...unsigned(v128s), V128, ...body, END];
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...unsigned(params), ...new Array<number>(params).fill(I32), 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...name('run'), 0, 0, ...name('memory'), 2, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ];
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes))).exports as Kernel;
}

const [I32, V128, END] = [0x7f, 0x7b, 0x0b];

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const name = (text: string): Code => [text.length, ...[...text].map((letter) => letter.charCodeAt(0))];

/** LEB128. */
function unsigned(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function signed(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest & 0x7f];
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const constant = (value: number): Code => [0x41, ...signed(value)];
export const plus = (x: Code, y: Code): Code => [...x, ...y, 0x6a];
export const times = (x: Code, y: Code): Code => [...x, ...y, 0x6c];
export const advance = (local: number, by: Code): Code => set(local, plus(get(local), by));

/** Runs `body` while counting `counter` down from `count`, which is at least 1. */
export const repeat = (counter: number, count: Code, body: Code): Code => [
  ...set(counter, count),
  ...[0x03, 0x40],
  ...body,
  ...[...get(counter), ...constant(-1), 0x6a, 0x22, ...unsigned(counter)],
  ...[0x0d, 0, END],
];

const vector = (number: number, ...rest: number[]): Code => [0xfd, ...unsigned(number), ...rest];

/** Four floats at an address, and the bytes after it. */
export const load = (address: Code, offset: number): Code => [...address, ...vector(0, 2, ...unsigned(offset))];
/** One float, four times. */
export const splat = (address: Code, offset: number): Code => [...address, ...vector(9, 2, ...unsigned(offset))];
export const store = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  ...vector(11, 2, ...unsigned(offset)),
];
export const addFloats = (x: Code, y: Code): Code => [...x, ...y, ...vector(228)];
export const mulFloats = (x: Code, y: Code): Code => [...x, ...y, ...vector(230)];
