/** Resampling of images: the ops that `interpolate` chooses from. All are linear maps along each dimension in turn. */
import { type AxisMap, keptFormat, mapped, mappedBack } from '../../axis-maps.ts';
import { bfloat16, type DType, float64, uint8 } from '../../dtype.ts';
import { notImplemented, runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import {
  cubic,
  cubicWidened,
  linear,
  linearWidened,
  nearest,
  nearestExact,
  type Resampling,
  type Round,
} from '../../resampling/taps.ts';
import { formatShape, numel, type Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { face, internal } from './face.ts';
import { requireFloats } from './pooling-parts.ts';

const GIVEN = 'int[]? output_size, bool align_corners, float[]? scale_factors';

interface Kind {
  /** As PyTorch names op and node; `#` stands for the number of dimensions. */
  readonly op: string;
  readonly node: string;
  readonly taps: (given: Resampling) => AxisMap;
  readonly kernel: string;
  readonly dtypes: readonly DType[];
}

const KINDS = {
  nearest: {
    op: 'upsample_nearest#d',
    node: 'UpsampleNearest#D',
    taps: nearest,
    kernel: 'compute_indices_weights_nearest',
    dtypes: [uint8, bfloat16],
  },
  'nearest-exact': {
    op: '_upsample_nearest_exact#d',
    node: 'UpsampleNearestExact#D',
    taps: nearestExact,
    kernel: 'compute_indices_weights_nearest',
    dtypes: [uint8],
  },
  linear: ofWeights('linear', 'Linear', linear, 'linear'),
  bilinear: ofWeights('bilinear', 'Bilinear', linear, 'linear'),
  trilinear: ofWeights('trilinear', 'Trilinear', linear, 'linear'),
  bicubic: ofWeights('bicubic', 'Bicubic', cubic, 'cubic'),
  bilinearWidened: widened('bilinear', 'Bilinear', linearWidened),
  bicubicWidened: widened('bicubic', 'Bicubic', cubicWidened),
} as const satisfies Record<string, Kind>;

function ofWeights(op: string, node: string, taps: Kind['taps'], kernel: string): Kind {
  return {
    op: `upsample_${op}#d`,
    node: `Upsample${node}#D`,
    taps,
    kernel: `compute_indices_weights_${kernel}`,
    dtypes: [bfloat16],
  };
}

function widened(op: string, node: string, taps: Kind['taps']): Kind {
  const name = `_upsample_${op}#d_aa`;
  return { op: name, node: `Upsample${node}#DAa`, taps, kernel: 'compute_indices_weights_aa', dtypes: [] };
}

/** Sizes after resampling: given, or the factors' multiples rounded down. */
const sizesOf = (image: Shape, wanted: Shape | null, factors: readonly number[] | null): Shape =>
  wanted ?? image.map((size, d) => Math.trunc(size * factors![d]!));

function mapsOf(
  { taps }: Kind,
  image: Shape,
  wanted: Shape | null,
  alignCorners: boolean,
  factors: readonly number[] | null,
  dtype: DType,
): AxisMap[] {
  const sizes = sizesOf(image, wanted, factors);
  const round = rounding(dtype);
  const roundPosition = dtype === float64 ? round : Math.fround;
  return image.map((n, d) =>
    taps({ n, m: sizes[d]!, alignCorners, factor: factors?.[d] ?? null, round, roundPosition }),
  );
}

/** To one number of the dtype. */
function rounding(dtype: DType): Round {
  if (dtype === float64) return (value) => value;
  const cell = new Float32Array(1);
  return (value) => {
    cell[0] = value;
    dtype.narrow?.(cell);
    return cell[0]!;
  };
}

function upsample(kind: Kind, dims: 1 | 2 | 3) {
  const named = (text: string): string => text.replace('#', String(dims));
  const forward = declare(
    `${named(kind.op)}(Tensor input, ${GIVEN}) -> Tensor` as `x(Tensor input, ${typeof GIVEN}) -> Tensor`,
  );
  const back = declare(
    `${named(kind.op)}_backward(Tensor grad_output, int[] input_size, ${GIVEN}) -> Tensor` as `x(Tensor grad_output, int[] input_size, ${typeof GIVEN}) -> Tensor`,
  );
  define(forward, {
    ...internal,
    node: named(`${kind.node}Backward1`),
    kernel: (input, wanted, alignCorners, factors) => {
      const image = input.shape.slice(2);
      check(input, image, sizesOf(image, wanted, factors));
      requireFloats(kind.kernel, input, ...kind.dtypes);
      return mapped(input, mapsOf(kind, image, wanted, alignCorners, factors, input.dtype), keptFormat(input));
    },
    gradients: {
      input: {
        formula: '∂L/∂input = upstream, each element by its weights to where it came from',
        rule: (g, s) => back(g, s.shapeOf(0), s.output_size, s.align_corners, s.scale_factors),
      },
    },
  });
  define(back, {
    ...internal,
    node: named(`${kind.node}BackwardBackward1`),
    kernel: (g, size, wanted, alignCorners, factors) =>
      mappedBack(g, mapsOf(kind, size.slice(2), wanted, alignCorners, factors, g.dtype), keptFormat(g)),
    gradients: {
      grad_output: {
        formula: '∂L/∂grad_output = upstream, resampled',
        rule: (g, s) => forward(g, s.output_size, s.align_corners, s.scale_factors),
      },
    },
  });
  return forward;
}

const LETTERS = ['D', 'H', 'W'];

function check(input: Tensor, image: Shape, sizes: Shape): void {
  if (sizes.length !== image.length) {
    throw runtimeError(`It is expected output_size equals to ${image.length}, but got size ${sizes.length}`);
  }
  const named = (values: Shape): string =>
    `(${values.map((size, d) => `${LETTERS[d + 3 - values.length]}: ${size}`).join(', ')})`;
  if ([...image, ...sizes].some((size) => size <= 0)) {
    const and = image.length === 1 ? 'and ' : '';
    throw runtimeError(
      `Input and output sizes should be greater than 0, but got input ${named(image)} ${and}output ${named(sizes)}`,
    );
  }
  if (numel(input.shape.slice(1)) > 0) return;
  throw runtimeError(
    `Non-empty ${input.rank}D data tensor expected but got a tensor with sizes ${formatShape(input.shape)}`,
  );
}

type Upsample = ReturnType<typeof upsample>;

/** By mode and the input's rank. */
const UPSAMPLES: Readonly<Record<string, Upsample>> = {
  'nearest 3': upsample(KINDS.nearest, 1),
  'nearest 4': upsample(KINDS.nearest, 2),
  'nearest 5': upsample(KINDS.nearest, 3),
  'nearest-exact 3': upsample(KINDS['nearest-exact'], 1),
  'nearest-exact 4': upsample(KINDS['nearest-exact'], 2),
  'nearest-exact 5': upsample(KINDS['nearest-exact'], 3),
  'linear 3': upsample(KINDS.linear, 1),
  'bilinear 4': upsample(KINDS.bilinear, 2),
  'trilinear 5': upsample(KINDS.trilinear, 3),
  'bicubic 4': upsample(KINDS.bicubic, 2),
  'bilinear 4 antialias': upsample(KINDS.bilinearWidened, 2),
  'bicubic 4 antialias': upsample(KINDS.bicubicWidened, 2),
};

/** What each mode that is named after its dimensions needs. */
const RANKS: Readonly<Record<string, number>> = { linear: 3, bilinear: 4, trilinear: 5 };

/** What `interpolate` does once its arguments are checked and either sizes or factors are known. */
face(
  '_interpolate(Tensor input, str mode, int[]? output_size, float[]? scale_factors, bool align_corners, bool antialias) -> Tensor',
  (input, mode, wanted, factors, alignCorners, antialias) => {
    const chosen = UPSAMPLES[`${mode} ${input.rank}${antialias ? ' antialias' : ''}`];
    if (chosen !== undefined) return chosen(input, wanted, alignCorners, factors);
    if (input.rank >= 3 && input.rank <= 5 && RANKS[mode] !== undefined) {
      throw notImplemented(`Got ${input.rank}D input, but ${mode} mode needs ${RANKS[mode]}D input`);
    }
    throw notImplemented(
      `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${input.rank}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode})`,
    );
  },
);
