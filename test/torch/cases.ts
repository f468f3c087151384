/** One line a case: op, arguments, keywords. Values are chosen so that nothing cancels and no two are equal unless that is the point. */
import { type DTypeName, dtypes, ELLIPSIS, Slice } from '../../src/engine/index.ts';
import { type Case, fl, type Given, type Leaf } from './harness.ts';

const spread = (i: number): number => (((i * 37 + 11) % 23) - 11) / 4 + 0.125;

function leaf(values: readonly (number | boolean)[], shape: readonly number[], dtype: DTypeName, grad: boolean): Leaf {
  return { leaf: true, values, shape, dtype, grad };
}
const sized = (shape: readonly number[], value: (i: number) => number): number[] =>
  Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i));

/** A float leaf that requires grad, of both signs. */
const x = (...shape: number[]): Leaf => leaf(sized(shape, spread), shape, 'float32', true);
/** Another one, shifted. */
const y = (...shape: number[]): Leaf =>
  leaf(
    sized(shape, (i) => spread(i + 5) + 0.5),
    shape,
    'float32',
    true,
  );
/** Positive. */
const pos = (...shape: number[]): Leaf =>
  leaf(
    sized(shape, (i) => Math.abs(spread(i)) + 0.25),
    shape,
    'float32',
    true,
  );
/** Between 0 and 1. */
const unit = (...shape: number[]): Leaf =>
  leaf(
    sized(shape, (i) => (((i * 7) % 13) + 1) / 16),
    shape,
    'float32',
    true,
  );
const dbl = (...shape: number[]): Leaf => leaf(sized(shape, spread), shape, 'float64', true);
/** Without grad. */
const k = (...shape: number[]): Leaf =>
  leaf(
    sized(shape, (i) => spread(i + 3)),
    shape,
    'float32',
    false,
  );
const ints = (values: number[], dtype: DTypeName = 'int64', shape = [values.length]): Leaf =>
  leaf(values, shape, dtype, false);
const bools = (...values: boolean[]): Leaf => leaf(values, [values.length], 'bool', false);
const vec = (...values: number[]): Leaf => leaf(values, [values.length], 'float32', true);
const sl = (start: number | null, stop: number | null, step: number | null = null): Slice =>
  new Slice(start, stop, step);

type Row = readonly [op: string, args: readonly Given[], kwargs?: Readonly<Record<string, Given>>];
const group = (ulps: number, rows: readonly Row[]): Case[] =>
  rows.map(([op, args, kwargs]) => ({ op, args, kwargs: kwargs ?? {}, ulps }));

/** Rounded correctly by IEEE arithmetic on both sides. */
const exact = group(0, [
  ['add', [x(3), y(3)]],
  ['add', [x(2, 3), y(3)]],
  ['add', [x(2, 1), y(1, 3)]],
  ['add', [x(3), y(3)], { alpha: 2n }],
  ['.__add__', [x(3), 1n]],
  ['.__add__', [x(3), fl(0.1)]],
  ['.__radd__', [x(3), fl(0.1)]],
  ['.__sub__', [x(3), y(3)]],
  ['.__rsub__', [x(3), 1n]],
  ['sub', [x(2, 2), y(2)], { alpha: 3n }],
  ['mul', [x(5), x(5)]],
  ['mul', [x(2, 3), y(3)]],
  ['.__mul__', [x(5), 2n]],
  ['.__mul__', [x(5), 0.1]],
  ['.__rmul__', [x(5), 2n]],
  ['mul', [x(), y()]],
  ['mul', [x(2), dbl(2)]],
  ['mul', [dbl(3), fl(0.1)]],
  ['.__truediv__', [x(3), 2n]],
  ['.__rtruediv__', [pos(3), 2n]],
  ['.__neg__', [x(3)]],
  ['abs', [vec(-2, 0, 3)]],
  ['sqrt', [pos(4)]],
  ['reciprocal', [pos(4)]],
  ['relu', [vec(-1, 0, 2.5)]],
  ['F.relu', [vec(-1, 0, 2.5)]],
  ['.relu', [x(2, 3)]],
  ['square', [x(4)]],
  ['.__pow__', [x(4), 2n]],
  ['.pow', [x(4), 3n]],
  ['sign', [vec(-1, 0, 2)]],
  ['floor', [x(3)]],
  ['round', [vec(0.5, 1.5, 2.5, -0.5)]],
  ['maximum', [vec(1, 5, 3), vec(2, 4, 3)]],
  ['minimum', [vec(1, 5, 3), vec(2, 4, 3)]],
  ['max', [vec(1, 5, 3), vec(2, 4, 3)]],
  ['clamp', [x(5)], { min: -1n, max: 1n }],
  ['clamp', [x(5), 0n]],
  ['clamp', [x(5)], { max: fl(0.5) }],
  ['.clamp_min', [x(5), 0n]],
  ['where', [bools(true, false, true), x(3), y(3)]],
  ['masked_fill', [x(3), bools(true, false, true), fl(0)]],
  ['F.leaky_relu', [x(4)]],
  ['sum', [x(5)]],
  ['sum', [x(2, 3), 0n]],
  ['.sum', [x(2, 3), 1n], { keepdim: true }],
  ['.sum', [x(2, 3, 2), [0n, 2n]]],
  ['sum', [ints([1, 2, 3], 'int32')]],
  ['sum', [bools(true, true, false)]],
  ['sum', [x(3)], { dtype: dtypes.float64 as never }],
  ['mean', [x(4)]],
  ['mean', [x(5)]],
  ['mean', [x(2, 3), 1n]],
  ['mean', [x(2, 3), [0n, 1n]], { keepdim: true }],
  ['max', [vec(1, 3, 3)]],
  ['min', [x(2, 3)]],
  ['max', [x(2, 3), 1n]],
  ['min', [x(2, 3), 0n], { keepdim: true }],
  ['amax', [x(2, 3), 1n]],
  ['amin', [vec(1, 1, 2)]],
  ['argmax', [x(2, 3)]],
  ['argmin', [x(2, 3), 1n]],
  ['all', [bools(true, false)]],
  ['any', [bools(true, false)]],
]);

const movement = group(0, [
  ['.view', [x(2, 3), 3n, 2n]],
  ['.view', [x(2, 3), [-1n]]],
  ['.reshape', [x(2, 3), 6n]],
  ['reshape', [x(2, 3), [3n, -1n]]],
  ['.t', [x(2, 3)]],
  ['transpose', [x(2, 3, 2), 0n, -1n]],
  ['.permute', [x(2, 3, 4), 2n, 0n, 1n]],
  ['.unsqueeze', [x(3), 0n]],
  ['.unsqueeze', [x(3), -1n]],
  ['.squeeze', [x(1, 3, 1)]],
  ['.squeeze', [x(1, 3), 0n]],
  ['.squeeze', [x(2, 3), 0n]],
  ['.expand', [x(3, 1), 3n, 4n]],
  ['.expand', [x(3), 2n, -1n]],
  ['flatten', [x(2, 3, 2)]],
  ['flatten', [x(2, 3, 2), 1n]],
  ['.clone', [x(3)]],
  ['.detach', [x(3)]],
  ['.contiguous', [x(3)]],
  ['.double', [x(3)]],
  ['.to', [x(3), dtypes.float64 as never]],
  ['.to', [x(3), 'cpu']],
  ['.long', [x(3)]],
  ['.bool', [x(3)]],
  ['.float', [ints([1, 2])]],
  ['cat', [[x(2, 2), y(1, 2)]]],
  ['cat', [[x(2, 2), y(2, 1)], 1n]],
  ['stack', [[x(3), y(3)]]],
  ['stack', [[x(3), y(3)], -1n]],
  ['unbind', [x(2, 3)]],
  ['.chunk', [x(5), 2n]],
  ['split', [x(5), 2n]],
  ['split', [x(5), [1n, 4n]]],
  ['.__getitem__', [x(3, 2), 0n]],
  ['.__getitem__', [x(3, 2), [1n, 1n]]],
  ['.__getitem__', [x(3, 2), sl(1, null)]],
  ['.__getitem__', [x(3, 2), [sl(null, null), 1n]]],
  ['.__getitem__', [x(3, 2), null]],
  ['.__getitem__', [x(3, 2), [ELLIPSIS, 0n]]],
  ['.__getitem__', [x(3, 4), [sl(0, 3, 2), sl(1, -1)]]],
  ['.__getitem__', [x(3, 2), ints([0, 2, 0])]],
  ['.__getitem__', [x(3, 2), [ints([0, 2]), ints([1, 0])]]],
  ['.__getitem__', [x(3), bools(true, false, true)]],
  ['.__getitem__', [x(3, 2), [sl(null, null), ints([1, 1])]]],
  ['.__getitem__', [x(3), leaf([2], [], 'int64', false)]],
  ['gather', [x(2, 3), 1n, ints([0, 2, 1, 1], 'int64', [2, 2])]],
  ['index_select', [x(3, 2), 0n, ints([2, 0])]],
]);

const linear = group(4, [
  ['mm', [x(2, 3), y(3, 4)]],
  ['mv', [x(2, 3), y(3)]],
  ['dot', [x(5), y(5)]],
  ['bmm', [x(2, 2, 3), y(2, 3, 2)]],
  ['.__matmul__', [x(3), y(3)]],
  ['.__matmul__', [x(2, 3), y(3)]],
  ['.__matmul__', [x(3), y(3, 2)]],
  ['.__matmul__', [x(2, 3), y(3, 2)]],
  ['matmul', [x(2, 2, 3), y(3, 2)]],
  ['matmul', [x(2, 2, 3), y(3)]],
  ['matmul', [x(3), y(2, 3, 2)]],
  ['matmul', [x(2, 3), y(2, 3, 2)]],
  ['matmul', [x(2, 1, 2, 3), y(2, 3, 2)]],
  ['addmm', [x(2), y(2, 3), x(3, 2)]],
  ['outer', [x(2), y(3)]],
  ['F.linear', [x(2, 3), y(4, 3), x(4)]],
  ['F.linear', [x(2, 3), y(4, 3)]],
  ['F.linear', [x(3), y(4, 3), x(4)]],
  ['F.linear', [x(2, 2, 3), y(4, 3), x(4)]],
]);

/**
 * PyTorch computes these with SLEEF's vector functions and float intermediates, we with double ones rounded once:
 * the two may differ in the last bit or, through a chain of them in a gradient, in the last few.
 */
const transcendental = group(4, [
  ['exp', [x(4)]],
  ['exp2', [x(4)]],
  ['expm1', [x(4)]],
  ['log', [pos(4)]],
  ['log2', [pos(4)]],
  ['log10', [pos(4)]],
  ['log1p', [pos(4)]],
  ['rsqrt', [pos(4)]],
  ['sin', [x(4)]],
  ['cos', [x(4)]],
  ['tan', [x(4)]],
  ['atan', [x(4)]],
  ['sinh', [x(4)]],
  ['cosh', [x(4)]],
  ['tanh', [x(4)]],
  ['sigmoid', [x(4)]],
  ['erf', [x(4)]],
  ['pow', [pos(3), 0.5]],
  ['pow', [pos(3), y(3)]],
  ['pow', [2n, x(3)]],
  ['.__rpow__', [x(3), 2n]],
  ['exp', [dbl(4)]],
  ['F.silu', [x(5)]],
  ['F.softplus', [x(5)]],
  ['F.elu', [x(5)]],
  ['F.logsigmoid', [x(5)]],
  ['softmax', [x(2, 3), 1n]],
  ['.softmax', [x(3), 0n]],
  ['F.softmax', [x(2, 3)], { dim: -1n }],
  ['log_softmax', [x(2, 3), 1n]],
  ['F.log_softmax', [x(2, 3), 0n]],
  ['F.mse_loss', [x(4), y(4)]],
  ['F.mse_loss', [x(4), k(4)], { reduction: 'sum' }],
  ['F.mse_loss', [x(4), k(4)], { reduction: 'none' }],
  ['F.l1_loss', [x(4), k(4)]],
  ['F.nll_loss', [x(2, 3), ints([2, 0])]],
  ['F.nll_loss', [x(2, 3), ints([2, 0])], { reduction: 'sum' }],
  ['F.nll_loss', [x(2, 3), ints([2, 0]), leaf([0.5, 2, 1.5], [3], 'float32', false)]],
  ['F.cross_entropy', [x(2, 3), ints([2, 0])]],
  ['F.cross_entropy', [x(3), leaf([1], [], 'int64', false)]],
  ['F.binary_cross_entropy', [unit(4), leaf([0, 1, 1, 0], [4], 'float32', false)]],
  ['F.binary_cross_entropy_with_logits', [x(4), leaf([0, 1, 1, 0], [4], 'float32', false)]],
  ['var', [x(5)]],
  ['var', [x(2, 3), 1n]],
  ['std', [x(5)]],
  ['std', [x(2, 3), 1n], { unbiased: false, keepdim: true }],
  ['norm', [x(5)]],
  ['prod', [vec(2, 3, 4)]],
  ['div', [x(3), pos(3)]],
  ['prod', [x(2, 3), 1n]],
]);

/** PyTorch's erf is a float approximation, good to about 1e-7. */
const approximate = group(32, [
  ['F.gelu', [x(5)]],
  ['F.gelu', [x(5)], { approximate: 'tanh' }],
]);

const typing = group(0, [
  ['.__add__', [ints([1, 2]), 1n]],
  ['.__add__', [ints([1, 2]), 1.5]],
  ['.__truediv__', [ints([1, 2]), 2n]],
  ['.__mul__', [bools(true, false), 2n]],
  ['.__mul__', [ints([1, 2], 'uint8'), 200n]],
  ['.__mul__', [ints([100, 2], 'int8'), 2n]],
  ['.__pow__', [ints([2, 3]), 2n]],
  ['add', [ints([1], 'uint8'), ints([1], 'int8')]],
  ['eq', [x(3), 0n]],
  ['.__lt__', [x(3), k(3)]],
  ['.__ge__', [ints([1, 2, 3]), 2n]],
  ['logical_not', [bools(true, false)]],
  ['.__invert__', [bools(true, false)]],
  ['.__and__', [bools(true, false), bools(true, true)]],
  ['exp', [ints([0])]],
  ['zeros', [[2n, 3n]]],
  ['zeros', [2n, 3n]],
  ['ones', [3n], { dtype: dtypes.int64 as never }],
  ['full', [[2n], 3n]],
  ['full', [[2n], 1.5]],
  ['arange', [5n]],
  ['arange', [1n, 2n, 0.25]],
  ['linspace', [0n, 1n, 5n]],
  ['linspace', [0n, 1n], { steps: 11n }],
  ['eye', [3n]],
  ['zeros_like', [x(2)]],
  ['ones', [2n], { requires_grad: true }],
]);

const printing = group(0, [
  ['.clone', [vec(1e-5, 1)]],
  ['.clone', [vec(1e9, 1)]],
  ['.clone', [vec(0.03125, 12345.678)]],
  ['.clone', [vec(1, Number.NaN, Number.POSITIVE_INFINITY)]],
  ['.clone', [vec(0.5, Number.NEGATIVE_INFINITY)]],
  ['.clone', [vec(-0, 0)]],
  ['.clone', [vec()]],
  ['zeros', [[0n, 3n]]],
  ['zeros', [[30n, 40n]]],
  ['arange', [30n]],
  ['arange', [2000n]],
  ['.clone', [x(2, 2, 3)]],
  ['.clone', [ints([1, -100, 3])]],
  ['.clone', [dbl(3)]],
  ['.clone', [vec(100000, 1.5)]],
  ['.clone', [bools(true, false)]],
  ['.clone', [leaf([3.5], [], 'float32', true)]],
  ['ones', [[2n, 2n]], { dtype: dtypes.int32 as never }],
]);

const errors = group(0, [
  ['add', [x(3), y(4)]],
  ['mm', [x(2, 3), y(2, 3)]],
  ['mv', [x(2, 3), y(2)]],
  ['dot', [x(2), y(3)]],
  ['.view', [x(2, 3), 4n]],
  ['.view', [x(2, 3), -1n, -1n]],
  ['.expand', [x(2, 3), 4n, 3n]],
  ['sum', [x(2), 3n]],
  ['.squeeze', [x(2), 2n]],
  ['.__getitem__', [x(2), 5n]],
  ['.__getitem__', [x(2), [0n, 0n]]],
  ['.__getitem__', [leaf([1], [], 'float32', true), 0n]],
  ['cat', [[x(2, 2), y(3, 3)]]],
  ['stack', [[x(2), y(3)]]],
  ['mul', [x(2), 'a']],
  ['.mul', [x(2), 'a']],
  ['.mul', [x(2)]],
  ['exp', [2n]],
  ['mean', [ints([1, 2])]],
  ['.__neg__', [bools(true)]],
  ['.__sub__', [bools(true), bools(true)]],
  ['.__pow__', [ints([2]), -1n]],
  ['.add_', [ints([1]), 1.5]],
  ['.add_', [k(2), y(2, 2)]],
  ['.t', [x(2, 2, 2)]],
  ['.permute', [x(2, 3), 0n]],
  ['F.nll_loss', [x(2, 3), ints([3, 0])]],
  ['matmul', [leaf([1], [], 'float32', true), x(2)]],
  ['.mul_', [x(2), 2n]],
  ['softmax', [ints([1, 2]), 0n]],
  ['zeros', [[-1n]]],
]);

export const cases: readonly Case[] = [
  exact,
  movement,
  linear,
  transcendental,
  approximate,
  typing,
  printing,
  errors,
].flat();
