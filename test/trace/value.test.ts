import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatElements, formatValue } from '../../src/trace/format.ts';
import { statsOf } from '../../src/trace/stats.ts';
import { dropData, toValue } from '../../src/trace/value.ts';
import { raw } from './events.ts';

describe('statistics of a value', () => {
  it('are those of its finite elements', () => {
    assert.deepEqual(statsOf([1, 2, 3, 0]), {
      min: 0,
      max: 3,
      mean: 1.5,
      std: Math.sqrt(1.25),
      norm: Math.sqrt(14),
      zeros: 1,
      nans: 0,
      infs: 0,
    });
    const stats = statsOf([1, 'nan', '-inf', 'inf', 3]);
    assert.deepEqual([stats.min, stats.max, stats.mean, stats.nans, stats.infs], [1, 3, 2, 1, 2]);
  });

  it('are null where no element is finite', () => {
    for (const elements of [[], ['nan', 'inf']]) {
      const { min, max, mean, std, norm } = statsOf(elements);
      assert.deepEqual([min, max, mean, std, norm], [null, null, null, null, null]);
    }
  });

  it('count bools as 0 and 1 and read integers that JSON cannot hold', () => {
    assert.equal(statsOf([true, false, true]).mean, 2 / 3);
    assert.equal(statsOf(['9223372036854775807']).max, 2 ** 63);
  });

  it('keep the spread of values far from zero', () => {
    assert.equal(statsOf([1e9, 1e9 + 1, 1e9 + 2]).std, Math.sqrt(2 / 3));
  });

  it('hold no infinity, which JSON could not', () => {
    assert.equal(statsOf([1e308, 1e308]).norm, null);
  });
});

describe('a value as text', () => {
  const same = (elements: number[], expected: string[]) =>
    assert.deepEqual(formatElements(elements, 'float32'), expected);

  it('is what PyTorch prints', () => {
    same([1, 25, 0], ['1.', '25.', '0.']);
    same([0.5, -1], ['0.5000', '-1.0000']);
    same([1e-5, 1], ['1.0000e-05', '1.0000e+00']);
    same([1e9], ['1.0000e+09']);
    same([0, -0], ['0.', '-0.']);
    assert.deepEqual(formatElements([1.5, 'nan', '-inf'], 'float32'), ['1.5000', 'nan', '-inf']);
    assert.deepEqual(formatElements([1, '9223372036854775807'], 'int64'), ['1', '9223372036854775807']);
    assert.deepEqual(formatElements([true, false], 'bool'), ['True', 'False']);
  });

  it('nests like the tensor', () => {
    assert.equal(formatValue(toValue(raw([1, 2, 3, 4], [2, 2]))), '[[1., 2.], [3., 4.]]');
    assert.equal(formatValue(toValue(raw([7], []))), '7.');
    assert.equal(formatValue(toValue(raw([], [0]))), '[]');
    assert.equal(formatValue(toValue(raw([], [2, 0]))), '[[], []]');
  });

  it('shows both ends of what has lost its data', () => {
    const value = toValue(raw([1, 2, 3, 4, 5, 6, 7, 8]));
    dropData(value);
    assert.equal(formatValue(value), '[1., 2., 3., ..., 6., 7., 8.] of shape [8]');
  });
});
