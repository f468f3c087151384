import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate, type Numbers, reducedDims, scalar, sumTo } from '../../src/webview/explain/evaluate.ts';
import { parseFormula } from '../../src/webview/explain/expr.ts';
import { formulaMath, type MathNode } from '../../src/webview/explain/mathml.ts';

const X: Numbers = { shape: [2], flat: [2, 3] };
const UP: Numbers = { shape: [2], flat: [1, 0.5] };
const scope = new Map([
  ['upstream', UP],
  ['self', X],
  ['exponent', scalar(3)],
  ['n', scalar(2)],
  ['result', { shape: [2], flat: [0, 4] }],
]);
const worked = (formula: string): readonly number[] | undefined => {
  const { expr } = parseFormula(`∂L/∂self = ${formula}`);
  return expr === null ? undefined : evaluate(expr, scope)?.flat.map((x) => Number(x.toPrecision(6)) + 0);
};
const text = ({ text: own = '', children = [] }: MathNode): string => own + children.map(text).join('');

describe('A formula of the op table', () => {
  it('is worked out with numbers', () => {
    assert.deepEqual(worked('upstream · exponent · self^(exponent − 1)'), [12, 13.5]);
    assert.deepEqual(worked('upstream / n, repeated'), [0.5, 0.25]);
    assert.deepEqual(worked('upstream where result > 0, else 0'), [0, 0.5]);
    assert.deepEqual(worked('−upstream · result²'), [0, -8]);
    assert.deepEqual(worked('upstream · 2 (self − n) / n'), [0, 0.5]);
    assert.deepEqual(worked('upstream · self / 3 where −3 < self < 3, else 0'), [0.666667, 0]);
    assert.deepEqual(worked('upstream · |self| · ½'), [1, 0.75]);
  });

  it('is left as words where it is words', () => {
    for (const said of ['zeros, with upstream where the mask holds', 'each window’s upstream in equal parts']) {
      assert.equal(worked(said), undefined);
      assert.equal(text(formulaMath(parseFormula(`∂L/∂self = ${said}`))).replaceAll(' ', ' '), `∂L∂self=${said}`);
    }
  });

  it('sets a quotient under a line, and an exponent above it', () => {
    const tags = (node: MathNode): string[] => [node.tag, ...(node.children ?? []).flatMap(tags)];
    const set = tags(formulaMath(parseFormula('∂L/∂self = upstream · (self − other)² / n')));
    assert.equal(set.filter((tag) => tag === 'mfrac').length, 2);
    assert.equal(set.filter((tag) => tag === 'msup').length, 1);
  });

  it('is summed over what was broadcast', () => {
    assert.deepEqual(reducedDims([4, 3], [3]), [0]);
    assert.deepEqual(reducedDims([4, 3], [4, 1]), [1]);
    assert.equal(reducedDims([4, 3], [4]), null);
    assert.deepEqual(sumTo({ shape: [2, 2], flat: [1, 2, 3, 4] }, [2, 1]).flat, [3, 7]);
  });
});
