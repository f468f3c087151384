/** Random numbers whose distribution has a parameter per element. */
import { context } from '../context.ts';
import { type DType, float64, isFloating, rounding } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { binomial as drawBinomial, gamma as drawGamma, poisson as drawPoisson } from '../rejection.ts';
import { broadcastShapes } from '../shape.ts';
import { broadcastTo, type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { zerosLike } from './raw.ts';
import { underived, underivedBy } from './underived.ts';

const poisson = declare('poisson(Tensor self, Generator? generator=None) -> Tensor');
const binomial = declare('binomial(Tensor count, Tensor prob, Generator? generator=None) -> Tensor');
const standardGamma = declare('_standard_gamma(Tensor self, Generator? generator=None) -> Tensor');
const sampleDirichlet = declare('_sample_dirichlet(Tensor self, Generator? generator=None) -> Tensor');

function requireFloating(dtype: DType, name: string): void {
  if (!isFloating(dtype)) throw runtimeError(`"${name}" not implemented for '${dtype.scalar}'`);
}

function drawEach(self: Tensor, draw: (parameter: number) => number): Tensor {
  const out = emptyTensor(self.shape, self.dtype);
  const target = out.storage.data as NumberData;
  const parameters = rowMajor(self) as NumberData;
  for (let i = 0; i < target.length; i++) target[i] = draw(parameters[i]!);
  return out;
}

const nothing = { formula: '∂L/∂self = 0', rule: (g: Tensor): Tensor => zerosLike(g) };

define(poisson, {
  kernel: (self, generator) => {
    requireFloating(self.dtype, 'poisson_cpu');
    const source = generator ?? context.generator;
    return drawEach(self, (lambda) => {
      if (!(lambda >= 0)) throw runtimeError('invalid Poisson rate, expected rate to be non-negative');
      return drawPoisson(source, lambda);
    });
  },
  gradients: { self: nothing },
});

define(binomial, {
  kernel: (count, prob, generator) => {
    if (prob.dtype !== count.dtype) {
      throw runtimeError(`Found dtype ${prob.dtype.scalar} but expected ${count.dtype.scalar}`);
    }
    requireFloating(count.dtype, 'binomial_cpu');
    const source = generator ?? context.generator;
    const shape = broadcastShapes(count.shape, prob.shape);
    const out = emptyTensor(shape, count.dtype);
    const target = out.storage.data as NumberData;
    const [counts, probs] = [count, prob].map((one) => broadcastTo(one, shape, count.dtype) as NumberData);
    for (let i = 0; i < target.length; i++) target[i] = drawBinomial(source, counts![i]!, probs![i]!);
    return out;
  },
  node: 'NotImplemented',
  gradients: { count: underived('aten::binomial'), prob: underived('aten::binomial') },
});

const asDouble = (x: number): number => x;

/** The smallest normal number of a dtype, and the largest below 1. */
const limitsOf = (dtype: DType): readonly [number, number] =>
  dtype === float64 ? [2 ** -1022, 1 - 2 ** -53] : [2 ** -126, 1 - 2 ** -24];

define(standardGamma, {
  kernel: (self, generator) => {
    requireFloating(self.dtype, 'gamma_cpu');
    const source = generator ?? context.generator;
    const [least] = limitsOf(self.dtype);
    const round = rounding(self.dtype);
    return drawEach(self, (alpha) => Math.max(least, drawGamma(source, alpha, round)));
  },
  gradients: { self: underivedBy('_standard_gamma: self') },
});

define(sampleDirichlet, {
  kernel: (self, generator) => {
    requireFloating(self.dtype, 'dirichlet');
    const source = generator ?? context.generator;
    const [least, most] = limitsOf(self.dtype);
    const width = self.shape.at(-1)!;
    const parts = Array.from(rowMajor(self) as NumberData, (alpha) =>
      Math.max(2 ** -1022, drawGamma(source, alpha, asDouble)),
    );
    const out = emptyTensor(self.shape, self.dtype);
    const target = out.storage.data as NumberData;
    for (let start = 0; start < target.length; start += width) {
      const total = parts.slice(start, start + width).reduce((sum, part) => sum + part, 0);
      for (let i = start; i < start + width; i++) target[i] = Math.min(most, Math.max(least, parts[i]! / total));
    }
    return out;
  },
  node: 'NotImplemented',
  gradients: { self: underived('aten::_sample_dirichlet') },
});
