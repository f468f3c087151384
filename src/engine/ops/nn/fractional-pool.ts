/** Fractional max pooling (Graham 2014, arXiv:1412.6071): windows whose steps vary at random around a size that is no integer. */

import { float32 } from '../../dtype.ts';
import { runtimeError, valueError } from '../../errors.ts';
import { positionsOf, type Span, spanPlaces } from '../../pooling/windows.ts';
import { declare, define } from '../../registry.ts';
import { formatShape, type Shape, wrapDim } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import type { Tensor } from '../../tensor.ts';
import { rand } from '../random.ts';
import { requireNoGrad } from '../undifferentiable.ts';
import { face, internal } from './face.ts';
import { largestByPlane, planeOf, requireFloats, spreading } from './pooling-parts.ts';

const SIDES = { 2: ['height', 'width'], 3: ['time', 'height', 'width'] } as const;

const pools = ([2, 3] as const).map((dims) => {
  const pool = declare(
    `_fractional_max_pool${dims}d(Tensor self, int[${dims}] kernel_size, int[${dims}] output_size, Tensor random_samples) -> (Tensor, Tensor)`,
  );
  const spread = spreading(`FractionalMaxPool${dims}D`, dims);
  define(pool, {
    ...internal,
    node: `FractionalMaxPool${dims}DBackward0`,
    differentiable: [0],
    kernel: (self, kernel, size, samples) => {
      requireNoGrad(`fractional_max_pool${dims}d`, { random_samples: samples });
      check(self, kernel, size, dims);
      requireFloats(`fractional_max_pool${dims}d_out_frame`, self);
      const drawn = samplesOf(self, samples, dims);
      const plane = planeOf(self, dims);
      return largestByPlane(self, size, (p) => {
        const own = plane.map((length, d) => {
          const sample = drawn[p * dims + (dims === 2 ? 1 - d : d)]!;
          return spansOf(length, size[d]!, kernel[d]!, sample, self.dtype === float32 ? Math.fround : Number);
        });
        return positionsOf(plane, spanPlaces(own));
      });
    },
    gradients: {
      self: {
        formula: '∂L/∂self = upstream where the largest was, else 0',
        saves: ['self', 'results'],
        rule: (g, s) => spread(g, s.self, s.outputAt(1)),
      },
    },
  });
  return pool;
});

/** Equation 2 of the paper: window i starts at ⌊α(i + u)⌋ − ⌊αu⌋, and the last one ends with the image; `round` to the image's dtype. */
function spansOf(length: number, count: number, kernel: number, u: number, round: (x: number) => number): Span[] {
  const step = count > 1 ? round((length - kernel) / (count - 1)) : 0;
  const shift = Math.trunc(round(u * step));
  const from = (i: number): number =>
    i === count - 1 ? length - kernel : Math.trunc(round(round(i + u) * step)) - shift;
  return Array.from({ length: count }, (_, i): Span => [from(i), from(i) + kernel]);
}

function check(self: Tensor, kernel: Shape, size: Shape, dims: 2 | 3): void {
  const name = `fractional_max_pool${dims}d`;
  for (const [what, given] of [
    ['kernel_size', kernel],
    ['output_size', size],
  ] as const) {
    if (given.length === dims) continue;
    throw runtimeError(`${name}: ${what} must either be a single Int or tuple of ${dims === 2 ? '' : 'three '}Ints`);
  }
  const called = dims === 2 ? `${name}()` : `${name}_out()`;
  if (self.rank !== dims + 1 && self.rank !== dims + 2) {
    const ranks = dims === 2 ? '3D or 4D' : '4D or 5D';
    throw runtimeError(`${called}: Expected ${ranks} tensor, but got: ${formatShape(self.shape)}`);
  }
  const empty = self.shape.indexOf(0, self.rank - dims - 1);
  if (empty >= 0) {
    throw runtimeError(
      `${called}: Expected input to have non-zero size for non-batch dimensions, but got${formatShape(self.shape)} with dimension ${empty} being empty.`,
    );
  }
  planeOf(self, dims).forEach((length, d) => {
    // In three dimensions PyTorch refuses a single window that fills the image.
    const reach = size[d]! + kernel[d]! - 1;
    if (dims === 2 ? reach <= length : reach < length) return;
    const side = SIDES[dims][d];
    throw runtimeError(`${called}: pool ${side} ${kernel[d]} too large relative to input ${side} ${length}`);
  });
}

/** One number in [0, 1) for each plane and dimension. PyTorch reads past the end of a tensor that has too few. */
function samplesOf(self: Tensor, samples: Tensor, dims: number): NumberData {
  if (samples.dtype !== self.dtype) {
    throw runtimeError(`expected scalar type ${self.dtype.scalar} but found ${samples.dtype.scalar}`);
  }
  const planes = self.shape.slice(0, -dims).reduce((product, size) => product * size, 1);
  if (samples.numel < planes * dims) {
    throw runtimeError(
      `fractional_max_pool${dims}d(): random_samples of shape ${formatShape(samples.shape)} has fewer than the ${planes * dims} numbers that ${planes} planes want`,
    );
  }
  return rowMajor(samples) as NumberData;
}

function pooled(
  dims: 2 | 3,
  input: Tensor,
  kernel: Shape,
  size: Shape | null,
  ratio: Shape | null,
  given: Tensor | null,
): readonly [Tensor, Tensor] {
  if (size === null && ratio === null) {
    throw valueError(`fractional_max_pool${dims}d requires specifying either an output_size or an output_ratio`);
  }
  const plane = planeOf(input, dims);
  const wanted = size ?? plane.map((length, d) => Math.trunc(length * ratio![d]!));
  const samples = given ?? rand([...batchOf(input, dims), dims], input.dtype);
  return pools[dims - 2]!(input, kernel, wanted, samples) as readonly [Tensor, Tensor];
}

/** Batch and channels. */
function batchOf({ shape, rank }: Tensor, dims: number): Shape {
  const channels = shape[wrapDim(-dims - 1, rank)]!;
  return [rank === dims + 1 ? 1 : shape[0]!, channels];
}

for (const dims of [2, 3] as const) {
  const window =
    `int[${dims}] kernel_size, int[${dims}]? output_size=None, float[${dims}]? output_ratio=None, bool return_indices=False, Tensor? _random_samples=None` as const;
  face(
    `fractional_max_pool${dims}d(Tensor input, ${window}) -> Tensor`,
    (input, kernel, size, ratio, both, samples) => {
      const pair = pooled(dims, input, kernel, size, ratio, samples);
      return (both ? pair : pair[0]) as Tensor;
    },
  );
  face(
    `fractional_max_pool${dims}d_with_indices(Tensor input, ${window}) -> (Tensor, Tensor)`,
    (input, kernel, size, ratio, _, samples) => pooled(dims, input, kernel, size, ratio, samples),
  );
}
