/** The leaves that cases are given, and groups of cases. Values are chosen so that nothing cancels and no two are equal unless that is the point. */
import { type DTypeName, Slice } from '../../src/engine/index.ts';
import type { Case, Given, Leaf } from './harness.ts';

export const spread = (i: number): number => (((i * 37 + 11) % 23) - 11) / 4 + 0.125;

export function leaf(
  values: readonly (number | boolean)[],
  shape: readonly number[],
  dtype: DTypeName,
  grad: boolean,
): Leaf {
  return { leaf: true, values, shape, dtype, grad };
}
export const sized = (shape: readonly number[], value: (i: number) => number): number[] =>
  Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i));

/** A float leaf that requires grad, of both signs. */
export const x = (...shape: number[]): Leaf => leaf(sized(shape, spread), shape, 'float32', true);
/** Another one, shifted. */
export const y = (...shape: number[]): Leaf =>
  leaf(
    sized(shape, (i) => spread(i + 5) + 0.5),
    shape,
    'float32',
    true,
  );
/** Positive. */
export const pos = (...shape: number[]): Leaf =>
  leaf(
    sized(shape, (i) => Math.abs(spread(i)) + 0.25),
    shape,
    'float32',
    true,
  );
/** Between 0 and 1. */
export const unit = (...shape: number[]): Leaf =>
  leaf(
    sized(shape, (i) => (((i * 7) % 13) + 1) / 16),
    shape,
    'float32',
    true,
  );
export const dbl = (...shape: number[]): Leaf => leaf(sized(shape, spread), shape, 'float64', true);
/** Without grad. */
export const k = (...shape: number[]): Leaf =>
  leaf(
    sized(shape, (i) => spread(i + 3)),
    shape,
    'float32',
    false,
  );
export const ints = (values: number[], dtype: DTypeName = 'int64', shape = [values.length]): Leaf =>
  leaf(values, shape, dtype, false);
export const bools = (...values: boolean[]): Leaf => leaf(values, [values.length], 'bool', false);
export const vec = (...values: number[]): Leaf => leaf(values, [values.length], 'float32', true);
export const sl = (start: number | null, stop: number | null, step: number | null = null): Slice =>
  new Slice(start, stop, step);

export type Row = readonly [op: string, args: readonly Given[], kwargs?: Readonly<Record<string, Given>>];
export const group = (ulps: number, rows: readonly Row[]): Case[] =>
  rows.map(([op, args, kwargs]) => ({ op, args, kwargs: kwargs ?? {}, ulps }));
