import { bool } from './dtype.ts';
import { valueError } from './errors.ts';
import { gather } from './strided.ts';
import type { Tensor } from './tensor.ts';

/** `tensor.item()`. */
export function item(tensor: Tensor): number | bigint | boolean {
  if (tensor.numel !== 1) throw valueError('only one element tensors can be converted to Python scalars');
  const value = tensor.storage.data[tensor.offset]!;
  return tensor.dtype === bool ? value !== 0 : integral(tensor, value);
}

/** Row-major elements: number, bigint (int dtypes) or boolean. */
export function elements(tensor: Tensor): (number | bigint | boolean)[] {
  const values = Array.from(gather(tensor, tensor.shape) as ArrayLike<number | bigint>);
  return tensor.dtype === bool ? values.map((value) => value !== 0) : values.map((value) => integral(tensor, value));
}

const integral = (tensor: Tensor, value: number | bigint): number | bigint =>
  tensor.dtype.category === 1 ? BigInt(value) : value;
