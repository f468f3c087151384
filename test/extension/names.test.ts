import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameAt, scopeAt } from '../../src/extension/names.ts';

const found = (line: string, column: number) => {
  const at = nameAt(line, column);
  return at && `${at.name}${at.ofGrad ? ' (grad)' : ''} ${at.start}-${at.end}`;
};

test('a name is what stands under the cursor', () => {
  assert.equal(found('loss = x * weight', 12), 'weight 11-17');
  assert.equal(found('loss = x * weight', 0), 'loss 0-4');
  assert.equal(found('  权重 = 1', 3), '权重 2-4');
});

test('of a path, the part up to the cursor counts', () => {
  const line = 'y = self.fc.weight.sum()';
  assert.equal(found(line, 5), 'self 4-8');
  assert.equal(found(line, 10), 'self.fc 4-11');
  assert.equal(found(line, 14), 'self.fc.weight 4-18');
});

test('elements of lists and dicts are names', () => {
  assert.equal(found("params['w'].grad", 8), "params['w'] 0-11");
  assert.equal(found('params[0]', 7), 'params[0] 0-9');
});

test('.grad asks for the gradient of what stands before it', () => {
  assert.equal(found('print(x.grad)', 9), 'x (grad) 6-12');
  assert.equal(found('print(x.grad)', 6), 'x 6-7');
  assert.equal(found('self.w.grad.zero_()', 8), 'self.w (grad) 0-11');
});

test('strings and comments hold no names', () => {
  assert.equal(found('print("x is", x)', 7), null);
  assert.equal(found('print("x is", x)', 14), 'x 14-15');
  assert.equal(found('x = 1  # x of before', 9), null);
});

test('a scope is the qualified name of the function around a line', () => {
  const text = [
    'x = 1',
    'class A:',
    '    def f(self):',
    '        y = 2',
    '',
    '        def g():',
    '            z = 3',
    'w = 4',
  ];
  assert.deepEqual(
    text.map((_, i) => scopeAt(text, i + 1)),
    ['', 'A', 'A.f', 'A.f', '', 'A.f.<locals>.g', 'A.f.<locals>.g', ''],
  );
});
