import { context } from './context.ts';
import { bool, complexType, type DType, isComplex, isDifferentiable, isFloating, promoteTypes } from './dtype.ts';
import type { Tensor } from './tensor.ts';

/** The dtype in which two operands meet (PyTorch's `result_type`): tensors with dimensions before 0-d ones before Python numbers. */
export function resultType(a: Tensor, b: Tensor): DType {
  return a.dtype === b.dtype && !a.isWrappedNumber && !b.isWrappedNumber ? a.dtype : resultTypeOf([a, b]);
}

/** The dtype in which any number of operands meet. */
export function resultTypeOf(tensors: readonly Tensor[]): DType {
  const found: (DType | null)[] = [null, null, null];
  for (const tensor of tensors) {
    const level = tensor.isWrappedNumber ? 2 : tensor.shape.length === 0 ? 1 : 0;
    const own = tensor.isWrappedNumber ? weakType(tensor.dtype) : tensor.dtype;
    const before = found[level]!;
    found[level] = before === null ? own : promoteTypes(before, own);
  }
  return combine(found[0]!, combine(found[1]!, found[2]!))!;
}

/** What a Python number brings along: floats and complex ones come in the default precision. */
const weakType = (type: DType): DType =>
  isFloating(type) ? context.defaultDtype : isComplex(type) ? complexType(context.defaultDtype) : type;

/** The higher level decides, unless the lower one is of a higher category (PyTorch: `combine_categories`). */
function combine(higher: DType | null, lower: DType | null): DType | null {
  if (higher === null || lower === null) return higher ?? lower;
  if (isComplex(higher)) return higher;
  if (isFloating(higher)) return isComplex(lower) ? complexType(higher) : higher;
  return higher === bool || isDifferentiable(lower) ? promoteTypes(higher, lower) : higher;
}

/** Ints and bools become floats where an op computes only in these. */
export const floatType = (type: DType): DType => (isDifferentiable(type) ? type : context.defaultDtype);
