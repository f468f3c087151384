/** Where values belong among sorted ones, and whether they are among others. */
import { bool, type DType, int32, int64 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultType } from '../promote.ts';
import { declare, define } from '../registry.ts';
import { formatShape, sameShape } from '../shape.ts';
import { convert, type NumberData, rowMajor } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { type Scalar, wrapNumber } from '../values.ts';
import { limits, requireKernel } from './limits.ts';
import type { Element } from './lines.ts';
import { fromData } from './pointwise.ts';

const searchsorted = declare(
  'searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor',
);
const searchsortedNumber = declare(
  'searchsorted.Scalar(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor',
);
const bucketize = declare(
  'bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor',
);
const bucketizeNumber = declare(
  'bucketize.Scalar(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor',
);
const isin = declare(
  'isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor',
);
const isinOne = declare(
  'isin.Tensor_Scalar(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False) -> Tensor',
);
const isinOf = declare(
  'isin.Scalar_Tensor(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor',
);

/** Binary search: the first of `n` positions whose element is not below the value; with `right`, is above it. */
function place(element: (i: number) => Element, n: number, value: Element, right: boolean): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    const reached = right ? element(middle) > value : element(middle) >= value;
    if (reached) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The elements in the dtype in which the two are compared. */
function inCommon(a: Tensor, b: Tensor): { dtype: DType; x: NumberData; y: NumberData } {
  const dtype = resultType(a, b);
  const data = (tensor: Tensor): NumberData => convert(rowMajor(tensor), tensor.dtype, dtype) as NumberData;
  return { dtype, x: data(a), y: data(b) };
}

function search(sequence: Tensor, values: Tensor, narrow: boolean, right: boolean, sorter: Tensor | null): Tensor {
  const { dtype, x, y } = inCommon(sequence, values);
  if (y.length > 0) requireKernel(limits('searchsorted_out_cpu', 'bool', 'complex'), dtype);
  const n = sequence.shape.at(-1)!;
  const per = sequence.rank === 1 ? y.length : values.shape.at(-1)!;
  const order = sorter === null ? null : (rowMajor(sorter) as BigInt64Array);
  const found = Array.from(y, (value, i) => {
    const start = sequence.rank === 1 ? 0 : Math.floor(i / per) * n;
    const at = (k: number): number => start + (order === null ? k : Number(order[start + k]!));
    return place((k) => x[at(k)]!, n, value, right);
  });
  const data = narrow ? Int32Array.from(found) : BigInt64Array.from(found, BigInt);
  return fromData(data, values.shape, narrow ? int32 : int64);
}

const refuse = (what: string): never => {
  throw runtimeError(`torch.searchsorted(): ${what}`);
};

/** Whether to search from the right, which can be said in two ways. */
function fromRight(right: boolean, side: string | null): boolean {
  if (side === null) return right;
  if (side !== 'left' && side !== 'right') refuse(`side can only be 'left' or 'right' but got ${side}`);
  if (side === 'left' && right)
    refuse("side and right can't be set to opposites, got side of left while right was True");
  return side === 'right';
}

function checkShapes(sequence: Tensor, values: Tensor, sorter: Tensor | null): void {
  if (sorter !== null && !sameShape(sorter.shape, sequence.shape)) {
    refuse(
      `boundary and sorter must have the same size, but got boundary tensor ${formatShape(sequence.shape)}and got sorter tensor ${formatShape(sorter.shape)}`,
    );
  }
  if (sorter !== null && sorter.dtype !== int64)
    refuse(`sorter must be a tensor of long dtype but got dtype ${sorter.dtype.scalar}`);
  if (values.rank === 0 && sequence.rank !== 1) {
    refuse(
      `input value can be a scalar only when boundaries tensor dimension is 1, but we got boundaries tensor dim(${sequence.rank}) and input value's dim(0) numel(1)`,
    );
  }
  if (sequence.rank === 0) refuse('boundaries tensor should have at least 1 dimension, but got 0 dimension');
  if (sequence.rank !== 1 && !sameShape(sequence.shape.slice(0, -1), values.shape.slice(0, -1))) {
    refuse(
      `boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor ${formatShape(sequence.shape)} and input value tensor ${formatShape(values.shape)}`,
    );
  }
}

function searchsortedKernel(
  sequence: Tensor,
  values: Tensor,
  narrow: boolean,
  right: boolean,
  side: string | null,
  sorter: Tensor | null,
): Tensor {
  const isRight = fromRight(right, side);
  checkShapes(sequence, values, sorter);
  return search(sequence, values, narrow, isRight, sorter);
}

const functions = { variants: { method: false } } as const;
const searches = {
  ...functions,
  out: {
    check: (out: Tensor, result: Tensor) => {
      if (out.dtype !== result.dtype)
        refuse(
          `output tensor's dtype is wrong, it can only be Int(int32) or Long(int64) depending on whether out_int32 flag is True, but we got output tensor's dtype ${out.dtype.scalar} and out_int32 flag is ${result.dtype === int32 ? 'True' : 'False'}`,
        );
      return undefined;
    },
  },
} as const;

define(searchsorted, { ...searches, kernel: searchsortedKernel });
define(searchsortedNumber, {
  ...searches,
  kernel: (sequence, value, narrow, right, side, sorter) =>
    searchsortedKernel(sequence, wrapNumber(value), narrow, right, side, sorter),
});

function bucketizeKernel(values: Tensor, boundaries: Tensor, narrow: boolean, right: boolean): Tensor {
  if (boundaries.rank !== 1)
    throw runtimeError(`boundaries tensor must be 1 dimension, but got dim(${boundaries.rank})`);
  return search(boundaries, values, narrow, right, null);
}

define(bucketize, { ...searches, kernel: bucketizeKernel });
define(bucketizeNumber, {
  ...searches,
  kernel: (value, boundaries, narrow, right) => bucketizeKernel(wrapNumber(value), boundaries, narrow, right),
});

function isinKernel(elements: Tensor, tests: Tensor, invert: boolean): Tensor {
  for (const { dtype } of [elements, tests]) {
    if (dtype.category === 0 || dtype.category === 3 || dtype.name === 'bfloat16')
      throw runtimeError(`Unsupported input type encountered for isin(): ${dtype.scalar}`);
  }
  const { dtype, x, y } = inCommon(elements, tests);
  requireKernel(limits('isin_default_cpu', 'half'), dtype);
  const among = new Set<Element>(y);
  among.delete(Number.NaN);
  return fromData(
    Uint8Array.from(x, (value) => Number(among.has(value) !== invert)),
    elements.shape,
    bool,
  );
}

const number = (value: Scalar): Tensor => wrapNumber(value);

define(isin, {
  ...functions,
  kernel: (elements, tests, _, invert) => isinKernel(elements, tests, invert),
});
define(isinOne, {
  ...functions,
  kernel: (elements, test, _, invert) => isinKernel(elements, number(test), invert),
});
define(isinOf, {
  ...functions,
  kernel: (element, tests, _, invert) => isinKernel(number(element), tests, invert),
});
