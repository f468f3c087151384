import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeCard } from '../../src/webview/card.ts';
import { formatLines } from '../../src/webview/format.ts';
import { drawGraph } from '../../src/webview/graph.ts';
import { isolate, textWidth, truncate, wrap } from '../../src/webview/text.ts';
import { value } from './make-trace.ts';
import * as programs from './programs.ts';

describe('a value in lines', () => {
  it('shows few numbers as PyTorch prints them', () => {
    assert.deepEqual(formatLines(value([], [0.9157])), ['0.9157']);
    assert.deepEqual(formatLines(value([3], [1, 25, 256])), ['[  1.,  25., 256.]']);
    assert.deepEqual(formatLines(value([2], [1e-5, 1])), ['[1.0000e-05, 1.0000e+00]']);
    assert.deepEqual(formatLines(value([2], [Number.NaN, Number.POSITIVE_INFINITY])), ['[nan, inf]']);
    assert.deepEqual(formatLines(value([0], [])), ['[]']);
  });

  it('puts a small matrix on a line and a wide one on several', () => {
    assert.deepEqual(formatLines(value([2, 2], [1, 2, 3, 4])), ['[[1., 2.], [3., 4.]]']);
    const wide = [0.5, -0.4, 0.8, 0.1, -0.6, 0.9, 0.7, -0.2];
    assert.deepEqual(formatLines(value([2, 4], wide)), [
      '[[ 0.5000, -0.4000,  0.8000,  0.1000],',
      ' [-0.6000,  0.9000,  0.7000, -0.2000]]',
    ]);
  });

  it('shows shape and norm of more numbers', () => {
    assert.deepEqual(formatLines(value([3, 3], new Array(9).fill(1))), ['[3, 3] · norm 3.']);
  });
});

describe('text', () => {
  it('is shortened to its room', () => {
    assert.equal(truncate('weight', 200, 'title'), 'weight');
    const short = truncate('a_very_long_parameter_name', 100, 'title');
    assert.ok(short.endsWith('…') && textWidth(short, 'title') <= 100);
  });

  it('is wrapped into at most so many lines', () => {
    const lines = wrap('one of the variables needed for gradient computation has been modified', 120, 'label', 2);
    assert.equal(lines.length, 2);
    assert.ok(lines[1]!.endsWith('…'));
  });

  it('keeps the direction of a name to itself and drops control characters', () => {
    assert.equal(isolate('x'), 'x');
    assert.equal(isolate('وزن'), '\u2068وزن\u2069');
    assert.equal(isolate('a\u202eb'), 'a\ufffdb');
  });
});

describe('a card', () => {
  const { chain, ...small } = programs;
  for (const [name, make] of Object.entries({ ...small, chain: () => chain(3) })) {
    it(`holds all its text (${name})`, () => {
      const trace = make();
      for (const box of drawGraph(trace, trace.passes.length - 1).boxes) {
        const card = makeCard(box);
        for (const { x, y, text, font, anchor } of card.texts) {
          const width = textWidth(text, font);
          const left = anchor === 'start' ? x : x - width;
          assert.ok(left >= 10 && left + width <= card.width - 10, `${box.title}: ${text}`);
          assert.ok(y > 10 && y < card.height - 6);
        }
      }
    });
  }
});
