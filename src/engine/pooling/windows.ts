/** Windows that slide over the planes of an image, of up to three dimensions: what pooling is made of. */
import { runtimeError } from '../errors.ts';
import type { Shape } from '../shape.ts';

/** First element and the one past the last along one dimension, before they are cut to the image. */
export type Span = readonly [from: number, to: number];

/** For each dimension the windows' spans. */
export type Windows = readonly (readonly Span[])[];

export interface Sliding {
  readonly kernel: Shape;
  readonly stride: Shape;
  readonly padding: Shape;
  readonly dilation: Shape;
  readonly ceil: boolean;
}

/** How many windows fit; with `ceil` the last may reach beyond the padding, but begins inside of it (PyTorch's `pooling_output_shape`). */
export function pooledSize(size: number, d: number, { kernel, stride, padding, dilation, ceil }: Sliding): number {
  const reach = dilation[d]! * (kernel[d]! - 1) + 1;
  const room = size + 2 * padding[d]! - reach + (ceil ? stride[d]! - 1 : 0);
  const count = Math.floor(room / stride[d]!) + 1;
  return ceil && (count - 1) * stride[d]! >= size + padding[d]! ? count - 1 : count;
}

/** Refuses what makes no windows, in PyTorch's words. */
export function checkSliding({ kernel, stride, padding, dilation }: Sliding): void {
  if (stride.some((step) => step <= 0)) throw runtimeError('stride should not be zero');
  if (kernel.some((size) => size <= 0)) throw runtimeError(`kernel size should be greater than zero, but got kernel`);
  if (dilation.some((step) => step <= 0)) {
    const given = dilation.map((step, d) => `dilation${'THW'[d + 3 - dilation.length]}: ${step}`);
    throw runtimeError(`dilation should be greater than zero, but got ${given.join(' ')}`);
  }
  padding.forEach((size, d) => {
    if (size < 0) throw runtimeError(`pad must be non-negative, but got pad: ${size}`);
    if (size <= Math.floor(kernel[d]! / 2)) return;
    throw runtimeError(`pad should be at most half of kernel size, but got pad=${size} and kernel_size=${kernel[d]}`);
  });
}

/** The windows of adaptive pooling: as even as can be, overlapping where they must. */
export const adaptiveWindows = (input: Shape, output: Shape): Windows =>
  output.map((count, d) => {
    const size = input[d]!;
    return Array.from(
      { length: count },
      (_, i): Span => [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)],
    );
  });

/** What lies in each window of a plane, for planes that are contiguous: positions by window, one list for all planes. */
export function positionsOf(input: Shape, windows: readonly (readonly (readonly number[])[])[]): readonly Int32Array[] {
  let origin: number[][] = [[0]];
  input.forEach((size, d) => {
    const next: number[][] = [];
    for (const before of origin) {
      for (const along of windows[d]!) {
        const positions: number[] = [];
        for (const base of before) for (const at of along) positions.push(base * size + at);
        next.push(positions);
      }
    }
    origin = next;
  });
  return origin.map((positions) => Int32Array.from(positions));
}

/** The places along each dimension that sliding windows see, inside the image. */
export function slidingPlaces(input: Shape, sliding: Sliding): (readonly number[])[][] {
  const { kernel, stride, padding, dilation } = sliding;
  return input.map((size, d) =>
    Array.from({ length: pooledSize(size, d, sliding) }, (_, i) => {
      const from = i * stride[d]! - padding[d]!;
      const places = Array.from({ length: kernel[d]! }, (__, k) => from + k * dilation[d]!);
      return places.filter((place) => place >= 0 && place < size);
    }),
  );
}

/** The places of spans. */
export const spanPlaces = (windows: Windows): (readonly number[])[][] =>
  windows.map((spans) => spans.map(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i)));
