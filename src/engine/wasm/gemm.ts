/** Products of big float32 matrices, block by block. */
import { isResident, place, workspace } from './memory.ts';
import { COLUMNS, FLOAT, ROWS, tileKernels } from './tiles.ts';

/** A matrix in memory: where it begins, and how far its rows and its columns lie apart. */
export interface Matrix {
  readonly data: Float32Array;
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** One side of a product as lines along what is summed over: the rows of x, the columns of y. In bytes. */
export interface Lines {
  /** Where a line begins. */
  readonly begin: (line: number) => number;
  /** From an element of a line to its next. */
  readonly step: number;
  /** The lines' first elements follow each other. */
  readonly adjacent: boolean;
}

/** The largest blocks: of the result's rows, of what is summed over, of the result's columns. */
const [M, K, N] = [512, 256, 1024];

/** Where packed blocks lie, and what of the result does not fill a tile. */
const X = 0;
const Y = X + M * K * FLOAT;
const BELOW = Y + K * N * FLOAT;
const BESIDE = BELOW + ROWS * N * FLOAT;
const SPACE = BESIDE + M * COLUMNS * FLOAT;

/**
 * out[m, n] = Σk x[m, k] · y[k, n], `out` row after row. Each product is rounded, and each sum, in the order of k. If it is not `fresh`, it is
 * added to what is there, in an array of the memory.
 */
export function gemm(
  x: Matrix,
  y: Matrix,
  out: Float32Array,
  at: number,
  m: number,
  k: number,
  n: number,
  fresh = true,
): void {
  const left = place(x.data, x.at, (m - 1) * x.row + (k - 1) * x.column + 1, 'left');
  const right = place(y.data, y.at, (k - 1) * y.row + (n - 1) * y.column + 1, 'right');
  const own = isResident(out) ? null : workspace(m * n * FLOAT, 'result');
  const to = own === null ? out.byteOffset + at * FLOAT : own.at;
  const lines = (address: number, line: number, step: number): Lines => ({
    begin: (l) => address + l * line * FLOAT,
    step: step * FLOAT,
    adjacent: line === 1,
  });
  multiplyLines(lines(left, x.row, x.column), lines(right, y.column, y.row), to, m, k, n, fresh);
  if (own !== null) out.set(new Float32Array(own.buffer, to, m * n), at);
}

/** The same of lines; added to what the result holds unless it is fresh. */
export function multiplyLines(x: Lines, y: Lines, out: number, m: number, k: number, n: number, fresh: boolean): void {
  const space = workspace(SPACE, 'blocks').at;
  for (let j = 0; j < n; j += N) {
    for (let i = 0; i < m; i += M) {
      block(x, y, out, space, { i, j, rows: Math.min(M, m - i), columns: Math.min(N, n - j), k, n }, fresh);
    }
  }
}

interface Block {
  readonly i: number;
  readonly j: number;
  readonly rows: number;
  readonly columns: number;
  readonly k: number;
  readonly n: number;
}

function block(x: Lines, y: Lines, out: number, space: number, part: Block, fresh: boolean): void {
  const { i, j, rows, columns, k, n } = part;
  const { tile, copyRows } = tileKernels();
  const [down, across] = [Math.floor(rows / ROWS), Math.floor(columns / COLUMNS)];
  const [below, beside] = [rows % ROWS, columns % COLUMNS];
  const to = out + (i * n + j) * FLOAT;
  const width = across * COLUMNS;
  const underTo = to + down * ROWS * n * FLOAT;
  const besideTo = to + width * FLOAT;
  if (!fresh) {
    copyRows(below, width, space + BELOW, width * FLOAT, underTo, n * FLOAT);
    copyRows(rows, beside, space + BESIDE, COLUMNS * FLOAT, besideTo, n * FLOAT);
  }
  for (let p = 0; p < k; p += K) {
    const depth = Math.min(K, k - p);
    const first = fresh && p === 0 ? 1 : 0;
    pack(space + X, ROWS, x, i, rows, p, depth);
    pack(space + Y, COLUMNS, y, j, columns, p, depth);
    const [lowest, last] = [down * depth * ROWS * FLOAT, across * depth * COLUMNS * FLOAT];
    if (down > 0 && across > 0) tile(space + X, space + Y, to, down, across, depth, n * FLOAT, first);
    if (below > 0 && across > 0) {
      tile(space + X + lowest, space + Y, space + BELOW, 1, across, depth, width * FLOAT, first);
    }
    if (beside > 0) {
      const height = Math.ceil(rows / ROWS);
      tile(space + X, space + Y + last, space + BESIDE, height, 1, depth, COLUMNS * FLOAT, first);
    }
  }
  copyRows(below, width, underTo, n * FLOAT, space + BELOW, width * FLOAT);
  copyRows(rows, beside, besideTo, n * FLOAT, space + BESIDE, COLUMNS * FLOAT);
}

/**
 * Lays `count` lines of `depth` elements in groups of `size` lines, side by side. What is missing of the last group is other lines again: it
 * only reaches parts of the result that nobody reads.
 */
function pack(
  to: number,
  size: number,
  lines: Lines,
  first: number,
  count: number,
  start: number,
  depth: number,
): void {
  const { packAdjacent, packAlong, packStrided } = tileKernels();
  const { step, begin, adjacent } = lines;
  const toStep = size * FLOAT;
  const last = first + count - 1;
  const at = (line: number): number => begin(Math.min(line, last)) + start * step;
  for (let group = 0, o = to; group < count; group += size, o += size * depth * FLOAT) {
    for (let half = 0; half < size; half += 4) {
      const line = first + group + half;
      const target = o + half * FLOAT;
      if (adjacent) packAdjacent(target, toStep, at(line), step, depth);
      else if (step === FLOAT) packAlong(target, toStep, at(line), at(line + 1), at(line + 2), at(line + 3), depth);
      else packStrided(target, toStep, at(line), at(line + 1), at(line + 2), at(line + 3), depth, step);
    }
  }
}
