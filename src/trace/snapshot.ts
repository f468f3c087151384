import type { Data, Tensor } from '../engine/index.ts';
import type { RawValue } from './events.ts';
import { DATA_LIMIT, type Element } from './model.ts';
import { type SumFloats, Sums } from './stats.ts';
import { PREVIEW } from './value.ts';

interface Kept {
  readonly value: RawValue;
  readonly storage: unknown;
  readonly shape: readonly number[];
  readonly version: number;
}

/** Copies what tensors hold. Of a big tensor that has not changed, the copy that was made before serves again. */
export function createSnapshots(sumFloats: SumFloats | null): (tensor: Tensor) => RawValue {
  const kept = new WeakMap<Tensor, Kept>();
  return (tensor) => {
    if (tensor.numel <= DATA_LIMIT) return { shape: shapeOf(tensor), dtype: tensor.dtype.name, data: copy(tensor) };
    const { storage, shape } = tensor;
    const last = kept.get(tensor);
    if (last?.storage === storage && last.version === storage.stamp && last.shape === shape) return last.value;
    const value = summary(tensor, sumFloats);
    kept.set(tensor, { value, storage, shape, version: storage.stamp });
    return value;
  };
}

/** The engine replaces shapes and never changes them: no copy is needed. */
const shapeOf = (tensor: Tensor): number[] => tensor.shape as number[];

function copy(tensor: Tensor): Element[] {
  const { data } = tensor.storage;
  const read = readerOf(tensor);
  if (tensor.numel === 1) return [read(data, tensor.offset)];
  const out: Element[] = [];
  walk(tensor, (position) => {
    out.push(read(data, position));
  });
  return out;
}

/** Statistics and both ends. */
function summary(tensor: Tensor, sumFloats: SumFloats | null): RawValue {
  const { data } = tensor.storage;
  const sums = new Sums();
  if (tensor.dtype.lanes === 1 && !(data instanceof BigInt64Array)) addRuns(sums, tensor, data, sumFloats);
  else walk(tensor, (position) => sums.add(size(data, position, tensor.dtype.lanes)));
  const read = readerOf(tensor);
  const elements = (from: number): Element[] =>
    Array.from({ length: PREVIEW }, (_, i) => read(data, positionOf(tensor, from + i)));
  const preview = { head: elements(0), tail: elements(tensor.numel - PREVIEW) };
  return { shape: shapeOf(tensor), dtype: tensor.dtype.name, stats: sums.stats(), preview };
}

/** Sums do not ask for the order: whatever lies in one stretch of memory is summed in one, and what is repeated once. */
function addRuns(sums: Sums, tensor: Tensor, data: Numbers, sumFloats: SumFloats | null): void {
  const { run, repeats, dims } = layoutOf(tensor);
  visitOffsets(dims, tensor.offset, (at) => {
    if (sumFloats !== null && data instanceof Float32Array && run > 16) sums.addFloats(data, at, at + run, sumFloats);
    else sums.addAll(data, at, at + run);
  });
  sums.repeat(repeats);
}

type Numbers = Exclude<Data, BigInt64Array>;

interface Dim {
  size: number;
  stride: number;
}

/** A tensor's elements, each once: stretches of `run` elements, which begin where `dims` say; each is there `repeats` times. */
function layoutOf({ shape, strides }: Tensor): { run: number; repeats: number; dims: Dim[] } {
  const all = shape.map((size, d) => ({ size, stride: strides[d]! })).filter(({ size }) => size !== 1);
  const dims = all.filter(({ stride }) => stride !== 0).sort((a, b) => b.stride - a.stride);
  let run = 1;
  while (dims.at(-1)?.stride === run) run *= dims.pop()!.size;
  const repeats = all.reduce((product, { size, stride }) => (stride === 0 ? product * size : product), 1);
  return { run, repeats, dims };
}

function visitOffsets(dims: readonly Dim[], offset: number, visit: (at: number) => void, depth = 0): void {
  const dim = dims[depth];
  if (dim === undefined) visit(offset);
  else for (let i = 0; i < dim.size; i++) visitOffsets(dims, offset + i * dim.stride, visit, depth + 1);
}

/** Where in memory the i-th element lies, in row-major order. */
function positionOf({ shape, strides, offset }: Tensor, i: number): number {
  let [position, rest] = [offset, i];
  for (let d = shape.length - 1; d >= 0; d--) {
    position += (rest % shape[d]!) * strides[d]!;
    rest = Math.floor(rest / shape[d]!);
  }
  return position;
}

/** What counts in statistics: of a complex number its size. */
const size = (data: Data, position: number, lanes: 1 | 2): number =>
  lanes === 1 ? Number(data[position]!) : Math.hypot(Number(data[2 * position]!), Number(data[2 * position + 1]!));

type Read = (data: Data, position: number) => Element;

function readerOf(tensor: Tensor): Read {
  if (tensor.dtype.lanes === 2) return readComplex;
  if (tensor.dtype.name === 'bool') return (data, position) => data[position] !== 0;
  return tensor.dtype.name === 'int64' ? readBig : readNumber;
}

const readBig: Read = (data, position) => {
  const raw = data[position]!;
  const value = Number(raw);
  return Number.isSafeInteger(value) ? value : String(raw);
};

const readNumber: Read = (data, position) => numberElement(data[position] as number);

const readComplex: Read = (data, position) => {
  const [re, im] = [numberElement(data[2 * position] as number), numberElement(data[2 * position + 1] as number)];
  return `${re}${String(im).startsWith('-') ? '' : '+'}${im}j`;
};

function numberElement(value: number): number | string {
  if (value - value === 0) return Object.is(value, -0) ? '-0' : value;
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** Memory positions in row-major order. */
function walk(tensor: Tensor, visit: (position: number) => void): void {
  const { shape, strides, numel } = tensor;
  const last = shape.length - 1;
  const inner = last < 0 ? 1 : shape[last]!;
  const step = last < 0 ? 0 : strides[last]!;
  const index = new Array<number>(shape.length).fill(0);
  let start = tensor.offset;
  for (let done = 0; done < numel; done += inner) {
    for (let k = 0; k < inner; k++) visit(start + k * step);
    for (let d = last - 1; d >= 0; d--) {
      start += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      start -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
}
