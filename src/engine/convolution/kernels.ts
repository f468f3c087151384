/** The three products of a convolution: its output, and what reaches its input and its weight backwards. All row-major. */
import { type Data, type DType, int64, isComplex } from '../dtype.ts';
import { multiply, multiplyBig, multiplyComplex, type Sizes, type Starts } from '../linear-algebra/multiply.ts';
import { addColumns, type Geometry, toColumns, volume } from './patches.ts';

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
  (isComplex(dtype) ? multiplyComplex : dtype === int64 ? multiplyBig : multiply) as Multiply;

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

/** output += weight · patches(input). */
export function addOutput(batch: Batch, input: Data, weight: Data, output: Data): void {
  const run = multiplierOf(batch.dtype);
  const columns = columnsOf(batch);
  const sizes = { m: batch.outputChannels, k: patchSize(batch), n: volume(batch.geometry.output) };
  eachPart(batch, (from, to, w) => {
    toColumns(input, from * batch.dtype.lanes, columns, batch.geometry, batch.inputChannels, batch.dtype.lanes);
    run(weight, columns, output, sizes, { x: w, y: 0, out: to });
  });
}

/** input += the patches' places of weightᵀ · output. */
export function addInput(batch: Batch, output: Data, weight: Data, input: Data): void {
  const { lanes } = batch.dtype;
  const run = multiplierOf(batch.dtype);
  const columns = columnsOf(batch);
  const [m, k, n] = [patchSize(batch), batch.outputChannels, volume(batch.geometry.output)];
  const turned = transposedParts(weight, batch.groups, k, m, lanes);
  eachPart(batch, (to, from, w) => {
    columns.fill(0 as never);
    run(turned, output, columns, { m, k, n }, { x: w, y: from, out: 0 });
    addColumns(columns, input, to * lanes, batch.geometry, batch.inputChannels, lanes);
  });
}

/** weight += output · patches(input)ᵀ. */
export function addWeight(batch: Batch, output: Data, input: Data, weight: Data): void {
  const { lanes } = batch.dtype;
  const run = multiplierOf(batch.dtype);
  const columns = columnsOf(batch);
  const [m, k, n] = [batch.outputChannels, volume(batch.geometry.output), patchSize(batch)];
  eachPart(batch, (from, at, w) => {
    toColumns(input, from * lanes, columns, batch.geometry, batch.inputChannels, lanes);
    run(output, transposedParts(columns, 1, n, k, lanes), weight, { m, k, n }, { x: at, y: 0, out: w });
  });
}

/** Each of `count` matrices of rows × columns, transposed. */
function transposedParts(data: Data, count: number, rows: number, columns: number, lanes: number): Data {
  const out = data.slice() as Data;
  for (let part = 0; part < count; part++) {
    const start = part * rows * columns;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const from = (start + i * columns + j) * lanes;
        const to = (start + j * rows + i) * lanes;
        out[to] = data[from]!;
        if (lanes === 2) out[to + 1] = data[from + 1]!;
      }
    }
  }
  return out;
}
