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

/** So many neighbouring columns at once, each as `column` sums it: memory is walked in order. Floats are rounded by where they lie. */
function columns(
  data: NumberData,
  start: number,
  count: number,
  stride: number,
  size: number,
  single: boolean,
): Floats {
  const power = Math.max(4, Math.floor(ceilLog2(size) / LEVELS));
  const step = 2 ** power;
  const levels = zeros(count, single);
  const lowest = levels[0]!;
  let i = 0;
  while (i + step <= size) {
    addRows(lowest, data, start + i * stride, stride, step);
    i += step;
    for (let level = 1; level < LEVELS; level++) {
      addRows(levels[level]!, levels[level - 1]!, 0, 0, 1);
      levels[level - 1]!.fill(0);
      if (Math.floor(i / 2 ** (level * power)) % step !== 0) break;
    }
  }
  addRows(lowest, data, start + i * stride, stride, size - i);
  for (let level = 1; level < LEVELS; level++) addRows(lowest, levels[level]!, 0, 0, 1);
  return lowest;
}

type Floats = Float32Array | Float64Array;

/** The sums of each level. Those of short rows serve again: a matrix has many. */
function zeros(count: number, single: boolean): Floats[] {
  const kept = single ? singles : doubles;
  if (count !== kept[0]!.length) return allocate(count, single);
  for (const level of kept) level.fill(0);
  return kept;
}

const allocate = (count: number, single: boolean): Floats[] =>
  Array.from({ length: LEVELS }, () => (single ? new Float32Array(count) : new Float64Array(count)));
const singles = allocate(WAYS * 8, true);
const doubles = allocate(WAYS * 4, false);

function addRows(sums: Floats, data: NumberData, start: number, stride: number, rows: number): void {
  const count = sums.length;
  for (let r = 0, at = start; r < rows; r++, at += stride) {
    for (let c = 0; c < count; c++) sums[c] = sums[c]! + data[at + c]!;
  }
}

function ceilLog2(size: number): number {
  return size <= 2 ? 1 : 32 - Math.clz32(size - 1);
}

/** `size` elements as four interleaved columns (`row_sum`). */
function row(data: NumberData, start: number, stride: number, size: number, round: Round): number {
  const rows = Math.floor(size / WAYS);
  const partial = [0, 1, 2, 3].map((k) => column(data, start + k * stride, stride * WAYS, rows, round));
  for (let i = rows * WAYS; i < size; i++) partial[0] = round(partial[0]! + data[start + i * stride]!);
  return partial.reduce((total, part) => round(total + part));
}

/** `size` adjacent elements: the lanes of a vector register are rows of their own (`vectorized_inner_sum`). */
export function adjacent(data: NumberData, start: number, size: number, lanes: number, round: Round): number {
  if (size < lanes) return row(data, start, 1, size, round);
  const vectors = Math.floor(size / lanes);
  const rows = Math.floor(vectors / WAYS);
  const ways = rows < FEW ? null : columns(data, start, WAYS * lanes, WAYS * lanes, rows, round === Math.fround);
  let total = 0;
  for (let i = vectors * lanes; i < size; i++) total = round(total + data[start + i]!);
  for (let lane = 0; lane < lanes; lane++) {
    const sum = ways === null ? row(data, start + lane, lanes, vectors, round) : laneOf(ways, lane);
    total = round(total + sum);
  }
  return total;

  /** What `row` makes of its four columns. */
  function laneOf(partial: Floats, lane: number): number {
    let sum = partial[lane]!;
    for (let i = rows * WAYS; i < vectors; i++) sum = round(sum + data[start + lane + i * lanes]!);
    for (let way = 1; way < WAYS; way++) sum = round(sum + partial[way * lanes + lane]!);
    return sum;
  }
}

/** Columns of `size` elements, `width` side by side: whole groups of columns go together (`vectorized_outer_sum`). */
export function across(
  data: NumberData,
  start: number,
  width: number,
  size: number,
  lanes: number,
  round: Round,
): ArrayLike<number> {
  const group = width >= lanes ? WAYS * lanes : WAYS;
  const whole = width - (width % group);
  const sums = new Float64Array(width);
  if (whole > 0) sums.set(columns(data, start, whole, width, size, round === Math.fround));
  for (let j = whole; j < width; j++) sums[j] = row(data, start + j, width, size, round);
  return sums;
}

/** Fewer rows than this are summed column by column. */
const FEW = 4;
