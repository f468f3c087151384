/** What pools refuse, in PyTorch's words; they differ from pool to pool. */
import { runtimeError } from '../../errors.ts';
import { formatShape, type Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { planeOf } from './pooling-parts.ts';

type Dims = 2 | 3;

const RANKS = { 2: '3D or 4D', 3: '4D or 5D' } as const;

const fits = ({ rank }: Tensor, dims: number): boolean => rank === dims + 1 || rank === dims + 2;

/** Channels and plane: all but the batch. */
const ownSizes = (input: Tensor, dims: number): Shape => planeOf(input, dims + 1);

/** The batch alone may be empty. */
export function checkPooled(input: Tensor, dims: Dims, kind: 'max' | 'avg'): void {
  const empty = fits(input, dims) && ownSizes(input, dims).includes(0);
  if (fits(input, dims) && !empty) return;
  const shape = formatShape(input.shape);
  if (dims === 2 && (empty || kind === 'avg')) {
    throw runtimeError(
      `Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:${shape}`,
    );
  }
  if (!empty) throw runtimeError(`non-empty ${RANKS[dims]} (batch mode) tensor expected for input`);
  const name = kind === 'avg' ? 'avg_pool3d' : 'max_pool3d_with_indices_out_cpu_template';
  throw runtimeError(
    `${name}(): Expected input's non-batch dimensions to have positive length, but input has a shape of ${shape} and non-batch dimension 0 has length zero!`,
  );
}

/** An average in three dimensions wants an image that is no smaller than the kernel. */
export function checkReach(plane: Shape, kernel: Shape): void {
  if (plane.every((size, d) => size >= kernel[d]!)) return;
  const [[t, h, w], [kt, kh, kw]] = [plane, kernel];
  throw runtimeError(`input image (T: ${t} H: ${h} W: ${w}) smaller than kernel size (kT: ${kt} kH: ${kh} kW: ${kw})`);
}

/** The sizes from dimension `first` on may not be 0. */
function checkNotEmpty(name: string, input: Tensor, first: number): void {
  const empty = input.shape.indexOf(0, first);
  if (empty < 0) return;
  throw runtimeError(
    `${name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${formatShape(input.shape)} with dimension ${empty} being empty`,
  );
}

export function checkAdaptiveMax(input: Tensor, size: Shape, dims: Dims): void {
  const name = `adaptive_max_pool${dims}d`;
  if (!fits(input, dims)) {
    throw runtimeError(`${name}(): Expected ${RANKS[dims]} tensor, but got: ${formatShape(input.shape)}`);
  }
  checkNotEmpty(name, input, 1);
  const negative = size.find((one) => one < 0);
  if (negative === undefined) return;
  const shape = [...input.shape.slice(0, -dims), ...size];
  throw runtimeError(`Trying to create tensor with negative dimension ${negative}: ${formatShape(shape)}`);
}

export function checkAdaptiveAverage(input: Tensor, size: Shape, dims: Dims): void {
  if (size.some((one) => one < 0)) {
    const given = dims === 2 ? size.join(', ') : `${size[0]}, ${size[1]},${size[2]}`;
    throw runtimeError(
      `adaptive_avg_pool2d: elements of output_size must be greater than or equal to 0 but received {${given}}`,
    );
  }
  checkNotEmpty(`adaptive_avg_pool${dims}d`, input, dims === 2 ? input.rank - 2 : 1);
}

/** Of what runs on rows as on images of one line. */
export function checkRow(input: Tensor, name: string): void {
  if (input.rank === 2 || input.rank === 3) return;
  throw runtimeError(
    `Expected 2 to 3 dimensions, but got ${input.rank}-dimensional tensor for argument #1 'self' (while checking arguments for ${name})`,
  );
}

/** `max_pool1d` of its own, which PyTorch takes where no gradient is wanted. */
export function checkMaxRow(kernel: number, stride: number, padding: number, dilation: number): void {
  const name = 'max_pool1d()';
  if (kernel <= 0) throw runtimeError(`${name} kernel_size must be greater than zero, but got ${kernel}`);
  if (stride <= 0) throw runtimeError(`${name} stride must be greater than zero, but got ${stride}`);
  if (padding < 0) throw runtimeError(`${name} padding must be non-negative, but got ${padding}`);
  if (padding > Math.floor(kernel / 2)) {
    throw runtimeError(
      `${name} padding should be at most half of kernel size, but got padding=${padding} and kernel_size=${kernel}`,
    );
  }
  if (dilation <= 0) throw runtimeError(`${name} dilation must be greater than zero, but got ${dilation}`);
}
