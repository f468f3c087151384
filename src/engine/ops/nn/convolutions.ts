/** `conv1d` to `conv_transpose3d`: single images and batches of them, and padding by name. */
import { isComplex } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { formatShape, type Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { Complex } from '../../values.ts';
import { add, mul, sub } from '../arithmetic.ts';
import { viewAsReal } from '../complex.ts';
import { resolveConj } from '../conjugate.ts';
import { select, squeezeDim, unsqueeze } from '../movement.ts';
import { constantPad } from '../padding.ts';
import { convolution } from './convolution.ts';
import { face } from './face.ts';
import { along } from './pooling-parts.ts';

/** Runs `body` on a batch; a single image is one of one. */
function batched(name: string, input: Tensor, dims: number, body: (input: Tensor) => Tensor): Tensor {
  if (input.rank === dims + 2) return body(input);
  if (input.rank === dims + 1) return squeezeDim(body(unsqueeze(input, 0)), 0);
  throw runtimeError(
    `Expected ${dims + 1}D (unbatched) or ${dims + 2}D (batched) input to ${name}, but got input of size: ${formatShape(input.shape)}`,
  );
}

const spatial = (dims: number, value: number): Shape => Array<number>(dims).fill(value);

interface Call {
  readonly name: string;
  readonly dims: number;
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  readonly stride: Shape;
  readonly dilation: Shape;
  readonly groups: number;
}

function convolve(input: Tensor, padding: Shape, { name, dims, weight, bias, stride, dilation, groups }: Call): Tensor {
  const [s, p, d] = [along(stride, dims), along(padding, dims), along(dilation, dims)];
  const extra = spatial(dims, 0);
  return batched(name, input, dims, (x) =>
    byParts(x, weight, bias, (y, w, b) => convolution(y, w, b, s, p, d, false, extra, groups)),
  );
}

type Convolve = (input: Tensor, weight: Tensor, bias: Tensor | null) => Tensor;

/** Complex numbers by three real convolutions, as PyTorch does: a − b + i (c − a − b). */
function byParts(input: Tensor, weight: Tensor, bias: Tensor | null, convolve: Convolve): Tensor {
  if (!isComplex(input.dtype)) return convolve(input, weight, bias);
  const [x, w] = [parts(input), parts(weight)];
  const v = bias === null ? null : parts(bias);
  const a = convolve(x.re, w.re, v === null ? null : v.re);
  const b = convolve(x.im, w.im, null);
  const c = convolve(add(x.re, x.im), add(w.re, w.im), v === null ? null : add(v.re, v.im));
  return add(sub(a, b), mul(sub(sub(c, a), b), new Complex(0, 1)));
}

function parts(tensor: Tensor): { readonly re: Tensor; readonly im: Tensor } {
  const pairs = viewAsReal(resolveConj(tensor));
  return { re: select(pairs, -1, 0), im: select(pairs, -1, 1) };
}

/** `'valid'` or `'same'`; where the two sides of `'same'` differ, the longer one is padded first. */
function convolveNamed(input: Tensor, padding: string, call: Call): Tensor {
  const { name, dims, weight } = call;
  if (padding === 'valid') return convolve(input, spatial(dims, 0), call);
  if (padding !== 'same') throw runtimeError(`Invalid padding string: '${padding}'`);
  if (call.stride.some((step) => step !== 1)) {
    throw runtimeError("padding='same' is not supported for strided convolutions");
  }
  const totals = along(call.dilation, dims).map((step, d) => step * (weight.shape[d + 2]! - 1));
  const halves = totals.map((total) => Math.floor(total / 2));
  if (totals.every((total) => total % 2 === 0)) return convolve(input, halves, call);
  const extra = totals.map((total) => total % 2);
  const pad = [...extra].reverse().flatMap((more) => [0, more]);
  return batched(name, input, dims, (x) => convolve(constantPad(x, pad), halves, call));
}

for (const namespace of ['torch', 'nn.functional'] as const) {
  for (const dims of [1, 2, 3] as const) {
    const name = `conv${dims}d` as const;
    const upTo = `Tensor input, Tensor weight, Tensor? bias=None, int[${dims}] stride=1` as const;
    const rest = `int[${dims}] dilation=1, int groups=1) -> Tensor` as const;
    face(
      `${name}(${upTo}, int[${dims}] padding=0, ${rest}`,
      (input, weight, bias, stride, padding, dilation, groups) =>
        convolve(input, padding, { name, dims, weight, bias, stride, dilation, groups }),
      namespace,
    );
    face(
      `${name}.padding(${upTo}, str padding='valid', ${rest}`,
      (input, weight, bias, stride, padding, dilation, groups) =>
        convolveNamed(input, padding, { name, dims, weight, bias, stride, dilation, groups }),
      namespace,
    );
    face(
      `conv_transpose${dims}d(${upTo}, int[${dims}] padding=0, int[${dims}] output_padding=0, int groups=1, int[${dims}] dilation=1) -> Tensor`,
      (input, weight, bias, stride, padding, extra, groups, dilation) => {
        const [s, p, e, d] = [stride, padding, extra, dilation].map((given) => along(given, dims)) as [
          Shape,
          Shape,
          Shape,
          Shape,
        ];
        checkExtra(e, s, d);
        const run = (y: Tensor, w: Tensor, b: Tensor | null): Tensor => convolution(y, w, b, s, p, d, true, e, groups);
        return batched(`conv_transpose${dims}d`, input, dims, (x) =>
          dims > 1 ? run(x, weight, bias) : byParts(x, weight, bias, run),
        );
      },
      namespace,
    );
  }
}

function checkExtra(extra: Shape, stride: Shape, dilation: Shape): void {
  if (extra.every((size, d) => size < stride[d]! || size < dilation[d]!)) return;
  const named = (values: Shape): string =>
    ['depth', 'height', 'width']
      .slice(3 - values.length)
      .map((name, d) => `${name}: ${values[d]}`)
      .join(' ');
  throw runtimeError(
    `output padding must be smaller than either stride or dilation, but got output_padding_${named(extra)} stride_${named(stride)} dilation_${named(dilation)}`,
  );
}
