import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cases as general } from './cases.ts';
import { linalgCases } from './cases-linalg.ts';
import { askEngine, askPyTorch, type Case, difference } from './harness.ts';

const cases: readonly Case[] = [...general, ...linalgCases];

const label = ({ op, args }: Case): string =>
  `${op}(${args.map((arg) => (typeof arg === 'object' && arg !== null && 'leaf' in arg ? `${arg.dtype}[${arg.shape}]` : String(typeof arg === 'object' ? '…' : arg.toString()))).join(', ')})`;

describe('every op gives what PyTorch gives: values, gradients of both orders, grad_fn, print and errors', () => {
  const answers = askPyTorch(cases);
  cases.forEach((one, i) => {
    it(label(one), () => assert.equal(difference(askEngine(one), answers[i]!, one.ulps), null));
  });
});
