/** What kernels do to memory, without history. */
import type { Shape } from '../shape.ts';
import { broadcastTo, scatter } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';

export const zerosLike = (tensor: Tensor, shape: Shape = tensor.shape): Tensor => emptyTensor(shape, tensor.dtype);

/** Writes one tensor's elements over another's, broadcasting and converting. */
export function copyRaw(to: Tensor, from: Tensor): void {
  scatter(to, broadcastTo(from, to.shape, to.dtype));
}

export function onesLike(tensor: Tensor): Tensor {
  const ones = zerosLike(tensor);
  const { data } = ones.storage;
  if (data instanceof BigInt64Array) data.fill(1n);
  else if (tensor.dtype.lanes === 1) data.fill(1);
  else for (let i = 0; i < data.length; i += 2) data[i] = 1;
  return ones;
}
