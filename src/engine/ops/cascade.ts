/**
 * Sums of floats in PyTorch's order of additions (ATen/native/cpu/SumKernel.cpp, AVX2), so that they round as PyTorch's do.
 * Partial sums cascade through four levels, which keeps the error small: pairwise summation without the recursion.
 */
import type { NumberData } from '../strided.ts';

const LEVELS = 4;
/** Elements that are loaded side by side into what the compiler keeps in registers. */
const WAYS = 4;

type Round = (value: number) => number;

/** `size` elements, `stride` apart, in the order of `multi_row_sum`. */
export function column(data: NumberData, start: number, stride: number, size: number, round: Round): number {
  const power = Math.max(4, Math.floor(ceilLog2(size) / LEVELS));
  const step = 2 ** power;
  const levels = [0, 0, 0, 0];
  let i = 0;
  while (i + step <= size) {
    for (let j = 0; j < step; j++, i++) levels[0] = round(levels[0]! + data[start + i * stride]!);
    for (let level = 1; level < LEVELS; level++) {
      levels[level] = round(levels[level]! + levels[level - 1]!);
      levels[level - 1] = 0;
      if (Math.floor(i / 2 ** (level * power)) % step !== 0) break;
    }
  }
  for (; i < size; i++) levels[0] = round(levels[0]! + data[start + i * stride]!);
  return levels.reduce((total, level) => round(total + level));
}

function ceilLog2(size: number): number {
  return size <= 2 ? 1 : 32 - Math.clz32(size - 1);
}

/** `size` elements as four interleaved columns (`row_sum`). */
export function row(data: NumberData, start: number, stride: number, size: number, round: Round): number {
  const rows = Math.floor(size / WAYS);
  const partial = [0, 1, 2, 3].map((k) => column(data, start + k * stride, stride * WAYS, rows, round));
  for (let i = rows * WAYS; i < size; i++) partial[0] = round(partial[0]! + data[start + i * stride]!);
  return partial.reduce((total, part) => round(total + part));
}

/** `size` adjacent elements: the lanes of a vector register are rows of their own (`vectorized_inner_sum`). */
export function adjacent(data: NumberData, start: number, size: number, lanes: number, round: Round): number {
  if (size < lanes) return row(data, start, 1, size, round);
  const vectors = Math.floor(size / lanes);
  let total = 0;
  for (let i = vectors * lanes; i < size; i++) total = round(total + data[start + i]!);
  for (let lane = 0; lane < lanes; lane++) total = round(total + row(data, start + lane, lanes, vectors, round));
  return total;
}

/** `size` elements a row apart, in column `j` of `width`: whole groups of columns go together (`vectorized_outer_sum`). */
export function across(
  data: NumberData,
  start: number,
  j: number,
  width: number,
  size: number,
  lanes: number,
  round: Round,
): number {
  const group = width >= lanes ? WAYS * lanes : WAYS;
  const sum = j < width - (width % group) ? column : row;
  return sum(data, start + j, width, size, round);
}
