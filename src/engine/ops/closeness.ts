/** Whether elements are close to each other. */
import { bool, isComplex, isDifferentiable } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import type { NumberData } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { aligned } from './pointwise.ts';

export const isclose = declare(
  'isclose(Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False) -> Tensor',
);

define(isclose, {
  kernel: (self, other, rtol, atol, equalNan) => {
    if (self.dtype !== other.dtype) throw runtimeError(`${self.dtype.scalar} did not match ${other.dtype.scalar}`);
    if (rtol < 0) throw runtimeError(`rtol must be greater than or equal to zero, but got ${rtol}`);
    if (atol < 0) throw runtimeError(`atol must be greater than or equal to zero, but got ${atol}`);
    return compare(self, other, rtol, atol, equalNan);
  },
});

function compare(self: Tensor, other: Tensor, rtol: number, atol: number, equalNan: boolean): Tensor {
  const { shape, data } = aligned([self, other], self.dtype);
  const [x, y] = data as [NumberData, NumberData];
  const out = emptyTensor(shape, bool);
  const { lanes } = self.dtype;
  const single = self.dtype.bytes / lanes < 8 && isDifferentiable(self.dtype) ? Math.fround : (value: number) => value;
  const one = isComplex(self.dtype)
    ? (i: number): boolean => closePairs(x, y, i, rtol, atol, equalNan)
    : (i: number): boolean => close(Number(x[i]), Number(y[i]), rtol, atol, equalNan, single);
  for (let i = 0; i < out.storage.data.length; i++) out.storage.data[i] = one(i * lanes) ? 1 : 0;
  return out;
}

type Rounding = (value: number) => number;

/** |x − y| ≤ atol + rtol · |y|, in the operands' precision. */
function close(x: number, y: number, rtol: number, atol: number, equalNan: boolean, single: Rounding): boolean {
  if (x === y) return true;
  if (Number.isNaN(x) && Number.isNaN(y)) return equalNan;
  if (rtol === 0 && atol === 0) return false;
  const allowed = single(atol + Math.abs(single(rtol * y)));
  const difference = Math.abs(single(x - y));
  return Number.isFinite(difference) && difference <= allowed;
}

function closePairs(x: NumberData, y: NumberData, i: number, rtol: number, atol: number, equalNan: boolean): boolean {
  const [a, b, c, d] = [x[i]!, x[i + 1]!, y[i]!, y[i + 1]!];
  if (a === c && b === d) return true;
  if ((Number.isNaN(a) || Number.isNaN(b)) && (Number.isNaN(c) || Number.isNaN(d))) return equalNan;
  const difference = Math.hypot(a - c, b - d);
  return Number.isFinite(difference) && difference <= atol + rtol * Math.hypot(c, d);
}

const allclose = declare(
  'allclose(Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False) -> bool',
);

define(allclose, {
  kernel: (self, other, rtol, atol, equalNan) =>
    (isclose(self, other, rtol, atol, equalNan).storage.data as Uint8Array).every((holds) => holds !== 0),
});
