import type { DType } from './dtype.ts';
import type { Generator } from './random.ts';
import type { Tensor } from './tensor.ts';
import type { Arg, Scalar } from './values.ts';

/** A parameter's type without `?` and list size. `Index` is whatever stands between the brackets of `x[...]`. */
export type ParamType =
  | 'Tensor'
  | 'Tensor[]'
  | 'Tensor?[]'
  | 'Scalar'
  | 'int'
  | 'int[]'
  | 'float'
  | 'float[]'
  | 'Scalar[]'
  | 'bool[]'
  | 'bool'
  | 'str'
  | 'ScalarType'
  | 'Device'
  | 'MemoryFormat'
  | 'Generator'
  | 'Index';

export interface Param {
  readonly name: string;
  readonly type: ParamType;
  readonly optional: boolean;
  /** Of `int[2]`: a single int stands for that many. */
  readonly size: number | null;
  /** Undefined: must be given. */
  readonly fallback: Arg | undefined;
  readonly keywordOnly: boolean;
}

export interface Schema {
  readonly text: string;
  readonly name: string;
  readonly overload: string;
  readonly params: readonly Param[];
  readonly positional: number;
  /** The outputs' names; empty where they have none. */
  readonly returns: readonly string[];
}

/** Reads `name.overload(Type name, *, Type name=default) -> Returns`, PyTorch's notation in native_functions.yaml. */
export function parseSchema(text: string): Schema {
  const match = /^(\w+)(?:\.(\w+))?\((.*)\) -> (.+)$/.exec(text);
  if (match === null) throw new Error(`not a schema: ${text}`);
  const parts = match[3] === '' ? [] : match[3]!.split(', ');
  const star = parts.indexOf('*');
  const params = parts.filter((part) => part !== '*').map((part, i) => parseParam(part, star >= 0 && i >= star));
  const positional = star >= 0 ? star : params.length;
  return { text, name: match[1]!, overload: match[2] ?? '', params, positional, returns: returnNames(match[4]!) };
}

/** What is before the overload and the parameters. */
export const schemaName = (text: string): string => /^\w+/.exec(text)![0];

/** `(Tensor values, Tensor indices)` names its parts. */
function returnNames(text: string): string[] {
  const names = [...text.matchAll(/\w+ (\w+)/g)].map((match) => match[1]!);
  return text.startsWith('(') ? names : [];
}

function parseParam(text: string, keywordOnly: boolean): Param {
  const match = /^(\w+(?:\?(?=\[))?)(\[(\d*)\])?(\?)? (\w+)(?:=(.*))?$/.exec(text);
  if (match === null) throw new Error(`not a parameter: ${text}`);
  const type = (match[1]! + (match[2] === undefined ? '' : '[]')) as ParamType;
  const size = match[3] ? Number(match[3]) : null;
  const fallback = match[6] === undefined ? undefined : parseDefault(match[6], type, size);
  return { name: match[5]!, type, optional: match[4] === '?', size, fallback, keywordOnly };
}

function parseDefault(text: string, type: ParamType, size: number | null): Arg {
  if (text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  if (text.startsWith("'")) return text.slice(1, -1);
  if (text.startsWith('[')) return text === '[]' ? [] : text.slice(1, -1).split(',').map(Number);
  if (type === 'MemoryFormat') return text;
  if (type === 'int[]' && size !== null) return Array<number>(size).fill(Number(text));
  return type === 'Scalar' && /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}

// The same notation, read by the compiler: kernels and rules are checked against the schema's text.

type Split<S extends string> = S extends '' ? [] : S extends `${infer H}, ${infer T}` ? [H, ...Split<T>] : [S];
type ParamTexts<S extends string> = S extends `${string}(${infer P}) -> ${string}` ? Split<P> : never;

type Bare<T extends string> = T extends `${infer U}?`
  ? Bare<U> | null
  : T extends `${'int' | 'float'}[${string}]`
    ? readonly number[]
    : Plain<T>;
type Plain<T extends string> = T extends 'Tensor'
  ? Tensor
  : T extends 'Tensor[]'
    ? readonly Tensor[]
    : T extends 'Tensor?[]'
      ? readonly (Tensor | null)[]
      : T extends 'Scalar'
        ? Scalar
        : T extends 'int' | 'float'
          ? number
          : T extends 'bool[]'
            ? readonly boolean[]
            : T extends 'Scalar[]'
              ? readonly Scalar[]
              : T extends 'bool'
                ? boolean
                : T extends 'str' | 'Device' | 'MemoryFormat'
                  ? string
                  : T extends 'ScalarType'
                    ? DType
                    : T extends 'Generator'
                      ? Generator
                      : Arg;

type ValueOf<P extends string> = P extends `${infer T} ${string}` ? Bare<T> : never;
type NameOf<P extends string> = P extends `${string} ${infer N}=${string}`
  ? N
  : P extends `${string} ${infer N}`
    ? N
    : never;
type Given<T> = T extends Tensor ? Tensor | Scalar : T;

type Values<P extends readonly string[]> = P extends readonly [infer H extends string, ...infer T extends string[]]
  ? H extends '*'
    ? Values<T>
    : [ValueOf<H>, ...Values<T>]
  : [];
type Callable<P extends readonly string[]> = P extends readonly [infer H extends string, ...infer T extends string[]]
  ? H extends '*'
    ? Callable<T>
    : H extends `${string}=${string}`
      ? [Given<ValueOf<H>>?, ...Callable<T>]
      : [Given<ValueOf<H>>, ...Callable<T>]
  : [];

/** What a kernel is called with: one value per parameter. */
export type KernelArgs<S extends string> = Values<ParamTexts<S>>;
/** What the op's function takes: numbers stand for tensors, what has a default may be left out. */
export type CallArgs<S extends string> = Callable<ParamTexts<S>>;
/** The parameters by name. */
export type NamedArgs<S extends string> = {
  readonly [P in Exclude<ParamTexts<S>[number], '*'> as NameOf<P>]: ValueOf<P>;
};
/** What the op answers with. */
export type ReturnOf<S extends string> = S extends `${string}-> Tensor`
  ? Tensor
  : S extends `${string}-> ${'(' | 'Tensor['}${string}`
    ? readonly Tensor[]
    : S extends `${string}-> Scalar`
      ? Scalar
      : S extends `${string}-> bool`
        ? boolean
        : never;
