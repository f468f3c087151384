import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sumFloats } from '../../src/engine/index.ts';
import { Sums } from '../../src/trace/stats.ts';

const special = fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45);
const element = fc.oneof({ weight: 4, arbitrary: fc.float({ min: -1e6, max: 1e6, noNaN: true }) }, special);

describe('statistics of floats', () => {
  it('are the same by the engine as one by one, whatever the floats are and wherever they begin', () => {
    fc.assert(
      fc.property(fc.array(element, { minLength: 6, maxLength: 70 }), fc.nat(5), (elements, from) => {
        const data = Float32Array.from(elements);
        const [slow, fast] = [new Sums(), new Sums()];
        slow.addAll(data, from, data.length);
        fast.addFloats(data, from, data.length, sumFloats);
        const { mean, std, norm, ...exact } = slow.stats();
        const { mean: fastMean, std: fastStd, norm: fastNorm, ...fastExact } = fast.stats();
        assert.deepEqual(fastExact, exact);
        // Sums in another order; a mean or a spread can be what is left of numbers that cancel.
        const size = norm ?? 0;
        for (const [a, b] of [
          [mean, fastMean],
          [norm, fastNorm],
        ] as const)
          assert.ok(a === b || Math.abs(a! - b!) <= 1e-13 * size, `${a} and ${b} of ${size}`);
        assert.ok(std === fastStd || Math.abs(std! ** 2 - fastStd! ** 2) <= 1e-12 * size ** 2, `${std} and ${fastStd}`);
      }),
      { numRuns: 1000 },
    );
  });

  it('are those of 64-bit integers as their nearest doubles, far from zero too', () => {
    const long = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-9n, 9n));
    fc.assert(
      fc.property(fc.array(long, { minLength: 1, maxLength: 2100 }), fc.nat(3), (elements, skipped) => {
        const from = Math.min(skipped, elements.length - 1);
        const [slow, fast] = [new Sums(), new Sums()];
        for (const element of elements.slice(from)) slow.add(Number(element));
        fast.addLongs(BigInt64Array.from(elements), from, elements.length);
        assert.deepEqual(fast.stats(), slow.stats());
      }),
    );
  });
});
