/**
 * Convolution of float32 images by steps of 1 without laying their patches side by side: in an image with its padding around it, what one weight
 * sees of all output places is one stretch of memory, if the places between the rows are computed too and thrown away.
 */
import { float32 } from '../dtype.ts';
import { combineRows } from '../wasm/elementwise.ts';
import { type Lines, multiplyLines } from '../wasm/gemm.ts';
import { isResident, place, workspace } from '../wasm/memory.ts';
import { COLUMNS, FLOAT, ROWS, tileKernels } from '../wasm/tiles.ts';
import type { Batch } from './kernels.ts';
import { volume } from './patches.ts';

/** The images of one part of a batch with zeros around them. */
interface Grid {
  readonly channels: number;
  /** Of what lies inside, of the whole, and of what is before the inside. */
  readonly height: number;
  readonly width: number;
  readonly fullHeight: number;
  readonly fullWidth: number;
  readonly top: number;
  readonly left: number;
}

const bytesOf = ({ channels, fullHeight, fullWidth }: Grid): number => channels * fullHeight * fullWidth * FLOAT;

function gridOf(channels: number, [, height, width]: readonly number[], top: number, left: number): Grid {
  return {
    channels,
    height: height!,
    width: width!,
    fullHeight: height! + 2 * top,
    fullWidth: width! + 2 * left,
    top,
    left,
  };
}

/** Room for a grid, all zeros, and for what is read past its end. */
function roomFor(grid: Grid, name: string): number {
  const bytes = bytesOf(grid) + (grid.fullWidth + COLUMNS) * FLOAT * 2;
  const { buffer, at } = workspace(bytes, name);
  new Float32Array(buffer, at, bytes / FLOAT).fill(0);
  return at;
}

/** Copies images of so many channels, one after another, into a grid. */
function fill(grid: Grid, to: number, from: number): void {
  const { channels, height, width, fullHeight, fullWidth, top, left } = grid;
  const { copyRows } = tileKernels();
  for (let c = 0; c < channels; c++) {
    const inside = to + ((c * fullHeight + top) * fullWidth + left) * FLOAT;
    copyRows(height, width, inside, fullWidth * FLOAT, from + c * height * width * FLOAT, width * FLOAT);
  }
}

/** Two dimensions, by steps of 1; and enough of it. */
export function isDirect({ geometry, samples, dtype, groups, inputChannels, outputChannels }: Batch): boolean {
  const { stride, kernel, padding, input, output, dilation } = geometry;
  const flat = kernel[0] === 1 && padding[0] === 0 && input[0] === 1 && output[0] === 1;
  const overlapping = padding.every((size, d) => size <= (kernel[d]! - 1) * dilation[d]!);
  const work = samples * groups * inputChannels * outputChannels * volume(output) * volume(kernel);
  return dtype === float32 && flat && overlapping && stride.every((step) => step === 1) && work >= 2 ** 15;
}

/** out = images correlated with weights: for each of `lines` outputs the sum, over what `offsets` lead to, of a weight times what lies there. */
function correlate(
  grid: Grid,
  from: number,
  lines: number,
  weights: number,
  offsets: Int32Array,
  outHeight: number,
  outWidth: number,
  bias: Float32Array | null,
  out: number,
): void {
  const { gathered, copyRows } = tileKernels();
  const across = Math.ceil((outHeight * grid.fullWidth) / COLUMNS);
  const down = Math.ceil(lines / ROWS);
  const row = across * COLUMNS * FLOAT;
  const result = workspace(down * ROWS * row, 'convolved');
  const table = workspace(offsets.length * 4, 'offsets');
  new Int32Array(table.buffer, table.at, offsets.length).set(offsets);
  gathered(weights, from, result.at, down, across, offsets.length, row, table.at);
  if (bias !== null) {
    const all = new Float32Array(result.buffer, result.at, (down * ROWS * row) / FLOAT);
    const sums = { data: all, at: 0, row: row / FLOAT, step: 1 };
    combineRows('add', lines, row / FLOAT, all, 0, sums, { data: bias, at: 0, row: 1, step: 0 });
  }
  for (let l = 0; l < lines; l++) {
    const to = out + l * outHeight * outWidth * FLOAT;
    copyRows(outHeight, outWidth, to, outWidth * FLOAT, result.at + l * row, grid.fullWidth * FLOAT);
  }
}

/** Lines of weights, packed as tiles want them. */
function packWeights(weights: number, lines: number, depth: number): number {
  const { at } = workspace(Math.ceil(lines / ROWS) * ROWS * depth * FLOAT, 'weights');
  const line = (l: number): number => weights + Math.min(l, lines - 1) * depth * FLOAT;
  for (let l = 0; l < lines; l += ROWS) {
    tileKernels().packAlong(
      at + l * depth * FLOAT,
      ROWS * FLOAT,
      line(l),
      line(l + 1),
      line(l + 2),
      line(l + 3),
      depth,
    );
  }
  return at;
}

/** Where each of a kernel's weights looks, channel by channel, in bytes; `turned`: from its other end. */
function offsetsOf(grid: Grid, { geometry }: Batch, turned: boolean): Int32Array {
  const [, kernelHeight, kernelWidth] = geometry.kernel;
  const [, down, right] = geometry.dilation;
  const offsets = new Int32Array(grid.channels * kernelHeight * kernelWidth);
  let i = 0;
  for (let c = 0; c < grid.channels; c++) {
    for (let a = 0; a < kernelHeight; a++) {
      for (let b = 0; b < kernelWidth; b++) {
        const [y, x] = turned ? [kernelHeight - 1 - a, kernelWidth - 1 - b] : [a, b];
        offsets[i++] = ((c * grid.fullHeight + y * down) * grid.fullWidth + x * right) * FLOAT;
      }
    }
  }
  return offsets;
}

type Floats = Float32Array;

/** What a correlation of a whole batch reads and writes: images of `grid`, and as many lines of weights as results. */
interface Correlation {
  readonly grid: Grid;
  readonly images: Floats;
  readonly lines: number;
  readonly offsets: Int32Array;
  /** Of a group: where its weights lie, line after line. */
  readonly weights: (group: number) => number;
  readonly bias: Floats | null;
  readonly out: Floats;
  /** Two dimensions of a result. */
  readonly size: readonly [number, number];
}

/** Group by group, and in it sample by sample. */
function correlateAll({ samples, groups }: Batch, parts: Correlation): void {
  const { grid, lines, offsets, weights, bias, out, size } = parts;
  const [height, width] = size;
  const images = place(parts.images, 0, parts.images.length, 'left');
  const to = roomFor(grid, 'padded');
  for (let g = 0; g < groups; g++) {
    const packed = packWeights(weights(g), lines, offsets.length);
    const shift = bias?.subarray(g * lines, (g + 1) * lines) ?? null;
    for (let n = 0; n < samples; n++) {
      const part = n * groups + g;
      fill(grid, to, images + part * grid.channels * grid.height * grid.width * FLOAT);
      const result = out.byteOffset + part * lines * height * width * FLOAT;
      correlate(grid, to, lines, packed, offsets, height, width, shift, result);
    }
  }
}

/** output = weight ∗ input + bias. */
export function directOutput(batch: Batch, input: Floats, weight: Floats, bias: Floats | null, out: Floats): boolean {
  if (!isResident(out)) return false;
  const { geometry, inputChannels, outputChannels: lines } = batch;
  const [, height, width] = geometry.output;
  const grid = gridOf(inputChannels, geometry.input, geometry.padding[1], geometry.padding[2]);
  const offsets = offsetsOf(grid, batch, false);
  const all = place(weight, 0, weight.length, 'right');
  const weights = (group: number): number => all + group * lines * offsets.length * FLOAT;
  correlateAll(batch, { grid, images: input, lines, offsets, weights, bias, out, size: [height, width] });
  return true;
}

/** input = the places that output was made of, by weight. */
export function directInput(batch: Batch, output: Floats, weight: Floats, out: Floats): boolean {
  if (!isResident(out)) return false;
  const { geometry, inputChannels: lines, outputChannels } = batch;
  const [, height, width] = geometry.input;
  const reach = geometry.kernel.map((size, d) => (size - 1) * geometry.dilation[d]! - geometry.padding[d]!);
  const grid = gridOf(outputChannels, geometry.output, reach[1]!, reach[2]!);
  const offsets = offsetsOf(grid, batch, true);
  const turned = new Float32Array(lines * offsets.length);
  const weights = (group: number): number => {
    turn(weight, group, batch, turned);
    return place(turned, 0, turned.length, 'right');
  };
  correlateAll(batch, { grid, images: output, lines, offsets, weights, bias: null, out, size: [height, width] });
  return true;
}

/** A group's weights with its input channels first. */
function turn(weight: Floats, group: number, { geometry, inputChannels, outputChannels }: Batch, into: Floats): void {
  const size = volume(geometry.kernel);
  for (let o = 0; o < outputChannels; o++) {
    for (let c = 0; c < inputChannels; c++) {
      const from = ((group * outputChannels + o) * inputChannels + c) * size;
      into.set(weight.subarray(from, from + size), (c * outputChannels + o) * size);
    }
  }
}

/** weight = Σ of output times what each weight saw. */
export function directWeight(batch: Batch, output: Floats, input: Floats, weight: Floats): boolean {
  const { geometry, samples, groups, inputChannels, outputChannels } = batch;
  const [, height, width] = geometry.output;
  const grid = gridOf(inputChannels, geometry.input, geometry.padding[1], geometry.padding[2]);
  // The output on rows as wide as the padded image's, with zeros between them.
  const wide: Grid = { ...gridOf(outputChannels, geometry.output, 0, 0), fullWidth: grid.fullWidth };
  const columns = inputChannels * volume(geometry.kernel);
  const [images, results] = [place(input, 0, input.length, 'left'), place(output, 0, output.length, 'right')];
  const [seen, given] = [roomFor(grid, 'padded'), roomFor(wide, 'widened')];
  const { buffer, at } = workspace(outputChannels * columns * FLOAT, 'convolved');
  const offsets = offsetsOf(grid, batch, false);
  const lines = (begin: (line: number) => number): Lines => ({ begin, step: FLOAT, adjacent: false });
  const x = lines((l) => given + l * height * wide.fullWidth * FLOAT);
  const y = lines((l) => seen + offsets[l]!);
  for (let g = 0; g < groups; g++) {
    for (let n = 0; n < samples; n++) {
      const part = n * groups + g;
      fill(grid, seen, images + part * inputChannels * volume(geometry.input) * FLOAT);
      fill(wide, given, results + part * outputChannels * volume(geometry.output) * FLOAT);
      multiplyLines(x, y, at, outputChannels, (height - 1) * wide.fullWidth + width, columns, n === 0);
    }
    weight.set(new Float32Array(buffer, at, outputChannels * columns), g * outputChannels * columns);
  }
  return true;
}
