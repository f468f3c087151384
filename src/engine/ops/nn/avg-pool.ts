/** Average pooling: sliding, adaptive, and the power mean. Linear, so that its backward's derivative is itself. */
import { bfloat16, float16, int64 } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import {
  adaptiveWindows,
  checkSliding,
  pooledSize,
  positionsOf,
  type Sliding,
  slidingPlaces,
  spanPlaces,
} from '../../pooling/windows.ts';
import { declare, define } from '../../registry.ts';
import { numel, type Shape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { mul } from '../arithmetic.ts';
import { pow } from '../powers.ts';
import { meanDim } from '../reduction.ts';
import { abs, sign } from '../signs.ts';
import { face, internal } from './face.ts';
import { checkSizes, slidingOf } from './max-pool.ts';
import { checkAdaptiveAverage, checkPooled, checkReach, checkRow } from './pooling-checks.ts';
import { along, inOneDimension, planeOf, requireFloats, rowOf, stepsOf, withPlane } from './pooling-parts.ts';
import { relu } from './rectifiers.ts';

const WINDOW = (dims: number) =>
  `int[${dims}] kernel_size, int[${dims}]? stride=None, int[${dims}] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None` as const;

interface Averages {
  readonly windows: readonly Int32Array[];
  /** By what each window's sum is divided. */
  readonly divisors: readonly number[];
  readonly plane: Shape;
  readonly pooled: Shape;
}

/** The mean of each window. */
function averaged(input: Tensor, { windows, divisors, plane, pooled }: Averages): Tensor {
  const out = emptyTensor(withPlane(input, pooled), input.dtype);
  const [x, y] = [rowMajor(input) as NumberData, out.storage.data as NumberData];
  const size = numel(plane);
  for (let p = 0, to = 0; p * size < x.length; p++) {
    for (let w = 0; w < windows.length; w++) {
      const seen = windows[w]!;
      let sum = 0;
      for (let k = 0; k < seen.length; k++) sum += x[p * size + seen[k]!]!;
      y[to++] = sum / divisors[w]!;
    }
  }
  return out;
}

/** The same of int64, rounded towards zero. */
function averagedBig(input: Tensor, { windows, divisors, plane, pooled }: Averages): Tensor {
  const out = emptyTensor(withPlane(input, pooled), input.dtype);
  const [x, y] = [rowMajor(input) as BigInt64Array, out.storage.data as BigInt64Array];
  const size = numel(plane);
  for (let p = 0, to = 0; p * size < x.length; p++) {
    for (let w = 0; w < windows.length; w++) {
      let sum = 0n;
      for (const at of windows[w]!) sum += x[p * size + at]!;
      y[to++] = sum / BigInt(divisors[w]!);
    }
  }
  return out;
}

/** The transpose: each window's element goes in equal parts to what the window sees. */
function shared(pooledGrad: Tensor, { windows, divisors, plane }: Averages): Tensor {
  const out = emptyTensor(withPlane(pooledGrad, plane), pooledGrad.dtype);
  const [g, y] = [rowMajor(pooledGrad) as NumberData, out.storage.data as NumberData];
  const size = numel(plane);
  for (let i = 0; i < g.length; i++) {
    const w = i % windows.length;
    const start = ((i - w) / windows.length) * size;
    const seen = windows[w]!;
    const part = g[i]! / divisors[w]!;
    for (let k = 0; k < seen.length; k++) y[start + seen[k]!]! += part;
  }
  return out;
}

function slidingAverages(plane: Shape, sliding: Sliding, includePad: boolean, override: number | null): Averages {
  const windows = positionsOf(plane, slidingPlaces(plane, sliding));
  const pooled = plane.map((size, d) => pooledSize(size, d, sliding));
  const padded = includePad ? paddedVolumes(plane, pooled, sliding) : windows.map((seen) => seen.length);
  return { windows, divisors: override === null ? padded : windows.map(() => override), plane, pooled };
}

/** How many elements of image and padding each window sees. */
function paddedVolumes(plane: Shape, pooled: Shape, { kernel, stride, padding }: Sliding): number[] {
  return pooled.reduce<number[]>(
    (volumes, count, d) =>
      volumes.flatMap((volume) =>
        Array.from({ length: count }, (_, i) => {
          const from = i * stride[d]! - padding[d]!;
          return volume * (Math.min(from + kernel[d]!, plane[d]! + padding[d]!) - from);
        }),
      ),
    [1],
  );
}

function adaptiveAverages(plane: Shape, pooled: Shape): Averages {
  const windows = positionsOf(plane, spanPlaces(adaptiveWindows(plane, pooled)));
  return { windows, divisors: windows.map((seen) => seen.length), plane, pooled };
}

/** By the number of dimensions, from two on. */
export const avgPools = ([2, 3] as const).map((dims) => {
  const pool = declare(`avg_pool${dims}d(Tensor self, ${WINDOW(dims)}) -> Tensor`);
  const back = declare(`avg_pool${dims}d_backward(Tensor grad_output, Tensor self, ${WINDOW(dims)}) -> Tensor`);
  define(pool, {
    ...internal,
    node: `AvgPool${dims}DBackward0`,
    kernel: (self, kernel, stride, padding, ceil, includePad, divisor) => {
      if (divisor === 0) throw runtimeError('divisor must be not zero');
      if (dims === 2) requireFloats('avg_pool2d', self, bfloat16, int64);
      else requireFloats('avg_pool3d_out_frame', self, int64);
      const sliding = slidingOf(dims, kernel, stride, padding, [1], ceil);
      checkSliding(sliding);
      checkPooled(self, dims, 'avg');
      if (dims === 3) checkReach(planeOf(self, dims), sliding.kernel);
      const averages = slidingAverages(planeOf(self, dims), sliding, includePad, divisor);
      checkSizes(self, averages.pooled, dims);
      return self.dtype === int64 ? averagedBig(self, averages) : averaged(self, averages);
    },
    gradients: {
      self: {
        formula: '∂L/∂self = each window’s upstream in equal parts',
        saves: ['self'],
        rule: (g, s) =>
          back(g, s.self, s.kernel_size, s.stride, s.padding, s.ceil_mode, s.count_include_pad, s.divisor_override),
      },
    },
  });
  define(back, {
    ...internal,
    node: `AvgPool${dims}DBackwardBackward0`,
    kernel: (g, self, kernel, stride, padding, ceil, includePad, divisor) => {
      const plane = planeOf(self, dims);
      return shared(
        g,
        slidingAverages(plane, slidingOf(dims, kernel, stride, padding, [1], ceil), includePad, divisor),
      );
    },
    gradients: {
      grad_output: {
        formula: '∂L/∂grad_output = the mean of each window of upstream',
        rule: (g, s) =>
          pool(g, s.kernel_size, s.stride, s.padding, s.ceil_mode, s.count_include_pad, s.divisor_override),
      },
      self: { formula: '∂L/∂self = 0', rule: (g, s) => emptyTensor(s.shapeOf(1), g.dtype) },
    },
  });
  return pool;
});

const adaptive = ([2, 3] as const).map((dims) => {
  const pool = declare(`_adaptive_avg_pool${dims}d(Tensor self, int[] output_size) -> Tensor`);
  const back = declare(`_adaptive_avg_pool${dims}d_backward(Tensor grad_output, Tensor self) -> Tensor`);
  define(pool, {
    ...internal,
    node: `AdaptiveAvgPool${dims}DBackward0`,
    realGradients: true,
    kernel: (self, size) => {
      checkAdaptiveAverage(self, size, dims);
      const shape = withPlane(self, size);
      if (dims === 2 && numel(shape) === 0) return emptyTensor(shape, self.dtype);
      if (dims === 2) requireFloats('adaptive_avg_pool2d', self, bfloat16);
      else requireFloats('adaptive_avg_pool3d_cpu', self, float16);
      return averaged(self, adaptiveAverages(planeOf(self, dims), size));
    },
    gradients: {
      self: {
        formula: '∂L/∂self = each window’s upstream in equal parts',
        saves: ['self'],
        rule: (g, s) => back(g, s.self),
      },
    },
  });
  define(back, {
    ...internal,
    node: `AdaptiveAvgPool${dims}DBackwardBackward0`,
    kernel: (g, self) => shared(g, adaptiveAverages(planeOf(self, dims), planeOf(g, dims))),
    gradients: {
      grad_output: {
        formula: '∂L/∂grad_output = the mean of each window of upstream',
        rule: (g, s) => pool(g, s.shapeOf(0).slice(s.shapeOf(0).length - dims)),
      },
      self: { formula: '∂L/∂self = 0', rule: (g, s) => emptyTensor(s.shapeOf(1), g.dtype) },
    },
  });
  return pool;
});

/** One window is the mean of the plane. */
function adaptiveMean(input: Tensor, size: Shape, dims: 2 | 3): Tensor {
  if (size.every((count) => count === 1))
    return meanDim(
      input,
      size.map((_, d) => d - dims),
      true,
    );
  return adaptive[dims - 2]!(input, size);
}

for (const namespace of ['nn.functional', 'torch'] as const) {
  face(
    `avg_pool1d(Tensor input, int[1] kernel_size, int[1]? stride=None, int[1] padding=0, bool ceil_mode=False, bool count_include_pad=True) -> Tensor`,
    (input, kernel, stride, padding, ceil, includePad) => {
      checkRow(input, 'avg_pool1d');
      return inOneDimension(input, (x) =>
        avgPools[0]!(x, rowOf(kernel, 1), stepsOf(stride), rowOf(padding, 0), ceil, includePad),
      );
    },
    namespace,
  );
  face(
    'adaptive_avg_pool1d(Tensor input, int[1] output_size) -> Tensor',
    (input, size) => {
      checkRow(input, 'adaptive_avg_pool1d');
      return inOneDimension(input, (x) => adaptiveMean(x, [1, size[0]!], 2));
    },
    namespace,
  );
}
([2, 3] as const).forEach((dims, i) => {
  face(`avg_pool${dims}d(Tensor input, ${WINDOW(dims)}) -> Tensor`, (input, ...rest) => avgPools[i]!(input, ...rest));
  face(`adaptive_avg_pool${dims}d(Tensor input, int[${dims}] output_size) -> Tensor`, (input, size) =>
    adaptiveMean(input, along(size, dims), dims),
  );
});

/** (Σ xᵖ)^(1/p) of each window. */
function powerMean(input: Tensor, norm: number, volume: number, average: (input: Tensor) => Tensor): Tensor {
  const means = average(pow(input, norm));
  return pow(mul(mul(sign(means), relu(abs(means))), wrapNumber(BigInt(volume))), 1 / norm);
}

face(
  'lp_pool1d(Tensor input, float norm_type, int kernel_size, int[1]? stride=None, bool ceil_mode=False) -> Tensor',
  (input, norm, kernel, stride, ceil) =>
    powerMean(input, norm, kernel, (x) =>
      inOneDimension(x, (row) => avgPools[0]!(row, [1, kernel], stepsOf(stride), [0, 0], ceil)),
    ),
);
face(
  'lp_pool2d(Tensor input, float norm_type, int[2] kernel_size, int[2]? stride=None, bool ceil_mode=False) -> Tensor',
  (input, norm, kernel, stride, ceil) =>
    powerMean(input, norm, numel(along(kernel, 2)), (x) => avgPools[0]!(x, kernel, stride, [0, 0], ceil)),
);
