import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planeOf } from '../../src/webview/values/slices.ts';
import { csvText, pythonText, statsTexts } from '../../src/webview/values/texts.ts';
import { value } from './make-trace.ts';

describe('A value', () => {
  it('is copied as Python that gives the same numbers', () => {
    const numbers = [0.1, 2, -3.25, 1e-7].map(Math.fround);
    assert.equal(pythonText(value([2, 2], numbers)), 'torch.tensor([[0.1, 2.], [-3.25, 1e-7]])');
    assert.equal(pythonText({ ...value([1], [2]), dtype: 'float64' }), 'torch.tensor([2.], dtype=torch.float64)');
    assert.equal(
      pythonText({ ...value([2], [2, 3]), data: ['nan', '-inf'] }),
      "torch.tensor([float('nan'), float('-inf')])",
    );
    assert.equal(pythonText(value([65], Array(65).fill(1))), null);
  });

  it('is copied as CSV, a line per row', () => {
    assert.equal(csvText(value([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])), '1,2\n3,4\n5,6\n7,8');
    assert.equal(csvText(value([], [1.5])), '1.5');
  });

  it('is looked at by slices', () => {
    const cube = value([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(planeOf(cube, [1]), { rows: 2, columns: 2, numbers: [5, 6, 7, 8] });
    assert.deepEqual(planeOf(cube, [99])?.numbers, [5, 6, 7, 8]);
    assert.deepEqual(planeOf(value([3], [1, 2, 3]), []), { rows: 1, columns: 3, numbers: [1, 2, 3] });
  });

  it('says its zeros, NaN and inf only where there are some', () => {
    assert.deepEqual(statsTexts(value([2], [0, 2])), ['min 0.', 'max 2.', 'mean 1.', 'std 1.', 'norm 2.', '50% zeros']);
  });
});
