/** Results in the order in memory that PyTorch gives them. */
import { emptyStrided, formatStrides, iteratedStrides, preservedStrides, suggestedFormat } from './memory-format.ts';
import type { ResultLayout } from './result-layouts.ts';
import { type Shape, sameShape } from './shape.ts';
import { takeBack } from './storage.ts';
import { rowMajor, scatter } from './strided.ts';
import { Tensor } from './tensor.ts';

/** What a kernel has made in row-major order, laid out as its operands ask for. */
export function laidOut(layout: ResultLayout, result: Tensor, args: readonly unknown[]): Tensor {
  let contiguous = true;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === result) return result;
    if (arg instanceof Tensor && !arg.isContiguous) contiguous = false;
  }
  return contiguous ? result : relaid(layout, result, args);
}

function relaid(layout: ResultLayout, result: Tensor, args: readonly unknown[]): Tensor {
  const operands = args.filter((arg): arg is Tensor => arg instanceof Tensor);
  const strides = wanted(layout, result, operands);
  if (strides === null || sameShape(strides, result.strides)) return result;
  const out = emptyStrided(result.shape, strides, result.dtype);
  scatter(out, rowMajor(result));
  out.isWrappedNumber = result.isWrappedNumber;
  takeBack(result.storage);
  return out;
}

function wanted(layout: ResultLayout, { shape, strides }: Tensor, operands: readonly Tensor[]): Shape | null {
  const self = operands[0]!;
  switch (layout) {
    case 'operands':
      return iteratedStrides(shape, operands);
    case 'reversed':
      return iteratedStrides(shape, [...operands].reverse());
    case 'self':
      return sameShape(shape, self.shape) ? preservedStrides(shape, self.strides) : null;
    case 'format': {
      const isLast = operands.some((one) => suggestedFormat(one.shape, one.strides) === 'channels_last');
      return isLast && shape.length === 4 ? formatStrides(shape, 'channels_last') : strides;
    }
  }
}
