import { type Data, int64, isComplex, realType } from '../dtype.ts';
import { contiguousStrides, numel } from '../shape.ts';
import { type NumberData, positions, rowMajor } from '../strided.ts';
import { Tensor } from '../tensor.ts';
import { isResident } from '../wasm/memory.ts';
import { sumColumns, sumLines } from '../wasm/sums.ts';
import { across, adjacent } from './cascade.ts';
import { permuted } from './layout.ts';
import { toRows } from './reduction.ts';

/** Sums over `dims`, one result per remaining position, in the tensor's own dtype. */
export function sumRows(self: Tensor, dims: readonly number[]): Data {
  if (isComplex(self.dtype)) return sumComplex(self, dims);
  return self.dtype === int64 ? sumBig(self, dims) : sumFloats(self, dims);
}

/** The parts apart, each as the real sums go. */
function sumComplex(self: Tensor, dims: readonly number[]): Data {
  const parts = [0, 1].map((lane) => {
    const strides = self.strides.map((stride) => stride * 2);
    const part = new Tensor(self.storage, self.shape, strides, self.offset * 2 + lane, realType(self.dtype));
    return sumFloats(part, dims) as NumberData;
  });
  const out = self.dtype.allocate(parts[0]!.length) as NumberData;
  parts.forEach((part, lane) => {
    for (let i = 0; i < part.length; i++) out[2 * i + lane] = part[i]!;
  });
  return out;
}

function sumBig(self: Tensor, dims: readonly number[]): Data {
  const { data, inner, outer } = toRows(self, dims);
  const rows = data as unknown as BigInt64Array;
  const out = new BigInt64Array(outer);
  for (let r = 0; r < outer; r++) {
    for (let i = 0; i < inner; i++) out[r]! += rows[r * inner + i]!;
  }
  return out;
}

/** As memory lies: the fastest dimensions decide which of PyTorch's loops adds up, the slower ones add to its results in turn. */
function sumFloats(self: Tensor, dims: readonly number[]): Data {
  const order = self.shape.map((_, d) => d).filter((d) => self.shape[d] !== 1);
  order.sort((a, b) => self.strides[b]! - self.strides[a]! || a - b);
  const sorted = permuted(self, order);
  const data = rowMajor(sorted) as NumberData;
  const reduced = order.map((d) => dims.includes(d));
  const out = self.dtype.allocate(numel(self.shape.filter((_, d) => !dims.includes(d)))) as NumberData;
  if (data.length === 0) return out;

  const kept = trailing(reduced, reduced.length, false);
  const start = trailing(reduced, kept, true);
  const size = numel(sorted.shape.slice(start, kept));
  const width = numel(sorted.shape.slice(kept));
  const to = outputStrides(self, dims, order);
  const lead = positions(sorted.shape.slice(0, start), to.slice(0, start), 0);
  const last = positions(sorted.shape.slice(kept), to.slice(kept), 0);
  const single = self.dtype.bytes === 4;
  const round = single ? Math.fround : (value: number): number => value;
  const lanes = single ? 8 : 4;
  if (sumResident(data, out, lead, last, size, width)) return out;
  lead.forEach((target, block) => {
    const from = block * size * width;
    const totals =
      width === 1 ? [adjacent(data, from, size, lanes, round)] : across(data, from, width, size, lanes, round);
    for (let j = 0; j < width; j++) out[target + last[j]!] = out[target + last[j]!]! + totals[j]!;
  });
  return out;
}

/** The same of many float32, as far as there are lines of eight or groups of 32 columns. False: it was not done. */
function sumResident(
  data: NumberData,
  out: NumberData,
  lead: Int32Array,
  last: Int32Array,
  size: number,
  width: number,
): boolean {
  if (!isResident(data) || !(data instanceof Float32Array)) return false;
  if (width === 1) {
    if (size < 8) return false;
    const totals = sumLines(lead.length, size, data.byteOffset);
    for (let i = 0; i < lead.length; i++) out[lead[i]!] = out[lead[i]!]! + totals[i]!;
    return true;
  }
  if (width < 32 || size < 4) return false;
  const whole = width - (width % 32);
  lead.forEach((target, block) => {
    const from = block * size * width;
    const totals = sumColumns(whole, size, data.byteOffset + from * 4, width);
    for (let j = 0; j < whole; j++) out[target + last[j]!] = out[target + last[j]!]! + totals[j]!;
    const rest = lastColumns(data, from, width, size, width - whole);
    for (let j = 0; j < rest.length; j++) out[target + last[whole + j]!] = out[target + last[whole + j]!]! + rest[j]!;
  });
  return true;
}

/** The sums of the last columns, fewer than a group of 32, as `row` makes them: those before them in the kernel's group are not looked at. */
function lastColumns(data: Float32Array, from: number, width: number, size: number, count: number): Float32Array {
  const sums = new Float32Array(count);
  if (count === 0) return sums;
  const rows = size >> 2;
  const first = data.byteOffset + (from + width - 32) * 4;
  const ways = [0, 1, 2, 3].map((way) => sumColumns(32, rows, first + way * width * 4, width * 4).slice(32 - count));
  const start = from + width - count;
  for (let i = rows * 4; i < size; i++) for (let j = 0; j < count; j++) ways[0]![j]! += data[start + i * width + j]!;
  for (const way of ways) for (let j = 0; j < count; j++) sums[j]! += way[j]!;
  return sums;
}

/** Where the run of equal flags that ends before `end` begins. */
function trailing(flags: readonly boolean[], end: number, flag: boolean): number {
  let start = end;
  while (start > 0 && flags[start - 1] === flag) start--;
  return start;
}

/** How far each dimension of `order` moves in the output: not at all where it is reduced. */
function outputStrides(self: Tensor, dims: readonly number[], order: readonly number[]): number[] {
  const kept = self.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const strides = contiguousStrides(kept.map((d) => self.shape[d]!));
  return order.map((d) => (dims.includes(d) ? 0 : strides[kept.indexOf(d)]!));
}
