import { context } from './context.ts';
import { type DTypeName, dtypes } from './dtype.ts';
import { Generator } from './random.ts';
import type { Tensor } from './tensor.ts';
import { type Arg, Complex, ELLIPSIS, Slice } from './values.ts';

/** One argument as its kinds describe it: a leaf that reads `flat[at]`, or what is made of other arguments. */
export type Shape =
  | { readonly kind: 'leaf'; readonly letter: string; readonly at: number }
  | { readonly kind: 'list' | 'tuple' | 'slice'; readonly items: readonly Shape[] };

export interface Call {
  readonly positional: readonly Shape[];
  readonly keywords: ReadonlyMap<string, Shape>;
}

/** Reads a kinds string (see `index.ts`). */
export function parseKinds(kinds: string): Call {
  const positional: Shape[] = [];
  const keywords = new Map<string, Shape>();
  let at = 0;
  let i = 0;
  const one = (): Shape => {
    const letter = kinds[i++]!;
    if (letter === '[' || letter === '(')
      return { kind: letter === '[' ? 'list' : 'tuple', items: until(letter === '[' ? ']' : ')') };
    if (letter === ':') return { kind: 'slice', items: [one(), one(), one()] };
    if (!LETTERS.includes(letter)) throw new Error(`unknown kind '${letter}' in ${kinds}`);
    const leaf: Shape = { kind: 'leaf', letter, at: letter === 'n' || letter === '.' ? -1 : at };
    at += letter === 'c' ? 2 : leaf.at < 0 ? 0 : 1;
    return leaf;
  };
  const until = (close: string): Shape[] => {
    const items: Shape[] = [];
    while (kinds[i] !== close) items.push(one());
    i++;
    return items;
  };
  while (i < kinds.length) {
    if (kinds[i] !== '=') {
      positional.push(one());
      continue;
    }
    const end = kinds.indexOf(':', i);
    const name = kinds.slice(i + 1, end);
    i = end + 1;
    keywords.set(name, one());
  }
  return { positional, keywords };
}

const LETTERS = 'tifbcsdmgrno.';

/** The argument's value, with Python's types told apart. */
export function readArg(shape: Shape, flat: readonly unknown[]): Arg {
  if (shape.kind === 'slice') {
    const [start, stop, step] = shape.items.map((item) => {
      const value = readArg(item, flat);
      return value === null ? null : Number(value);
    });
    return new Slice(start!, stop!, step!);
  }
  if (shape.kind !== 'leaf') return shape.items.map((item) => readArg(item, flat));
  if (shape.letter === 'c') return new Complex(flat[shape.at] as number, flat[shape.at + 1] as number);
  return leafOf(shape.letter, flat[shape.at]);
}

function leafOf(letter: string, value: unknown): Arg {
  switch (letter) {
    case 't':
      return value as Tensor;
    case 'i':
      return BigInt(value as number | bigint);
    case 'f':
      return value as number;
    case 'b':
      return Boolean(value);
    case 'd':
      return typeof value === 'string' ? dtypes[value as DTypeName] : (value as Arg);
    case 'g':
      return context.generators[value as number]!;
    case 'r':
      return (value as string).split(',').filter(Boolean).map(BigInt);
    case '.':
      return ELLIPSIS;
    case 'n':
      return null;
    default:
      return value as string;
  }
}

/** The kinds and flat values of arguments that are at hand as values. */
export function flatten(
  args: readonly Arg[],
  kwargs: Readonly<Record<string, Arg>>,
): { kinds: string; flat: unknown[] } {
  const flat: unknown[] = [];
  const one = (arg: Arg): string => {
    if (arg === null) return 'n';
    if (arg === ELLIPSIS) return '.';
    if (arg instanceof Slice) {
      return `:${[arg.start, arg.stop, arg.step].map((n) => one(n === null ? null : BigInt(n))).join('')}`;
    }
    if (Array.isArray(arg)) return `(${arg.map(one).join('')})`;
    if (arg instanceof Complex) {
      flat.push(arg.re, arg.im);
      return 'c';
    }
    flat.push(arg);
    if (arg instanceof Generator) {
      flat[flat.length - 1] = context.generators.indexOf(arg);
      return 'g';
    }
    if (typeof arg === 'object') return 'storage' in arg ? 't' : 'd';
    return typeof arg === 'number' ? 'f' : typeof arg === 'bigint' ? 'i' : typeof arg === 'boolean' ? 'b' : 's';
  };
  let kinds = args.map(one).join('');
  for (const [name, arg] of Object.entries(kwargs)) kinds += `=${name}:${one(arg)}`;
  return { kinds, flat };
}

/** Python's name of the argument's type. */
export function typeName(shape: Shape, flat: readonly unknown[]): string {
  if (shape.kind !== 'leaf') return shape.kind;
  if (shape.letter === 'o') return String(flat[shape.at]);
  return TYPE_NAMES[shape.letter]!;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  t: 'Tensor',
  i: 'int',
  f: 'float',
  b: 'bool',
  c: 'complex',
  s: 'str',
  d: 'torch.dtype',
  m: 'torch.memory_format',
  g: 'torch._C.Generator',
  r: 'range',
  n: 'NoneType',
  '.': 'ellipsis',
};
