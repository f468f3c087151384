/** The three products of a convolution: its output, and what reaches its input and its weight backwards. All row-major. */
import { type Data, type DType, float32, int64 } from '../dtype.ts';
import { multiply, multiplyBig, type Sizes, type Starts } from '../linear-algebra/multiply.ts';
import { gemm } from '../wasm/gemm.ts';
import { isResident } from '../wasm/memory.ts';
import { directInput, directOutput, directWeight, isDirect } from './direct.ts';
import { addColumns, clear, type Geometry, toColumns, volume } from './patches.ts';

export interface Batch {
  readonly geometry: Geometry;
  readonly samples: number;
  readonly groups: number;
  /** Per group. */
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly dtype: DType;
}

type Multiply = (x: Data, y: Data, out: Data, sizes: Sizes, at: Starts) => void;

const multiplierOf = (dtype: DType): Multiply =>
  (dtype === int64 ? multiplyBig : dtype === float32 ? multiplyFloats : multiply) as Multiply;

/** Big ones by kernels, which add to what is there as well. */
function multiplyFloats(x: Float32Array, y: Float32Array, out: Float32Array, sizes: Sizes, at: Starts): void {
  const { m, k, n } = sizes;
  const [left, right] = [
    { data: x, at: at.x, row: k, column: 1 },
    { data: y, at: at.y, row: n, column: 1 },
  ];
  if (m * k * n < BIG || !isResident(out)) multiply(x, y, out, sizes, at);
  else gemm(left, right, out, at.out, m, k, n, false);
}

const BIG = 2 ** 15;

/** Calls `body` for each sample and group with where its input, output and weight begin, in elements. */
function eachPart(batch: Batch, body: (input: number, output: number, weight: number) => void): void {
  const { geometry, samples, groups, inputChannels, outputChannels } = batch;
  const weightSize = outputChannels * inputChannels * volume(geometry.kernel);
  for (let n = 0; n < samples; n++) {
    for (let g = 0; g < groups; g++) {
      const part = n * groups + g;
      const input = part * inputChannels * volume(geometry.input);
      body(input, part * outputChannels * volume(geometry.output), g * weightSize);
    }
  }
}

const patchSize = ({ inputChannels, geometry }: Batch): number => inputChannels * volume(geometry.kernel);

function columnsOf(batch: Batch): Data {
  return batch.dtype.allocate(patchSize(batch) * volume(batch.geometry.output));
}

/** output = weight · patches(input) + bias. `output` is zeros. */
export function fillOutput(batch: Batch, input: Data, weight: Data, bias: Data | null, output: Data): void {
  if (isDirect(batch)) {
    const floats = [input, weight, bias, output] as unknown as [Float32Array, Float32Array, Float32Array, Float32Array];
    if (directOutput(batch, ...floats)) return;
  }
  if (bias !== null) spread(bias, batch, output);
  addOutput(batch, input, weight, output);
}

/** Writes each channel's bias over its places. */
function spread(bias: Data, { geometry, samples, groups, outputChannels }: Batch, output: Data): void {
  const places = volume(geometry.output);
  const channels = groups * outputChannels;
  for (let i = 0; i < samples * channels; i++) {
    (output as Float32Array).fill(bias[i % channels] as number, i * places, (i + 1) * places);
  }
}

function addOutput(batch: Batch, input: Data, weight: Data, output: Data): void {
  const run = multiplierOf(batch.dtype);
  const columns = columnsOf(batch);
  const sizes = { m: batch.outputChannels, k: patchSize(batch), n: volume(batch.geometry.output) };
  eachPart(batch, (from, to, w) => {
    toColumns(input, from, columns, batch.geometry, batch.inputChannels);
    run(weight, columns, output, sizes, { x: w, y: 0, out: to });
  });
}

/** input = the patches' places of weightᵀ · output, + bias. `input` is zeros. */
export function fillInput(batch: Batch, output: Data, weight: Data, bias: Data | null, input: Data): void {
  if (bias === null && isDirect(batch)) {
    if (directInput(batch, output as Float32Array, weight as Float32Array, input as Float32Array)) return;
  }
  if (bias !== null) spread(bias, transposed(batch), input);
  addInput(batch, output, weight, input);
}

/** The batch whose output is this one's input. */
function transposed(batch: Batch): Batch {
  const { geometry, inputChannels, outputChannels } = batch;
  const turned = { ...geometry, input: geometry.output, output: geometry.input };
  return { ...batch, geometry: turned, inputChannels: outputChannels, outputChannels: inputChannels };
}

function addInput(batch: Batch, output: Data, weight: Data, input: Data): void {
  const run = multiplierOf(batch.dtype);
  const columns = columnsOf(batch);
  const [m, k, n] = [patchSize(batch), batch.outputChannels, volume(batch.geometry.output)];
  const turned = transposedParts(weight, batch.groups, k, m);
  eachPart(batch, (to, from, w) => {
    clear(columns);
    run(turned, output, columns, { m, k, n }, { x: w, y: from, out: 0 });
    addColumns(columns, input, to, batch.geometry, batch.inputChannels);
  });
}

/** weight = output · patches(input)ᵀ. `weight` is zeros. */
export function fillWeight(batch: Batch, output: Data, input: Data, weight: Data): void {
  if (isDirect(batch)) {
    if (directWeight(batch, output as Float32Array, input as Float32Array, weight as Float32Array)) return;
  }
  const run = multiplierOf(batch.dtype);
  const columns = columnsOf(batch);
  const [m, k, n] = [batch.outputChannels, volume(batch.geometry.output), patchSize(batch)];
  eachPart(batch, (from, at, w) => {
    toColumns(input, from, columns, batch.geometry, batch.inputChannels);
    run(output, transposedParts(columns, 1, n, k), weight, { m, k, n }, { x: at, y: 0, out: w });
  });
}

/** Each of `count` matrices of rows × columns, transposed. */
function transposedParts(data: Data, count: number, rows: number, columns: number): Data {
  const out = data.slice() as Data;
  for (let part = 0; part < count; part++) {
    const start = part * rows * columns;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        out[start + j * rows + i] = data[start + i * columns + j]!;
      }
    }
  }
  return out;
}
