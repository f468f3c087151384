/**
 * Products of big float32 matrices, in WebAssembly. Blocks of both are packed so that the inner loop walks memory in order, as in
 * Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008).
 */
import {
  addFloats,
  advance,
  assemble,
  type Code,
  constant,
  get,
  type Kernel,
  load,
  mulFloats,
  plus,
  repeat,
  set,
  splat,
  store,
  times,
} from './assembler.ts';

/** A matrix in memory: where it begins, and how far its rows and its columns lie apart. */
export interface Matrix {
  readonly data: Float32Array;
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** A tile of the result, held in registers. */
const [ROWS, COLUMNS] = [4, 8];
/** The largest blocks: of the result's rows, of what is summed over, of the result's columns. */
const [M, K, N] = [512, 256, 1024];
const FLOAT = 4;

/** Bytes in the kernel's memory: blocks of x, of y, and of the result. */
const X = 0;
const Y = X + M * K * FLOAT;
const OUT = Y + K * N * FLOAT;
const PAGES = Math.ceil((OUT + M * N * FLOAT) / 65536);

let kernel: Kernel | null = null;

/** out[m, n] = Σk x[m, k] · y[k, n], `out` row after row. Each product is rounded, and each sum, in the order of k. */
export function gemm(x: Matrix, y: Matrix, out: Float32Array, at: number, m: number, k: number, n: number): void {
  kernel ??= compile();
  const memory = new Float32Array(kernel.memory.buffer);
  for (let j = 0; j < n; j += N) {
    const columns = Math.min(N, n - j);
    for (let i = 0; i < m; i += M) {
      const rows = Math.min(M, m - i);
      block(kernel, memory, x, y, { i, j, rows, columns, k });
      const width = upTo(columns, COLUMNS);
      for (let r = 0; r < rows; r++) {
        const from = OUT / FLOAT + r * width;
        out.set(memory.subarray(from, from + columns), at + (i + r) * n + j);
      }
    }
  }
}

interface Block {
  readonly i: number;
  readonly j: number;
  readonly rows: number;
  readonly columns: number;
  readonly k: number;
}

function block({ run }: Kernel, memory: Float32Array, x: Matrix, y: Matrix, { i, j, rows, columns, k }: Block): void {
  const [height, width] = [upTo(rows, ROWS), upTo(columns, COLUMNS)];
  memory.fill(0, OUT / FLOAT, OUT / FLOAT + height * width);
  for (let p = 0; p < k; p += K) {
    const depth = Math.min(K, k - p);
    pack(memory, X / FLOAT, ROWS, x.data, x.at + i * x.row + p * x.column, x.row, x.column, rows, depth);
    pack(memory, Y / FLOAT, COLUMNS, y.data, y.at + p * y.row + j * y.column, y.column, y.row, columns, depth);
    run(X, Y, OUT, height / ROWS, width / COLUMNS, depth, width * FLOAT);
  }
}

const upTo = (size: number, step: number): number => Math.ceil(size / step) * step;

/** Lays `count` lines of `depth` elements in groups of `size` lines, side by side; what is missing of the last group is 0. */
function pack(
  to: Float32Array,
  start: number,
  size: number,
  from: Float32Array,
  at: number,
  line: number,
  step: number,
  count: number,
  depth: number,
): void {
  let o = start;
  for (let first = 0; first < count; first += size) {
    const lines = Math.min(size, count - first);
    if (lines < size) to.fill(0, o, o + size * depth);
    const base = at + first * line;
    if (line === 1) packAdjacent(to, o, size, from, base, step, lines, depth);
    else {
      for (let l = 0; l < lines; l++) {
        let position = base + l * line;
        for (let p = 0, target = o + l; p < depth; p++, target += size, position += step) to[target] = from[position]!;
      }
    }
    o += size * depth;
  }
}

/** Where the lines' elements lie side by side already. */
function packAdjacent(
  to: Float32Array,
  start: number,
  size: number,
  from: Float32Array,
  at: number,
  step: number,
  lines: number,
  depth: number,
): void {
  for (let p = 0, o = start, position = at; p < depth; p++, o += size, position += step) {
    for (let l = 0; l < lines; l++) to[o + l] = from[position + l]!;
  }
}

/**
 * run(x, y, out, tiles down, tiles across, depth, bytes per row of out). For each tile: the result's part is loaded, to which a column of
 * x times a row of y is added for each k, and stored.
 */
function compile(): Kernel {
  const [x, y, out, down, across, depth, stride] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [i, j, p, a, b, c, to] = [7, 8, 9, 10, 11, 12, 13] as const;
  const sums = 14;
  const [left, right] = [sums + ROWS * 2, sums + ROWS * 2 + 1];
  const sum = (row: number, half: number): number => sums + row * 2 + half;
  const tile = (each: (row: number, half: number) => Code): Code =>
    range(ROWS).flatMap((row) => range(2).flatMap((half) => [...each(row, half)]));
  const rowOf = (row: number): Code => plus(get(c), times(get(stride), constant(row)));
  const body = [
    ...repeat(j, get(across), [
      ...set(a, get(x)),
      ...set(to, get(out)),
      ...repeat(i, get(down), [
        ...set(c, get(to)),
        ...tile((row, half) => set(sum(row, half), load(rowOf(row), half * 16))),
        ...set(b, get(y)),
        ...repeat(p, get(depth), [
          ...set(left, load(get(b), 0)),
          ...set(right, load(get(b), 16)),
          ...range(ROWS).flatMap((row) => [
            ...set(right + 1, splat(get(a), row * FLOAT)),
            ...set(sum(row, 0), addFloats(get(sum(row, 0)), mulFloats(get(right + 1), get(left)))),
            ...set(sum(row, 1), addFloats(get(sum(row, 1)), mulFloats(get(right + 1), get(right)))),
          ]),
          ...advance(a, constant(ROWS * FLOAT)),
          ...advance(b, constant(COLUMNS * FLOAT)),
        ]),
        ...tile((row, half) => store(rowOf(row), half * 16, get(sum(row, half)))),
        ...advance(to, times(get(stride), constant(ROWS))),
      ]),
      ...set(y, get(b)),
      ...advance(out, constant(COLUMNS * FLOAT)),
    ]),
  ];
  return assemble(7, 7, ROWS * 2 + 3, PAGES, body);
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
