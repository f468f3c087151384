/** `where` of many float32 by a kernel: a row of all three operands at a time. */
import { float32 } from '../dtype.ts';
import { broadcastStrides, numel, type Shape } from '../shape.ts';
import { inDtype } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { copyKernels } from '../wasm/copies.ts';
import { addressOf, isResident, workspace } from '../wasm/memory.ts';

/** out = self where the condition holds, else other; `out` is row-major. False: it was not done. */
export function chooseRows(condition: Tensor, self: Tensor, other: Tensor, shape: Shape, out: Tensor): boolean {
  const { data } = out.storage;
  if (out.dtype !== float32 || !isResident(data)) return false;
  const operands = [inDtype(self, float32), inDtype(other, float32), condition];
  const { sizes, strides } = merged(
    shape,
    operands.map((one) => broadcastStrides(one.shape, one.strides, shape)),
  );
  const last = sizes.length - 1;
  const n = sizes[last]!;
  const rows = sizes[last - 1]!;
  const [dx, dy, dm] = strides.map((one) => one[last]!) as [number, number, number];
  if (n < 4 || dm !== 1 || dx > 1 || dy > 1 || dx < 0 || dy < 0) return false;
  const reach = (k: number): number => 1 + sizes.reduce((sum, size, d) => sum + (size - 1) * strides[k]![d]!, 0);
  const x = addressOf(operands[0]!.storage.data as Float32Array, operands[0]!.offset, reach(0), 0);
  const y = addressOf(operands[1]!.storage.data as Float32Array, operands[1]!.offset, reach(1), 1);
  if (x < 0 || y < 0) return false;
  const mask = placeBytes(condition.storage.data as Uint8Array, condition.offset, reach(2));
  const [xRow, yRow, maskRow] = strides.map((one) => one[last - 1]!) as [number, number, number];
  const { choose } = copyKernels();
  const along = dx + 2 * dy;
  eachBlock(sizes, strides, rows * n, ([i, j, k], o) => {
    const to = data.byteOffset + o * 4;
    choose(rows, n, to, x + i * 4, xRow * 4, y + j * 4, yRow * 4, mask + k, maskRow, along);
  });
  return true;
}

/** Calls `body` for all but the last two dimensions with where the operands' elements are, and how many were before. */
function eachBlock(
  sizes: readonly number[],
  strides: readonly Shape[],
  block: number,
  body: (at: readonly [number, number, number], done: number) => void,
): void {
  const count = numel(sizes);
  const index = new Array<number>(sizes.length).fill(0);
  const at: [number, number, number] = [0, 0, 0];
  for (let done = 0; done < count; done += block) {
    body(at, done);
    for (let d = sizes.length - 3; d >= 0; d--) {
      const full = ++index[d]! === sizes[d]!;
      for (let k = 0; k < 3; k++) at[k]! += strides[k]![d]! * (full ? 1 - sizes[d]! : 1);
      if (!full) break;
      index[d] = 0;
    }
  }
}

/** Neighbouring dimensions that all operands walk in one go become one; two are left at least. */
function merged(shape: Shape, all: readonly Shape[]): { sizes: number[]; strides: number[][] } {
  const sizes = [1, 1];
  const strides = all.map(() => [0, 0]);
  shape.forEach((size, d) => {
    if (size === 1) return;
    const last = sizes.length - 1;
    const together = all.every((one, k) => strides[k]![last] === one[d]! * size);
    if (sizes[last] !== 1 && !together) {
      sizes.push(size);
      for (const [k, one] of all.entries()) strides[k]!.push(one[d]!);
      return;
    }
    sizes[last]! *= size;
    for (const [k, one] of all.entries()) strides[k]![last] = one[d]!;
  });
  return { sizes, strides };
}

function placeBytes(data: Uint8Array, at: number, count: number): number {
  if (isResident(data)) return data.byteOffset + at;
  const space = workspace(count, 'mask');
  new Uint8Array(space.buffer, space.at, count).set(data.subarray(at, at + count));
  return space.at;
}
