import type { Data, DType, Tensor } from '../engine/index.ts';
import type { RawValue } from './events.ts';
import { DATA_LIMIT, type Element, type Stats } from './model.ts';
import { type SumFloats, Sums } from './stats.ts';
import { PREVIEW } from './value.ts';

/** What was found of a memory when it was last looked at, as long as nobody writes to it. */
interface Kept {
  readonly stamp: number;
  readonly dtype: DType;
  /** Which elements: where they begin and how many lie one after another; none but one stretch of memory is known by that. */
  readonly offset: number;
  readonly run: number;
  readonly stats: Stats;
  /** In which order. */
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly value: RawValue;
}

/**
 * Copies what tensors hold. Of big ones in memory that has not changed, what was found before serves again: a view of all that another tensor
 * shows has the same statistics.
 */
export function createSnapshots(sumFloats: SumFloats | null): (tensor: Tensor) => RawValue {
  const kept = new WeakMap<object, Kept>();

  function summary(tensor: Tensor): RawValue {
    const { storage, dtype, offset, shape, strides } = tensor;
    const { stamp } = storage;
    const found = kept.get(storage.memory);
    const last = found?.stamp === stamp && found.dtype === dtype && found.offset === offset ? found : null;
    if (last?.shape === shape && last.strides === strides) return last.value;
    const layout = layoutOf(tensor);
    const run = layout.dims.length === 0 && layout.repeats === 1 ? layout.run : -1;
    const stats = last !== null && last.run === run && run >= 0 ? last.stats : statsOf(tensor, layout, sumFloats);
    const value = { shape: shapeOf(tensor), dtype: dtype.name, stats, preview: previewOf(tensor) };
    kept.set(storage.memory, { stamp, dtype, offset, run, stats, shape, strides, value });
    return value;
  }

  return (tensor) =>
    tensor.numel <= DATA_LIMIT
      ? { shape: shapeOf(tensor), dtype: tensor.dtype.name, data: copy(tensor) }
      : summary(tensor);
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

function statsOf(tensor: Tensor, layout: Layout, sumFloats: SumFloats | null): Stats {
  const { data } = tensor.storage;
  const sums = new Sums();
  if (tensor.dtype.lanes === 1) addRuns(sums, tensor, layout, data, sumFloats);
  else walk(tensor, (position) => sums.add(size(data, position, tensor.dtype.lanes)));
  return sums.stats();
}

/** Both ends. */
function previewOf(tensor: Tensor): { head: Element[]; tail: Element[] } {
  const { data } = tensor.storage;
  const read = readerOf(tensor);
  const [head, tail]: [Element[], Element[]] = [[], []];
  for (let i = 0; i < PREVIEW; i++) {
    head.push(read(data, positionOf(tensor, i)));
    tail.push(read(data, positionOf(tensor, tensor.numel - PREVIEW + i)));
  }
  return { head, tail };
}

/** Sums do not ask for the order: whatever lies in one stretch of memory is summed in one, and what is repeated once. */
function addRuns(
  sums: Sums,
  { offset }: Tensor,
  { run, repeats, dims }: Layout,
  data: Data,
  sumFloats: SumFloats | null,
): void {
  visitOffsets(dims, offset, (at) => {
    if (data instanceof BigInt64Array) sums.addLongs(data, at, at + run);
    else if (sumFloats !== null && data instanceof Float32Array && run > 16)
      sums.addFloats(data, at, at + run, sumFloats);
    else sums.addAll(data, at, at + run);
  });
  sums.repeat(repeats);
}

interface Dim {
  size: number;
  stride: number;
}

/** A tensor's elements, each once: stretches of `run` elements, which begin where `dims` say; each is there `repeats` times. */
interface Layout {
  readonly run: number;
  readonly repeats: number;
  readonly dims: readonly Dim[];
}

function layoutOf({ shape, strides }: Tensor): Layout {
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
