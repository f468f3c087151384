/** The gradients of random programs are what central differences say, in double precision and away from kinks. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Arg, Tensor } from '../../src/engine/index.ts';
import * as engine from '../../src/engine/index.ts';

const SIZE = 3;
const STEP = 1e-5;
const call = (name: string, ...args: Arg[]): Tensor => engine.invoke(name, args) as Tensor;
const matrix = (values: readonly number[], grad = false): Tensor =>
  engine.tensorFromData([...values], [SIZE, SIZE], engine.dtypes.float64, grad);

/** Of one matrix: another one, whose elements stay small. */
const UNARY: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  sin: (x) => call('sin', x),
  cos: (x) => call('cos', x),
  tanh: (x) => call('tanh', x),
  sigmoid: (x) => call('sigmoid', x),
  atan: (x) => call('atan', x),
  asinh: (x) => call('asinh', x),
  erf: (x) => call('erf', x),
  'sinc of 1 + σ': (x) => call('sinc', call('add', call('sigmoid', x), 1n)),
  'exp of tanh': (x) => call('exp', call('tanh', x)),
  'log of 1 + x²': (x) => call('log1p', call('mul', x, x)),
  'root of 1 + x²': (x) => call('sqrt', call('add', call('mul', x, x), 1n)),
  'lgamma of 1 + σ': (x) => call('lgamma', call('add', call('sigmoid', x), 1n)),
  'logit of σ / 2 + ¼': (x) => call('logit', call('add', call('mul', call('sigmoid', x), 0.5), 0.25)),
  'silu of atan': (x) => call('mul', call('atan', x), call('sigmoid', x)),
  transpose: (x) => call('t', x),
  'flipped slice': (x) => call('flip', x, [0n]),
  cumsum: (x) => call('div', call('cumsum', x, 1n), 3n),
  cumprod: (x) => call('cumprod', call('tanh', x), 0n),
  softmax: (x) => call('softmax', x, 1n),
  'log_softmax over columns': (x) => call('log_softmax', x, 0n),
  'logsumexp, spread': (x) => call('sub', x, call('logsumexp', x, [1n], true)),
  'mean of rows, spread': (x) => call('add', x, call('mean', x, [0n], true)),
  'var of columns, spread': (x) => call('tanh', call('mul', x, call('var', x, [0n], true, true))),
  'norm, spread': (x) => call('div', x, call('linalg.norm', beside4(x))),
  'prod of rows, spread': (x) => call('add', x, call('prod', call('tanh', x), 1n, true)),
  'a stretched diagonal': (x) => call('mul', x, call('diagonal', x)),
  'a rolled triangle': (x) => call('roll', call('tril', x), [1n], [0n]),
  // PyTorch has no right derivative of the determinant of a singular matrix, nor by an exponent that is 0.
  'det beside 4, spread': (x) => call('mul', x, call('log', call('linalg.det', beside4(x)))),
  'inverse beside 4': (x) => call('linalg.inv', beside4(x)),
  'exponential of tanh / 3': (x) => call('div', call('matrix_exp', call('tanh', x)), 20n),
};

/** Of two. */
const BINARY: Readonly<Record<string, (x: Tensor, y: Tensor) => Tensor>> = {
  add: (x, y) => call('add', x, y),
  sub: (x, y) => call('sub', x, y),
  'mul of tanh': (x, y) => call('mul', call('tanh', x), y),
  'div by 1 + y²': (x, y) => call('div', x, call('add', call('mul', y, y), 1n)),
  mm: (x, y) => call('div', call('mm', x, y), 3n),
  'atan2 of 1 + σ': (x, y) => call('atan2', x, call('add', call('sigmoid', y), 1n)),
  'hypot beside 1': (x, y) => call('hypot', call('add', call('mul', x, x), 1n), y),
  logaddexp: (x, y) => call('logaddexp', x, y),
  'pow of 1 + σ': (x, y) => call('pow', call('add', call('sigmoid', x), 1n), call('add', call('tanh', y), 1.5)),
  lerp: (x, y) => call('lerp', x, y, 0.3),
  'solve beside 4': (x, y) => call('linalg.solve', beside4(x), y),
  'where y is small': (x, y) => call('where', call('lt', call('detach', y), 0.1), x, call('sin', y)),
};

/** Far from singular. */
const beside4 = (x: Tensor): Tensor => call('add', call('tanh', x), matrix([4, 0, 0, 0, 4, 0, 0, 0, 4]));

type Line = readonly [name: string, operands: readonly number[]];

const line: fc.Arbitrary<Line> = fc.oneof(
  fc.tuple(fc.constantFrom(...Object.keys(UNARY)), fc.tuple(fc.nat(20))),
  fc.tuple(fc.constantFrom(...Object.keys(BINARY)), fc.tuple(fc.nat(20), fc.nat(20))),
);
const numbers = fc.array(fc.integer({ min: -12, max: 12 }), { minLength: SIZE * SIZE, maxLength: SIZE * SIZE });
/** Odd sixteenths: nowhere near a border of `where`. */
const values = numbers.map((list) => list.map((n) => (2 * n + 1) / 16));

/** A weighted sum of what the last line makes; each line takes its operands from all that is there. */
function evaluate(lines: readonly Line[], leaves: readonly Tensor[], weights: Tensor): Tensor {
  const made = [...leaves];
  for (const [name, operands] of lines) {
    const [x, y] = operands.map((at) => made[made.length - 1 - (at % made.length)]!) as [Tensor, Tensor];
    made.push(BINARY[name]?.(x, y) ?? UNARY[name]!(x));
  }
  return call('sum', call('mul', made.at(-1)!, weights));
}

const loss = (lines: readonly Line[], x: readonly number[], y: readonly number[], weights: Tensor): number =>
  engine.item(evaluate(lines, [matrix(x), matrix(y)], weights)) as number;

const moved = (x: readonly number[], direction: readonly number[], by: number): number[] =>
  x.map((value, i) => value + by * direction[i]!);

/** Two step sizes must agree about the slope: they do not at a kink, or where a program magnifies rounding. */
function slope(at: (by: number) => number): number | null {
  const [fine, coarse] = [STEP, 4 * STEP].map((step) => (at(step) - at(-step)) / (2 * step)) as [number, number];
  return Math.abs(fine - coarse) <= 1e-6 * Math.max(1, Math.abs(fine)) ? fine : null;
}

function close(actual: number, expected: number, what: string): void {
  const allowed = 2e-6 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= allowed, `${what}: ${actual}, by differences ${expected}`);
}

const along = (grad: Tensor, direction: readonly number[]): number =>
  (engine.elements(grad) as number[]).reduce((sum, g, i) => sum + g * direction[i]!, 0);

describe('the derivative of a random program', () => {
  const program = fc.tuple(fc.array(line, { minLength: 1, maxLength: 7 }), values, values, values, values);

  it('is what differences say', () => {
    fc.assert(
      fc.property(program, ([lines, x, y, w, direction]) => {
        const weights = matrix(w);
        const expected = slope((by) => loss(lines, moved(x, direction, by), moved(y, direction, by), weights));
        fc.pre(expected !== null && Number.isFinite(expected) && Math.abs(expected) < 1e4);
        const leaves = [matrix(x, true), matrix(y, true)];
        engine.backward([evaluate(lines, leaves, weights)]);
        const actual = leaves.reduce((sum, { grad }) => sum + (grad === null ? 0 : along(grad, direction)), 0);
        close(actual, expected!, 'gradient');
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('has a derivative that is what differences of it say', () => {
    fc.assert(
      fc.property(program, ([lines, x, y, w, direction]) => {
        const weights = matrix(w);
        const first = (by: number, create: boolean) => {
          const leaves = [moved(x, direction, by), moved(y, direction, by)].map((one) => matrix(one, true));
          const grads = engine.grad([evaluate(lines, leaves, weights)], leaves, null, {
            createGraph: create,
            allowUnused: true,
          });
          const parts = grads.flatMap((grad) =>
            grad === null ? [] : [call('sum', call('mul', grad, matrix(direction)))],
          );
          return { leaves, total: parts.length === 0 ? null : parts.reduce((a, b) => call('add', a, b)) };
        };
        const at = (by: number): number => engine.item(first(by, false).total!) as number;
        const { leaves, total } = first(0, true);
        fc.pre(total !== null);
        const expected = slope(at);
        fc.pre(expected !== null && Number.isFinite(expected) && Math.abs(expected) < 1e4);
        const second = total!.requiresGrad ? engine.grad([total!], leaves, null, { allowUnused: true }) : [];
        const actual = second.reduce((sum, grad) => sum + (grad == null ? 0 : along(grad, direction)), 0);
        close(actual, expected!, 'second derivative');
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});
