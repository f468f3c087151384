import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cases } from './cases.ts';
import { askEngine, askPyTorch, type Case, difference } from './harness.ts';

const label = ({ op, args }: Case): string =>
  `${op}(${args.map((arg) => (typeof arg === 'object' && arg !== null && 'leaf' in arg ? `${arg.dtype}[${arg.shape}]` : String(typeof arg === 'object' ? '…' : arg.toString()))).join(', ')})`;

describe('every op gives what PyTorch gives: values, gradients of both orders, grad_fn, print and errors', () => {
  const answers = askPyTorch(cases);
  cases.forEach((one, i) => {
    it(label(one), () => assert.equal(difference(askEngine(one), answers[i]!, one.ulps), null));
  });
});
