/** `unfold` and `fold`: an image's patches as columns, and the sum of columns where they come from. Each is the other's transpose. */
import { addColumns, type Geometry, type Triple, toColumns } from '../../convolution/patches.ts';
import type { Data } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { formatShape, numel, type Shape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { limits, requireKernel } from '../limits.ts';
import { face, internal } from './face.ts';
import { along } from './pooling-parts.ts';

const PATCH = 'int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride';
const im2col = declare(`im2col(Tensor self, ${PATCH}) -> Tensor`);
/** Adds up columns [N, C·k, L] in images [N, C, *output_size]. */
export const col2im = declare(`col2im(Tensor self, int[2] output_size, ${PATCH}) -> Tensor`);

interface Patch {
  readonly kernel: Shape;
  readonly dilation: Shape;
  readonly padding: Shape;
  readonly stride: Shape;
}

/** How many patches there are along each dimension. */
const blocksOf = (image: Shape, { kernel, dilation, padding, stride }: Patch): number[] =>
  image.map((size, d) => Math.floor((size + 2 * padding[d]! - dilation[d]! * (kernel[d]! - 1) - 1) / stride[d]!) + 1);

function geometryOf(image: Shape, { kernel, dilation, padding, stride }: Patch): Geometry {
  const patch = { kernel, dilation, padding, stride };
  const triple = ([h, w]: Shape, depth: number): Triple => [depth, h!, w!];
  return {
    input: triple(image, 1),
    output: triple(blocksOf(image, patch), 1),
    kernel: triple(kernel, 1),
    stride: triple(stride, 1),
    padding: triple(padding, 0),
    dilation: triple(dilation, 1),
  };
}

/** Runs `body` on the elements of images and columns, of complex numbers on the real and on the imaginary parts. */
function byLanes(input: Tensor, out: Tensor, body: (from: Data, to: Data) => void): Tensor {
  const { lanes } = input.dtype;
  const [x, { data }] = [rowMajor(input) as NumberData, out.storage];
  if (lanes === 1) {
    body(x, data);
    return out;
  }
  for (let lane = 0; lane < lanes; lane++) {
    const to = new Float64Array(out.numel);
    body(
      Float64Array.from({ length: input.numel }, (_, i) => x[i * lanes + lane]!),
      to,
    );
    for (let i = 0; i < to.length; i++) data[i * lanes + lane] = to[i]!;
  }
  return out;
}

define(im2col, {
  ...internal,
  node: 'Im2ColBackward0',
  kernel: (self, kernel, dilation, padding, stride) => {
    const patch = { kernel, dilation, padding, stride };
    checkPatch(patch);
    const image = self.shape.slice(-2);
    const blocks = imageBlocks(self, patch);
    requireKernel(limits('im2col_out_cpu', 'bool', 'int'), self.dtype);
    const channels = self.shape.at(-3)!;
    const [rows, places] = [channels * numel(kernel), numel(blocks)];
    const out = emptyTensor([...self.shape.slice(0, -3), rows, places], self.dtype);
    const geometry = geometryOf(image, patch);
    return byLanes(self, out, (x, to) => {
      const size = rows * places;
      for (let n = 0; n * size < to.length; n++) {
        toColumns(x, n * channels * numel(image), to.subarray(n * size, (n + 1) * size), geometry, channels);
      }
    });
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, added up where it was copied from',
      rule: (g, s) => col2im(g, s.shapeOf().slice(-2), s.kernel_size, s.dilation, s.padding, s.stride),
    },
  },
});

define(col2im, {
  ...internal,
  node: 'Col2ImBackward0',
  kernel: (self, image, kernel, dilation, padding, stride) => {
    const patch = { kernel, dilation, padding, stride };
    if (image.length !== 2) throw runtimeError(`It is expected output_size equals to 2, but got size ${image.length}`);
    checkPatch(patch);
    checkColumns(self, image, patch);
    requireKernel(limits('col2im_out_cpu', 'bool', 'int'), self.dtype);
    const [rows, places] = self.shape.slice(-2) as [number, number];
    const channels = rows / numel(kernel);
    const out = emptyTensor([...self.shape.slice(0, -2), channels, ...image], self.dtype);
    const geometry = geometryOf(image, patch);
    return byLanes(self, out, (x, to) => {
      const size = rows * places;
      for (let n = 0; n * size < x.length; n++) {
        addColumns(x.subarray(n * size, (n + 1) * size), to, n * channels * numel(image), geometry, channels);
      }
    });
  },
  gradients: {
    self: {
      formula: '∂L/∂self = the patches of upstream',
      rule: (g, s) => im2col(g, s.kernel_size, s.dilation, s.padding, s.stride),
    },
  },
});

function checkPatch({ kernel, dilation, padding, stride }: Patch): void {
  for (const [name, values] of Object.entries({ kernel_size: kernel, dilation, padding, stride })) {
    if (values.length !== 2) {
      throw runtimeError(`It is expected ${name} equals to 2, but got size ${values.length}`);
    }
  }
  const positive = (what: string, short: string, [h, w]: Shape): void => {
    if (h! > 0 && w! > 0) return;
    throw runtimeError(`${what} should be greater than zero, but got ${short}_height: ${h} ${short}_width: ${w}`);
  };
  positive('kernel size', 'kernel', kernel);
  positive('dilation', 'dilation', dilation);
  if (padding.some((size) => size < 0)) {
    throw runtimeError(`padding should be non-negative, but got pad_height: ${padding[0]} pad_width: ${padding[1]}`);
  }
  positive('stride', 'stride', stride);
}

const pair = ([h, w]: Shape): string => `(${h}, ${w})`;

function imageBlocks(self: Tensor, patch: Patch): number[] {
  if (self.rank < 3 || self.rank > 4 || self.shape.slice(self.rank - 3).some((size) => size === 0)) {
    throw runtimeError(
      `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${formatShape(self.shape)}`,
    );
  }
  const blocks = blocksOf(self.shape.slice(-2), patch);
  if (blocks.every((count) => count >= 1)) return blocks;
  // PyTorch names the sizes of dimensions 2 and 3 of a batch, and takes the last one twice.
  throw runtimeError(
    `Given input with spatial size (${self.shape.at(-2)}, ${self.shape.at(-2)}), kernel_size=${pair(patch.kernel)}, dilation=${pair(patch.dilation)}, padding=${pair(patch.padding)}, calculated shape of the array of sliding blocks as ${pair(blocks)}, but its components must be at least one.`,
  );
}

function checkColumns(self: Tensor, image: Shape, patch: Patch): void {
  if (self.rank < 2 || self.rank > 3 || self.shape.slice(self.rank - 2).some((size) => size === 0)) {
    throw runtimeError(
      `Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ${formatShape(self.shape)}`,
    );
  }
  const { kernel, dilation, padding, stride } = patch;
  const [rows, places] = self.shape.slice(-2) as [number, number];
  if (rows % numel(kernel) !== 0) {
    throw runtimeError(
      `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${rows} and kernel_size=${pair(kernel)}.`,
    );
  }
  const [h, w] = blocksOf(image, patch) as [number, number];
  const given = `Given output_size=${pair(image)}, kernel_size=${pair(kernel)}, dilation=${pair(dilation)}, padding=${pair(padding)}, stride=${pair(stride)}, expected size of input's dimension 2 to match the calculated number of sliding blocks ${h} * ${w} = ${h * w}, but got input.size(2)=${places}.`;
  if (places !== h * w || h < 1 || w < 1) throw runtimeError(given);
}

face(
  'unfold(Tensor input, int[2] kernel_size, int[2] dilation=1, int[2] padding=0, int[2] stride=1) -> Tensor',
  (input, kernel, dilation, padding, stride) =>
    im2col(input, along(kernel, 2), along(dilation, 2), along(padding, 2), along(stride, 2)),
);
face(
  'fold(Tensor input, int[2] output_size, int[2] kernel_size, int[2] dilation=1, int[2] padding=0, int[2] stride=1) -> Tensor',
  (input, size, kernel, dilation, padding, stride) =>
    col2im(input, along(size, 2), along(kernel, 2), along(dilation, 2), along(padding, 2), along(stride, 2)),
);
