/**
 * Patches of an image laid side by side, so that a convolution is a product of matrices (Chellapilla, Puri and Simard 2006): the column of an
 * output position holds what the kernel sees there, channel by channel. One and two dimensions are three with leading ones.
 */
import type { Data } from '../dtype.ts';

/** Sizes along depth, height and width. */
export type Triple = readonly [number, number, number];

export interface Geometry {
  readonly input: Triple;
  readonly output: Triple;
  readonly kernel: Triple;
  readonly stride: Triple;
  readonly padding: Triple;
  readonly dilation: Triple;
}

export const clear = (data: Data): Data => (data instanceof BigInt64Array ? data.fill(0n) : data.fill(0));

export const volume = ([d, h, w]: Triple): number => d * h * w;

/** A line of an image's row and the line of the columns that it goes to or comes from. */
type Visit = (column: number, row: number, from: number, first: number, last: number) => void;

/**
 * Calls `visit` for each line of the columns with: where it begins, where the image's row begins, the image's column of the first output, and
 * the outputs from `first` to before `last` that lie inside the image.
 */
function eachLine(g: Geometry, channels: number, visit: Visit): void {
  const [inD, inH, inW] = g.input;
  const [outD, outH, outW] = g.output;
  const [kD, kH, kW] = g.kernel;
  let column = 0;
  for (let c = 0; c < channels; c++) {
    for (let a = 0; a < kD; a++) {
      for (let b = 0; b < kH; b++) {
        for (let e = 0; e < kW; e++) {
          const from = e * g.dilation[2] - g.padding[2];
          const first = Math.min(outW, Math.max(0, Math.ceil(-from / g.stride[2])));
          const last = Math.max(first, Math.min(outW, Math.ceil((inW - from) / g.stride[2])));
          for (let d = 0; d < outD; d++) {
            const z = d * g.stride[0] + a * g.dilation[0] - g.padding[0];
            for (let h = 0; h < outH; h++, column += outW) {
              const y = h * g.stride[1] + b * g.dilation[1] - g.padding[1];
              const inside = z >= 0 && z < inD && y >= 0 && y < inH;
              if (inside) visit(column, ((c * inD + z) * inH + y) * inW, from, first, last);
            }
          }
        }
      }
    }
  }
}

/** Fills `columns` from the image that begins at `start`. */
export function toColumns(image: Data, start: number, columns: Data, geometry: Geometry, channels: number): void {
  const step = geometry.stride[2];
  clear(columns);
  eachLine(geometry, channels, (column, row, from, first, last) => {
    for (let i = first; i < last; i++) {
      columns[column + i] = image[start + row + from + i * step]!;
    }
  });
}

/** Adds `columns` to the image that begins at `start`: the transpose of `toColumns`. */
export function addColumns(columns: Data, image: Data, start: number, geometry: Geometry, channels: number): void {
  const step = geometry.stride[2];
  eachLine(geometry, channels, (column, row, from, first, last) => {
    for (let i = first; i < last; i++) {
      (image[start + row + from + i * step] as number) += columns[column + i] as number;
    }
  });
}
