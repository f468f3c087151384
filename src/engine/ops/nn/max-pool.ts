/** Maximum pooling: sliding, adaptive, and what undoes it. */
import { context } from '../../context.ts';
import { bfloat16 } from '../../dtype.ts';
import { runtimeError, valueError } from '../../errors.ts';
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
import { formatShape, numel, type Shape } from '../../shape.ts';
import { rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { squeezeDim, unsqueeze } from '../movement.ts';
import { face, internal } from './face.ts';
import { checkAdaptiveMax, checkMaxRow, checkPooled, checkRow } from './pooling-checks.ts';
import { along, largest, pick, planeOf, requireFloats, rowOf, spreading, stepsOf, withPlane } from './pooling-parts.ts';

type Pair = readonly Tensor[];
const WINDOW = (dims: number) =>
  `int[${dims}] kernel_size, int[${dims}]? stride=None, int[${dims}] padding=0, int[${dims}] dilation=1, bool ceil_mode=False` as const;

const pools = ([2, 3] as const).map((dims) => {
  const pool = declare(`max_pool${dims}d_with_indices(Tensor self, ${WINDOW(dims)}) -> (Tensor, Tensor)`);
  const spread = spreading(`MaxPool${dims}DWithIndices`, dims);
  define(pool, {
    ...internal,
    node: `MaxPool${dims}DWithIndicesBackward0`,
    differentiable: [0],
    kernel: (self, kernel, stride, padding, dilation, ceil) => {
      const sliding = slidingOf(dims, kernel, stride, padding, dilation, ceil);
      checkSliding(sliding);
      if (dims === 2) requireFloats('max_pool2d', self, bfloat16);
      else requireFloats('max_pool3d_with_indices_cpu', self);
      checkPooled(self, dims, 'max');
      const plane = planeOf(self, dims);
      const sizes = plane.map((size, d) => pooledSize(size, d, sliding));
      checkSizes(self, sizes, dims);
      return largest(self, positionsOf(plane, slidingPlaces(plane, sliding)), sizes);
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

const adaptive = ([2, 3] as const).map((dims) => {
  const pool = declare(`adaptive_max_pool${dims}d(Tensor self, int[${dims}] output_size) -> (Tensor, Tensor)`);
  const spread = spreading(`AdaptiveMaxPool${dims}D`, dims);
  define(pool, {
    ...internal,
    node: `AdaptiveMaxPool${dims}DBackward0`,
    differentiable: [0],
    kernel: (self, size) => {
      checkAdaptiveMax(self, along(size, dims), dims);
      if (dims === 2) requireFloats('adaptive_max_pool2d', self, bfloat16);
      else requireFloats('adaptive_max_pool3d_cpu', self);
      const plane = planeOf(self, dims);
      return largest(
        self,
        positionsOf(plane, spanPlaces(adaptiveWindows(plane, along(size, dims)))),
        along(size, dims),
      );
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

export function slidingOf(
  dims: number,
  kernel: Shape,
  stride: Shape | null,
  padding: Shape,
  dilation: Shape,
  ceil: boolean,
): Sliding {
  const size = along(kernel, dims);
  const step = stride === null || stride.length === 0 ? size : along(stride, dims);
  return { kernel: size, stride: step, padding: along(padding, dims), dilation: along(dilation, dims), ceil };
}

export function checkSizes(input: Tensor, sizes: Shape, dims: number): void {
  if (sizes.every((size) => size >= 1)) return;
  const image = input.shape.slice(input.rank - dims - 1);
  throw runtimeError(
    `Given input size: (${image.join('x')}). Calculated output size: (${[image[0], ...sizes].join('x')}). Output size is too small`,
  );
}

/** Both answers of a pool, or the values alone. */
const chosen = (pair: Pair, both: boolean): Tensor => (both ? pair : pair[0]!) as Tensor;

const onRow = (input: Tensor, pool: (input: Tensor) => Pair): Pair =>
  pool(unsqueeze(input, -2)).map((tensor) => squeezeDim(tensor, -2));

/** The checks of `max_pool1d`; where there is no window at all and no gradient is wanted, the answer is empty. */
function emptyRow(input: Tensor, row: Sliding, indices: boolean): Tensor | null {
  const sizes = input.rank === 3 ? input.shape.slice(1) : input.shape;
  if (sizes.length !== 2 || sizes.includes(0)) {
    throw runtimeError(
      `max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:${formatShape(input.shape)}`,
    );
  }
  if (indices || (input.requiresGrad && context.gradEnabled)) return null;
  checkMaxRow(row.kernel[0]!, row.stride[0]!, row.padding[0]!, row.dilation[0]!);
  const size = pooledSize(input.shape.at(-1)!, 0, row);
  if (size < 0) throw runtimeError(`max_pool1d() Invalid computed output size: ${size}`);
  return size === 0 ? emptyTensor(withPlane(input, [0]), input.dtype) : null;
}

for (const namespace of ['nn.functional', 'torch'] as const) {
  const both = namespace === 'torch' ? '' : ', bool return_indices=False';
  face(
    `max_pool1d(Tensor input, ${WINDOW(1)}${both}) -> Tensor`,
    ((
      input: Tensor,
      kernel: Shape,
      stride: Shape | null,
      padding: Shape,
      dilation: Shape,
      ceil: boolean,
      indices = false,
    ) => {
      const empty = emptyRow(input, slidingOf(1, kernel, stride, padding, dilation, ceil), indices);
      if (empty !== null) return empty;
      const pair = onRow(input, (x) =>
        pools[0]!(x, rowOf(kernel, 1), stepsOf(stride), rowOf(padding, 0), rowOf(dilation, 1), ceil),
      );
      return chosen(pair, indices);
    }) as never,
    namespace,
  );
  ([2, 3] as const).forEach((dims, i) => {
    face(
      `max_pool${dims}d(Tensor input, ${WINDOW(dims)}${both}) -> Tensor`,
      ((
        input: Tensor,
        kernel: Shape,
        stride: Shape | null,
        padding: Shape,
        dilation: Shape,
        ceil: boolean,
        indices = false,
      ) => chosen(pools[i]!(input, kernel, stride, padding, dilation, ceil), indices)) as never,
      namespace,
    );
  });
}

face(
  'adaptive_max_pool1d(Tensor input, int[1] output_size, bool return_indices=False) -> Tensor',
  (input, size, both) => {
    checkRow(input, 'adaptive_max_pool1d');
    return chosen(
      onRow(input, (x) => adaptive[0]!(x, [1, size[0]!])),
      both,
    );
  },
);
([2, 3] as const).forEach((dims, i) => {
  face(
    `adaptive_max_pool${dims}d(Tensor input, int[${dims}] output_size, bool return_indices=False) -> Tensor`,
    (input, size, both) => chosen(adaptive[i]!(input, along(size, dims)), both),
  );
});

const unpools = ([2, 3] as const).map((dims) => {
  const unpool = declare(`max_unpool${dims}d(Tensor self, Tensor indices, int[] output_size) -> Tensor`);
  define(unpool, {
    ...internal,
    node: `MaxUnpool${dims}DBackward0`,
    kernel: (self, indices, size) => {
      requireFloats(`max_unpool${dims}d`, self);
      const out = emptyTensor(withPlane(self, size), self.dtype);
      const places = numel(planeOf(self, dims));
      const [x, list, data] = [rowMajor(self), rowMajor(indices) as BigInt64Array, out.storage.data];
      for (let i = 0; i < list.length; i++) {
        const at = Number(list[i]!);
        if (at < 0 || at >= numel(size)) {
          throw runtimeError(`Found an invalid max index: ${at} (output volumes are of size ${size.join('x')}`);
        }
        data[Math.floor(i / places) * numel(size) + at] = x[i]!;
      }
      return out;
    },
    gradients: {
      self: { formula: '∂L/∂self = upstream at the indices', rule: (g, s) => pick(g, s.indices, dims) },
    },
  });
  return unpool;
});

/** The size that a pool has come from, when none is given. */
function unpooledSize(input: Tensor, dims: number, { kernel, stride, padding }: Sliding, given: Shape | null): Shape {
  const sizes = planeOf(input, dims).map((size, d) => (size - 1) * stride[d]! + kernel[d]! - 2 * padding[d]!);
  if (given === null) return sizes;
  const wanted = given.length === dims + 2 ? given.slice(2) : given;
  if (wanted.length !== dims) {
    throw valueError(
      `output_size should be a sequence containing ${dims} or ${dims + 2} elements, but it has a length of '${given.length}'`,
    );
  }
  wanted.forEach((size, d) => {
    const [low, high] = [sizes[d]! - stride[d]!, sizes[d]! + stride[d]!];
    if (size > low && size < high) return;
    throw valueError(`invalid output_size "${formatShape(wanted)}" (dim ${d} must be between ${low} and ${high})`);
  });
  return wanted;
}

for (const dims of [1, 2, 3] as const) {
  face(
    `max_unpool${dims}d(Tensor input, Tensor indices, int[${dims}] kernel_size, int[${dims}]? stride=None, int[${dims}] padding=0, int[]? output_size=None) -> Tensor`,
    (input, indices, kernel, stride, padding, given) => {
      const sliding = slidingOf(dims, kernel, stride, padding, [1], false);
      const size = unpooledSize(input, dims, sliding, given);
      if (dims > 1) return unpools[dims - 2]!(input, indices, size);
      return squeezeDim(unpools[0]!(unsqueeze(input, -1), unsqueeze(indices, -1), [...size, 1]), -1);
    },
  );
}
