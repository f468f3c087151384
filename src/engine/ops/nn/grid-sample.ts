/** Sampling an image at the positions that a grid names, and the gradients of both. */
import { type DType, float32, float64 } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { type Part, partsOf, type Sampling } from '../../resampling/parts.ts';
import type { Border } from '../../resampling/positions.ts';
import { formatShape, numel, type Shape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { underived } from '../underived.ts';

const SETTINGS = 'int interpolation_mode, int padding_mode, bool align_corners';
const MODES: readonly Sampling[] = ['bilinear', 'nearest', 'bicubic'];
const BORDERS: readonly Border[] = ['zeros', 'border', 'reflection'];

/** What one place of the grid takes: elements of a plane, with weights and the weights' derivatives by each coordinate. */
interface Mixture {
  readonly at: number[];
  readonly weights: number[];
  /** By coordinate, in the grid's order: the last dimension of the image first. */
  readonly slopes: number[][];
}

/** Products over the dimensions of the plane. */
function mixed(plane: Shape, lines: readonly (readonly Part[])[]): Mixture {
  const dims = plane.length;
  let parts = [{ at: 0, weight: 1, slopes: new Array<number>(dims).fill(1) }];
  plane.forEach((size, d) => {
    const own = dims - 1 - d;
    parts = parts.flatMap(({ at, weight, slopes }) =>
      lines[d]!.map((part) => ({
        at: at * size + part.at,
        weight: weight * part.weight,
        slopes: slopes.map((slope, k) => slope * (k === own ? part.slope : part.weight)),
      })),
    );
  });
  return {
    at: parts.map((part) => part.at),
    weights: parts.map((part) => part.weight),
    slopes: Array.from({ length: dims }, (_, k) => parts.map((part) => part.slopes[k]!)),
  };
}

interface Settings {
  readonly mode: Sampling;
  readonly border: Border;
  readonly alignCorners: boolean;
}

const settingsOf = (mode: number, border: number, alignCorners: boolean): Settings => ({
  mode: MODES[mode]!,
  border: BORDERS[border]!,
  alignCorners,
});

/** Calls `body` for each place of the grid with the sample's and the place's numbers and what the place takes. */
function eachPlace(
  input: Tensor,
  grid: Tensor,
  settings: Settings,
  body: (sample: number, place: number, mixture: Mixture) => void,
): void {
  const plane = input.shape.slice(2);
  const dims = plane.length;
  const places = numel(grid.shape.slice(1, -1));
  const aims = rowMajor(grid) as NumberData;
  for (let i = 0; i < grid.shape[0]! * places; i++) {
    const lines = plane.map((size, d) => partsOf(aims[(i + 1) * dims - 1 - d]!, size, settings.mode, settings));
    body(Math.floor(i / places), i % places, mixed(plane, lines));
  }
}

function sampled(input: Tensor, grid: Tensor, settings: Settings): Tensor {
  const channels = input.shape[1]!;
  const size = numel(input.shape.slice(2));
  const out = emptyTensor([...input.shape.slice(0, 2), ...grid.shape.slice(1, -1)], input.dtype);
  const places = numel(out.shape.slice(2));
  const [x, y] = [rowMajor(input) as NumberData, out.storage.data as NumberData];
  eachPlace(input, grid, settings, (sample, place, { at, weights }) => {
    for (let c = 0; c < channels; c++) {
      const from = (sample * channels + c) * size;
      let sum = 0;
      for (let k = 0; k < at.length; k++) sum += weights[k]! * x[from + at[k]!]!;
      y[(sample * channels + c) * places + place] = sum;
    }
  });
  return out;
}

/** By the image: each place's gradient by its weights; by the grid: what the moving weights do to the output. */
function sampledBack(g: Tensor, input: Tensor, grid: Tensor, settings: Settings): readonly [Tensor, Tensor] {
  const channels = input.shape[1]!;
  const dims = input.rank - 2;
  const [size, places] = [numel(input.shape.slice(2)), numel(g.shape.slice(2))];
  const [onInput, onGrid] = [emptyTensor(input.shape, input.dtype), emptyTensor(grid.shape, grid.dtype)];
  const [x, gy] = [rowMajor(input) as NumberData, rowMajor(g) as NumberData];
  const [gx, gg] = [onInput.storage.data as NumberData, onGrid.storage.data as NumberData];
  eachPlace(input, grid, settings, (sample, place, { at, weights, slopes }) => {
    for (let c = 0; c < channels; c++) {
      const from = (sample * channels + c) * size;
      const upstream = gy[(sample * channels + c) * places + place]!;
      for (let k = 0; k < at.length; k++) gx[from + at[k]!]! += weights[k]! * upstream;
      for (let d = 0; d < dims; d++) {
        let moved = 0;
        for (let k = 0; k < at.length; k++) moved += slopes[d]![k]! * x[from + at[k]!]!;
        gg[(sample * places + place) * dims + d]! += moved * upstream;
      }
    }
  });
  return [onInput, onGrid];
}

const samplers = ([2, 3] as const).map((dims) => {
  const name = `grid_sampler_${dims}d` as const;
  const sample = declare(`${name}(Tensor input, Tensor grid, ${SETTINGS}) -> Tensor`);
  const back = declare(
    `${name}_backward(Tensor grad_output, Tensor input, Tensor grid, ${SETTINGS}, bool[2] output_mask) -> (Tensor, Tensor)`,
  );
  define(sample, {
    variants: { method: false, out: false },
    node: `GridSampler${dims}DBackward0`,
    kernel: (input, grid, mode, border, alignCorners) => {
      checkDtypes(name, input.dtype, grid.dtype);
      return sampled(input, grid, settingsOf(mode, border, alignCorners));
    },
    gradients: {
      input: { formula: '∂L/∂input = upstream by the weights', saves: ['input', 'grid'], rule: () => null },
      grid: { formula: '∂L/∂grid = upstream · ∂weights/∂grid · input', saves: ['input', 'grid'], rule: () => null },
    },
    joint: ([g], s) => {
      if (g == null) return [null, null];
      const wanted = [0, 1].map((i) => s.isNeeded(i));
      const parts = back(g, s.input, s.grid, s.interpolation_mode, s.padding_mode, s.align_corners, wanted);
      return parts.map((part, i) => (wanted[i] ? part : null));
    },
  });
  const refused = underived(`aten::${name}_backward`);
  define(back, {
    variants: { namespace: null, method: false },
    node: 'NotImplemented',
    kernel: (g, input, grid, mode, border, alignCorners) =>
      sampledBack(g, input, grid, settingsOf(mode, border, alignCorners)),
    gradients: { grad_output: refused, input: refused, grid: refused },
  });
  return sample;
});

function checkDtypes(name: string, image: DType, grid: DType): void {
  if (image !== float32 && image !== float64) throw runtimeError(`${name}_cpu not implemented for ${image.scalar}`);
  if (image !== grid) throw runtimeError(`expected scalar type ${image.scalar} but found ${grid.scalar}`);
}

const sampler = declare(`grid_sampler(Tensor input, Tensor grid, ${SETTINGS}) -> Tensor`);
define(sampler, {
  variants: { method: false, out: false },
  composite: true,
  kernel: (input, grid, mode, border, alignCorners) => {
    check(input, grid, mode);
    return samplers[input.rank - 4]!(input, grid, mode, border, alignCorners);
  },
});

function check(input: Tensor, grid: Tensor, mode: number): void {
  const [x, g] = [formatShape(input.shape), formatShape(grid.shape)];
  if (input.shape[0] !== grid.shape[0]) {
    throw runtimeError(
      `grid_sampler(): expected grid and input to have same batch size, but got input with sizes ${x} and grid with sizes ${g}`,
    );
  }
  if (grid.shape.at(-1) !== input.rank - 2) {
    throw runtimeError(
      `grid_sampler(): expected grid to have size ${input.rank - 2} in last dimension, but got grid with sizes ${g}`,
    );
  }
  const empty = input.shape.indexOf(0, 2);
  if (empty >= 0) {
    throw runtimeError(
      `grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes ${x} with dimension ${empty} being empty`,
    );
  }
  if ((input.rank !== 4 && input.rank !== 5) || input.rank !== grid.rank) {
    throw runtimeError(
      `grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got input with sizes ${x} and grid with sizes ${g}`,
    );
  }
  if (input.rank === 5 && mode === 2) {
    throw runtimeError('grid_sampler(): bicubic interpolation only supports 4D input');
  }
}
