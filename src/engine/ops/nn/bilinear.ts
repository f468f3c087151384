/** x1ᵀ W x2 + b: a linear function of each of two vectors. */
import { quietly } from '../../context.ts';
import { bool, float16, isFloating } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { alias, declare, define } from '../../registry.ts';
import { numel, type Shape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, mul } from '../arithmetic.ts';
import { reshape, unsqueezeTo } from '../movement.ts';
import { sumDim } from '../reduction.ts';
import { refuseDType } from './elementwise.ts';
import { functional, internal } from './face.ts';

const bilinear = declare('bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor');
const trilinear = declare(
  '_trilinear(Tensor i1, Tensor i2, Tensor i3, int[] expand1, int[] expand2, int[] expand3, int[] sumdim) -> Tensor',
);

/** The operands with dimensions of size 1 where they have none, multiplied and summed over `sumdim`. */
define(trilinear, {
  ...internal,
  realGradients: true,
  kernel: (i1, i2, i3, expand1, expand2, expand3, sumdim) => {
    const operands = quietly(() => [unsqueezeTo(i1, expand1), unsqueezeTo(i2, expand2), unsqueezeTo(i3, expand3)]);
    if (i1.dtype === bool || i1.dtype === float16) refuseDType('bmm', i1.dtype);
    if (!isFloating(i1.dtype))
      return quietly(() =>
        sumDim(
          operands.reduce((a, b) => mul(a, b)),
          sumdim,
          false,
          i1.dtype,
        ),
      );
    return contracted(operands, sumdim);
  },
  gradients: {
    i1: {
      formula: '∂L/∂i1 = Σ upstream · i2 · i3',
      saves: ['i2', 'i3'],
      rule: (g, s) => trilinear(g, s.i2, s.i3, s.sumdim, s.expand2, s.expand3, s.expand1),
    },
    i2: {
      formula: '∂L/∂i2 = Σ i1 · upstream · i3',
      saves: ['i1', 'i3'],
      rule: (g, s) => trilinear(s.i1, g, s.i3, s.expand1, s.sumdim, s.expand3, s.expand2),
    },
    i3: {
      formula: '∂L/∂i3 = Σ i1 · i2 · upstream',
      saves: ['i1', 'i2'],
      rule: (g, s) => trilinear(s.i1, s.i2, g, s.expand1, s.expand2, s.sumdim, s.expand3),
    },
  },
});

/** Walks all combinations of the four dimensions; nothing of their size is held in memory. */
function contracted(operands: readonly Tensor[], sumdim: Shape): Tensor {
  const size = [0, 1, 2, 3].map((d) => Math.max(...operands.map((one) => one.shape[d]!)));
  const empty = operands.some((one) => one.numel === 0);
  const shape = size.map((n, d) => (operands.some((one) => one.shape[d] === 0) ? 0 : n));
  const out = emptyTensor(
    shape.filter((_, d) => !sumdim.includes(d)),
    operands[0]!.dtype,
  );
  if (empty) return out;
  const kept = shape.map((n, d) => (sumdim.includes(d) ? 1 : n));
  const [x, y, z] = operands.map((one) => rowMajor(one) as NumberData) as [NumberData, NumberData, NumberData];
  const [a, b, c] = operands.map((one) => stridesOf(one.shape)) as [Shape, Shape, Shape];
  const to = stridesOf(kept);
  const sums = new Float64Array(numel(kept));
  const at = [0, 0, 0];
  const step = (d: number, from: readonly number[], target: number): void => {
    const [i, j, k] = from as [number, number, number];
    if (d === 3) {
      for (let n = 0; n < size[3]!; n++) {
        sums[target + n * to[3]!]! += x[i + n * a[3]!]! * y[j + n * b[3]!]! * z[k + n * c[3]!]!;
      }
      return;
    }
    for (let n = 0; n < size[d]!; n++) {
      step(d + 1, [i + n * a[d]!, j + n * b[d]!, k + n * c[d]!], target + n * to[d]!);
    }
  };
  step(0, at, 0);
  (out.storage.data as NumberData).set(sums);
  return out;
}

/** Row-major strides, 0 along dimensions of size 1. */
function stridesOf(shape: Shape): Shape {
  const strides = new Array<number>(shape.length).fill(0);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] !== 1) strides[d] = step;
    step *= shape[d]!;
  }
  return strides;
}

function check(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | null): void {
  if (input1.rank !== input2.rank) {
    throw runtimeError(`bilinear(): input dimensions do not match: got ${input1.rank} and ${input2.rank}`);
  }
  for (let d = 0; d < input1.rank - 1; d++) {
    if (input1.shape[d] === input2.shape[d]) continue;
    throw runtimeError(
      `bilinear(): input batch dimensions do not match at dim ${d}: got ${input1.shape[d]} and ${input2.shape[d]}`,
    );
  }
  [input1, input2].forEach((input, i) => {
    if (input.shape.at(-1) === weight.shape[i + 1]) return;
    throw runtimeError(
      `bilinear(): input${i + 1} size does not match weight size: got ${input.shape.at(-1)} but expected ${weight.shape[i + 1]}`,
    );
  });
  if (bias !== null && bias.shape[0] !== weight.shape[0]) {
    throw runtimeError(
      `bilinear(): bias size does not match weight size: got ${bias.shape[0]} but expected ${weight.shape[0]}`,
    );
  }
}

define(bilinear, {
  variants: { method: false },
  composite: true,
  kernel: (input1, input2, weight, bias) => {
    check(input1, input2, weight, bias);
    const lead = input1.shape.slice(0, -1);
    const rows = (input: Tensor): Tensor => reshape(input, [numel(lead), input.shape.at(-1)!]);
    const product = trilinear(rows(input1), weight, rows(input2), [1, 3], [0], [1, 2], [2, 3]);
    const shaped = reshape(product, [...lead, weight.shape[0]!]);
    return bias === null ? shaped : add(shaped, bias);
  },
});
alias(bilinear, 'bilinear', functional);
