/** Works a formula out with the numbers of a pass: element by element, with PyTorch's broadcasting. */

import type { Value } from '../../trace/model.ts';
import { toNumber } from '../../trace/stats.ts';
import { flatData, numelOf } from '../../trace/value.ts';
import type { Expr } from './expr.ts';

export interface Numbers {
  readonly shape: readonly number[];
  readonly flat: readonly number[];
}
export type Scope = ReadonlyMap<string, Numbers>;

export function numbersOf(value: Value | null): Numbers | null {
  const data = value === null ? null : flatData(value);
  return value === null || data === null || data.some((item) => typeof item === 'string' && item.includes('j'))
    ? null
    : { shape: value.shape, flat: data.map(toNumber) };
}

export const scalar = (value: number): Numbers => ({ shape: [], flat: [value] });

/** Null where a name is unknown or something is not done element by element. */
export function evaluate(expr: Expr, scope: Scope): Numbers | null {
  switch (expr.kind) {
    case 'number':
      return scalar(expr.value);
    case 'name':
      return scope.get(expr.name) ?? null;
    case 'group':
      return evaluate(expr.of, scope);
    case 'negative':
      return map(evaluate(expr.of, scope), (x) => -x);
    case 'abs':
      return map(evaluate(expr.of, scope), Math.abs);
    case 'binary':
      if (expr.op === '@') return matmul(evaluate(expr.a, scope), evaluate(expr.b, scope));
      return pairwise(evaluate(expr.a, scope), evaluate(expr.b, scope), ARITHMETIC[expr.op]);
    case 'power':
      return pairwise(evaluate(expr.base, scope), evaluate(expr.exponent, scope), (x, y) => x ** y);
    case 'call':
      return expr.args.length === 1 ? map(evaluate(expr.args[0]!, scope), UNARY[expr.fn]) : null;
    case 'compare':
      return comparison(expr, scope);
    case 'cases':
      return choice(evaluate(expr.when, scope), evaluate(expr.then, scope), evaluate(expr.otherwise, scope));
    case 'mark':
      return expr.mark === 'ᵀ' ? transposed(evaluate(expr.of, scope)) : null;
    case 'partial':
    case 'sum':
      return null;
  }
}

type Two = (x: number, y: number) => number;
const ARITHMETIC: Readonly<Record<string, Two>> = {
  '+': (x, y) => x + y,
  '−': (x, y) => x - y,
  '·': (x, y) => x * y,
  '⊙': (x, y) => x * y,
  '': (x, y) => x * y,
  '/': (x, y) => x / y,
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const UNARY: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  ln: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  sqrt: Math.sqrt,
  sign: Math.sign,
  abs: Math.abs,
  σ: sigmoid,
  // Of a real number.
  conj: (x) => x,
  φ: (x) => Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI),
};
const COMPARE: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  '<': (x, y) => x < y,
  '>': (x, y) => x > y,
  '≤': (x, y) => x <= y,
  '≥': (x, y) => x >= y,
  '=': (x, y) => x === y,
  '≠': (x, y) => x !== y,
};

function map(numbers: Numbers | null, f: ((x: number) => number) | undefined): Numbers | null {
  return numbers === null || f === undefined ? null : { shape: numbers.shape, flat: numbers.flat.map((x) => f(x)) };
}

function pairwise(a: Numbers | null, b: Numbers | null, f: Two | undefined): Numbers | null {
  if (a === null || b === null || f === undefined) return null;
  const shape = commonShape(a.shape, b.shape);
  if (shape === null) return null;
  const [left, right] = [expandTo(a, shape), expandTo(b, shape)];
  return { shape, flat: left.map((x, i) => f(x, right[i]!)) };
}

function comparison(expr: Expr & { kind: 'compare' }, scope: Scope): Numbers | null {
  let all: Numbers | null = scalar(1);
  for (const [i, op] of expr.ops.entries()) {
    const test = COMPARE[op]!;
    const held = pairwise(evaluate(expr.parts[i]!, scope), evaluate(expr.parts[i + 1]!, scope), (x, y) =>
      Number(test(x, y)),
    );
    all = pairwise(all, held, (x, y) => x * y);
  }
  return all;
}

function choice(when: Numbers | null, then: Numbers | null, otherwise: Numbers | null): Numbers | null {
  if (when === null || then === null || otherwise === null) return null;
  const shape = commonShape(when.shape, commonShape(then.shape, otherwise.shape) ?? []);
  if (shape === null) return null;
  const [held, yes, no] = [when, then, otherwise].map((numbers) => expandTo(numbers, shape));
  return { shape, flat: held!.map((x, i) => (x === 0 ? no![i]! : yes![i]!)) };
}

function transposed(numbers: Numbers | null): Numbers | null {
  const [rows, columns] = numbers?.shape ?? [];
  if (numbers === null || rows === undefined || columns === undefined || numbers.shape.length !== 2) return null;
  const flat = numbers.flat.map((_, at) => numbers.flat[(at % rows) * columns + Math.floor(at / rows)]!);
  return { shape: [columns, rows], flat };
}

/** Of matrices. */
function matmul(a: Numbers | null, b: Numbers | null): Numbers | null {
  if (a === null || b === null || a.shape.length !== 2 || b.shape.length > 2) return null;
  const [rows = 0, inner = 0] = a.shape;
  const [depth = 0, columns = 1] = b.shape;
  if (inner !== depth) return null;
  const flat: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a.flat[i * inner + k]! * b.flat[k * columns + j]!;
      flat.push(sum);
    }
  }
  return { shape: b.shape.length === 1 ? [rows] : [rows, columns], flat };
}

/** Broadcasting as in https://pytorch.org/docs/stable/notes/broadcasting.html; null where shapes do not go together. */
export function commonShape(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let d = 1; d <= rank; d++) {
    const [m, n] = [a.at(-d) ?? 1, b.at(-d) ?? 1];
    if (m !== n && m !== 1 && n !== 1) return null;
    shape.unshift(m === 1 ? n : m);
  }
  return shape;
}

export function expandTo({ shape, flat }: Numbers, to: readonly number[]): number[] {
  return Array.from({ length: numelOf(to) }, (_, at) => flat[sourceOf(at, to, shape)]!);
}

/** Sums over what was broadcast. */
export function sumTo({ shape, flat }: Numbers, to: readonly number[]): Numbers {
  const out = new Array<number>(numelOf(to)).fill(0);
  for (const [at, value] of flat.entries()) out[sourceOf(at, shape, to)]! += value;
  return { shape: to, flat: out };
}

/** Where the element `at` of a tensor of shape `from` is found in one of shape `to` that was broadcast to it. */
function sourceOf(at: number, from: readonly number[], to: readonly number[]): number {
  let [rest, source, stride] = [at, 0, 1];
  for (let d = 1; d <= from.length; d++) {
    const index = rest % from.at(-d)!;
    rest = Math.floor(rest / from.at(-d)!);
    const size = to.at(-d) ?? 1;
    if (size !== 1) source += index * stride;
    stride *= size;
  }
  return source;
}

/** The dims of `from` over which a sum makes `to` of it; null where it is not made by that. */
export function reducedDims(from: readonly number[], to: readonly number[]): number[] | null {
  const common = commonShape(from, to);
  if (common === null || common.length !== from.length || common.some((size, d) => size !== from[d])) return null;
  const missing = from.length - to.length;
  return from.flatMap((size, d) => (d < missing || (to[d - missing] === 1 && size !== 1) ? [d] : []));
}
