import { bool } from './dtype.ts';
import { valueError } from './errors.ts';
import { gather, type NumberData } from './strided.ts';
import type { Tensor } from './tensor.ts';
import { Complex, type Scalar } from './values.ts';

/** `tensor.item()`. */
export function item(tensor: Tensor): Scalar {
  if (tensor.numel !== 1) throw valueError('only one element tensors can be converted to Python scalars');
  return elements(tensor)[0]!;
}

/** Row-major elements: number, bigint (int dtypes), boolean or Complex. */
export function elements(tensor: Tensor): Scalar[] {
  const data = gather(tensor, tensor.shape);
  if (tensor.dtype.lanes === 2) return complexElements(data as NumberData);
  const values = Array.from(data as ArrayLike<number | bigint>);
  return tensor.dtype === bool ? values.map((value) => value !== 0) : values.map((value) => integral(tensor, value));
}

function complexElements(data: NumberData): Complex[] {
  const out: Complex[] = [];
  for (let i = 0; i < data.length; i += 2) out.push(new Complex(data[i]!, data[i + 1]!));
  return out;
}

const integral = (tensor: Tensor, value: number | bigint): number | bigint =>
  tensor.dtype.category === 1 ? BigInt(value) : value;
