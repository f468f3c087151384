/** `pad`: with a constant, with a mirror image, with the edge, or going round. */
import { notImplemented, runtimeError } from '../../errors.ts';
import { dispatchInplace } from '../../inplace.ts';
import { declare, define } from '../../registry.ts';
import type { Shape } from '../../shape.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { slice } from '../movement.ts';
import { constantPad } from '../padding.ts';
import { copy } from '../writing.ts';
import { reflectionPads, replicationPads } from './edge-pads.ts';
import { functional } from './face.ts';

export const pad = declare("pad(Tensor self, int[] pad, str mode='constant', float? value=None) -> Tensor");

const MODES: Readonly<Record<string, (self: Tensor, pad: Shape, dims: number) => Tensor>> = {
  reflect: (self, given, dims) => reflectionPads[dims - 1]!(self, given),
  replicate: (self, given, dims) => replicationPads[dims - 1]!(self, given),
  circular: goingRound,
};

define(pad, {
  variants: functional,
  composite: true,
  kernel: (self, given, mode, value) => {
    if (mode !== 'constant' && MODES[mode] === undefined) throw notImplemented(`Unrecognised padding mode ${mode}`);
    if (given.length % 2 !== 0) throw runtimeError('Padding length must be divisible by 2');
    if (given.length > self.rank * 2) throw runtimeError('Padding length too large');
    if (mode === 'constant') return constantPad(self, given, value ?? 0);
    if (value !== null && value !== 0) throw runtimeError(`Padding mode "${mode}" doesn't take in value argument`);
    const dims = given.length / 2;
    if (dims >= 1 && dims <= 3 && (self.rank === dims + 1 || self.rank === dims + 2)) {
      return MODES[mode]!(self, given, dims);
    }
    throw notImplemented('Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now');
  },
});

/**
 * Copies the image into a larger one, then from its far ends what comes before and after; so that corners come from edges. Each copy is
 * recorded, as in PyTorch, where this is no op of its own.
 */
function goingRound(self: Tensor, given: Shape, dims: number): Tensor {
  if (self.rank !== dims + 2) {
    throw runtimeError(`Invalid padding size, expected ${2 * (self.rank - 2)} but got ${given.length}`);
  }
  const shape = self.shape.slice(0, 2);
  for (let d = 0; d < dims; d++) {
    const [before, after] = [given[2 * (dims - 1 - d)]!, given[2 * (dims - 1 - d) + 1]!];
    const size = self.shape[2 + d]!;
    if (before > size || after > size) throw runtimeError('Padding value causes wrapping around more than once.');
    if (size + before + after < 0) throw runtimeError('Negative padding value is resulting in an empty dimension');
    shape.push(size + before + after);
  }
  const out = emptyTensor(shape, self.dtype);
  let [target, source] = [out, self];
  for (let i = 0; i < dims; i++) {
    const d = dims - i + 1;
    const [before, after] = [given[2 * i]!, given[2 * i + 1]!];
    target = slice(target, d, Math.max(before, 0), shape[d]! - Math.max(after, 0));
    source = slice(source, d, Math.max(-before, 0), self.shape[d]! - Math.max(-after, 0));
  }
  write(target, source);
  for (let i = 0; i < dims; i++) {
    const d = dims - i + 1;
    const [before, after] = [Math.max(given[2 * i]!, 0), Math.max(given[2 * i + 1]!, 0)];
    const end = shape[d]!;
    if (before > 0) write(slice(out, d, 0, before), slice(out, d, end - before - after, end - after));
    if (after > 0) write(slice(out, d, end - after, end), slice(out, d, before, before + after));
  }
  return out;
}

const write = (target: Tensor, source: Tensor): Tensor => dispatchInplace(copy.def!, [target, source, false]);
