/** Padding with what the image has: mirrored at its edges, or the edge itself. */
import { type AxisMap, mapped, mappedBack, selecting } from '../../axis-maps.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { formatShape, type Shape } from '../../shape.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { limits, requireKernel } from '../limits.ts';
import { internal } from './face.ts';
import { planeOf } from './pooling-parts.ts';

/** Which of n elements stands at a place, counted from the first of them. */
type Source = (place: number, n: number) => number;

const mirror: Source = (place, n) => {
  const at = Math.abs(place);
  return at < n ? at : 2 * (n - 1) - at;
};
const edge: Source = (place, n) => Math.min(Math.max(place, 0), n - 1);

/** Before and after of each dimension, where `padding` begins with the last. */
const margins = (padding: Shape): [number, number][] =>
  Array.from({ length: padding.length / 2 }, (_, d) => {
    const at = padding.length - 2 * (d + 1);
    return [padding[at]!, padding[at + 1]!];
  });

const mapsOf = (shape: Shape, padding: Shape, source: Source): AxisMap[] =>
  margins(padding).map(([before, after], d) => {
    const n = shape[shape.length - padding.length / 2 + d]!;
    return selecting(
      n,
      Array.from({ length: n + before + after }, (_, i) => source(i - before, n)),
    );
  });

/** How PyTorch refuses what it cannot pad; one function of its own for each kind and number of dimensions. */
interface Refusals {
  readonly kernel: string;
  readonly lacksHalves: boolean;
  readonly shape: (input: Tensor) => string;
  readonly size: (input: Shape, output: Shape) => string;
}

function padding(kind: 'reflection' | 'replication', dims: 1 | 2 | 3, source: Source, refusals: Refusals) {
  const pad = declare(`${kind}_pad${dims}d(Tensor self, int[${dims * 2}] padding) -> Tensor`);
  const back = declare(
    `${kind}_pad${dims}d_backward(Tensor grad_output, Tensor self, int[${dims * 2}] padding) -> Tensor`,
  );
  const node = `${kind === 'reflection' ? 'Reflection' : 'Replication'}Pad${dims}DBackward`;
  define(pad, {
    ...internal,
    node: `${node}0`,
    kernel: (self, given) => {
      check(self, given, refusals);
      if (kind === 'reflection') checkMirror(self, given);
      const lacks = refusals.lacksHalves ? (['half', 'bfloat16'] as const) : [];
      requireKernel(limits(refusals.kernel, 'bool', 'int', ...lacks), self.dtype);
      return mapped(self, mapsOf(self.shape, given, source));
    },
    gradients: {
      self: {
        formula: '∂L/∂self = upstream, summed where it was copied to',
        saves: ['self'],
        rule: (g, s) => back(g, s.self, s.padding),
      },
    },
  });
  define(back, {
    ...internal,
    node: `${node}Backward0`,
    kernel: (g, self, given) => mappedBack(g, mapsOf(self.shape, given, source)),
    gradients: {
      grad_output: { formula: '∂L/∂grad_output = upstream, padded', rule: (g, s) => pad(g, s.padding) },
      self: { formula: '∂L/∂self = 0', rule: (g, s) => emptyTensor(s.shapeOf(1), g.dtype) },
    },
  });
  return pad;
}

/** Only the batch may be empty, and something must be left. */
function check(self: Tensor, given: Shape, refusals: Refusals): void {
  const dims = given.length / 2;
  const sizes = self.rank === dims + 2 ? self.shape.slice(1) : self.shape;
  if (sizes.length !== dims + 1 || sizes.some((size) => size === 0)) throw runtimeError(refusals.shape(self));
  const plane = planeOf(self, dims);
  const padded = plane.map((size, d) => size + margins(given)[d]![0] + margins(given)[d]![1]);
  if (padded.every((size) => size < 1)) throw runtimeError(refusals.size(plane, padded));
  if (padded.every((size) => size >= 0)) return;
  const shape = [...self.shape.slice(0, self.rank - dims), ...padded];
  const negative = padded.find((size) => size < 0)!;
  throw runtimeError(`Trying to create tensor with negative dimension ${negative}: ${formatShape(shape)}`);
}

/** A mirror image has no more than the image without its edge. */
function checkMirror(self: Tensor, given: Shape): void {
  for (let i = 0; i < given.length; i += 2) {
    const d = self.rank - 1 - i / 2;
    if (given[i]! < self.shape[d]! && given[i + 1]! < self.shape[d]!) continue;
    const input = given.length === 4 ? `${self.rank}` : formatShape(self.shape);
    throw runtimeError(
      `Argument #${i + 4}: Padding size should be less than the corresponding input dimension, but got: padding (${given[i]}, ${given[i + 1]}) at dimension ${d} of input ${input}`,
    );
  }
}

const nonZero =
  (ranks: string) =>
  ({ shape }: Tensor): string =>
    `Expected ${ranks} (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${formatShape(shape)}`;
const typed =
  (ranks: string) =>
  ({ shape, dtype }: Tensor): string =>
    `${ranks} (batch mode) tensor expected for input, but got: [ ${dtype.tensorType}{${shape.join(',')}} ]`;
const deep = ([d, h, w]: Shape, [od, oh, ow]: Shape): string =>
  `input (D: ${d} H: ${h}, W: ${w}) is too small. Calculated output D: ${od} H: ${oh} W: ${ow}`;

/** By the number of dimensions. */
export const reflectionPads = [
  padding('reflection', 1, mirror, {
    kernel: 'reflection_pad1d',
    lacksHalves: true,
    shape: typed('2D or 3D'),
    size: ([w], [ow]) => `2input (W: ${w})is too small. Calculated output W: ${ow}`,
  }),
  padding('reflection', 2, mirror, {
    kernel: 'reflection_pad2d',
    lacksHalves: true,
    shape: typed('3D or 4D'),
    size: ([h, w], [oh, ow]) => `input (H: ${h}, W: ${w})is too small. Calculated output H: ${oh} W: ${ow}`,
  }),
  padding('reflection', 3, mirror, {
    kernel: 'reflection_pad3d_cpu',
    lacksHalves: false,
    shape: nonZero('4D or 5D'),
    size: deep,
  }),
] as const;

export const replicationPads = [
  padding('replication', 1, edge, {
    kernel: 'replication_pad1d_cpu',
    lacksHalves: true,
    shape: nonZero('2D or 3D'),
    size: ([w], [ow]) => `input (W: ${w}) is too small. Calculated output W: ${ow}`,
  }),
  padding('replication', 2, edge, {
    kernel: 'replication_pad2d_cpu',
    lacksHalves: true,
    shape: nonZero('3D or 4D'),
    size: ([h, w], [oh, ow]) => `input (H: ${h}, W: ${w} ) is too small. Calculated output H: ${oh} W: ${ow}`,
  }),
  padding('replication', 3, edge, {
    kernel: 'replication_pad3d_cpu',
    lacksHalves: true,
    shape: nonZero('4D or 5D'),
    size: deep,
  }),
] as const;
