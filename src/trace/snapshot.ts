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

/** Statistics and both ends, in one pass over memory. */
function summary(tensor: Tensor, sumFloats: SumFloats | null): RawValue {
  const { data } = tensor.storage;
  const read = readerOf(tensor);
  if (tensor.isContiguous && tensor.dtype.lanes === 1 && !(data instanceof BigInt64Array))
    return contiguousSummary(tensor, sumFloats);
  const sums = new Sums();
  const head: Element[] = [];
  const tail: Element[] = [];
  const tailFrom = tensor.numel - PREVIEW;
  let i = 0;
  walk(tensor, (position) => {
    sums.add(size(data, position, tensor.dtype.lanes));
    if (i < PREVIEW) head.push(read(data, position));
    else if (i >= tailFrom) tail.push(read(data, position));
    i++;
  });
  return { shape: shapeOf(tensor), dtype: tensor.dtype.name, stats: sums.stats(), preview: { head, tail } };
}

/** The same of numbers that lie in order. */
function contiguousSummary(tensor: Tensor, sumFloats: SumFloats | null): RawValue {
  const { offset, numel } = tensor;
  const data = tensor.storage.data as Exclude<Data, BigInt64Array>;
  const read = readerOf(tensor);
  const sums = new Sums();
  if (sumFloats !== null && data instanceof Float32Array) sums.addFloats(data, offset, offset + numel, sumFloats);
  else sums.addAll(data, offset, offset + numel);
  const elements = (from: number): Element[] => Array.from({ length: PREVIEW }, (_, i) => read(data, from + i));
  const preview = { head: elements(offset), tail: elements(offset + numel - PREVIEW) };
  return { shape: shapeOf(tensor), dtype: tensor.dtype.name, stats: sums.stats(), preview };
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
