import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { backward, dtypes, invoke, type Tensor, tensorFromData } from '../../src/engine/index.ts';

interface Case {
  readonly input: readonly number[];
  readonly weight: readonly number[];
  readonly stride?: number;
  readonly padding: number;
  readonly dilation?: number;
  readonly groups?: number;
}

const CASES: readonly Case[] = [
  { input: [2, 4, 28, 28], weight: [8, 4, 3, 3], padding: 1 },
  { input: [2, 3, 19, 23], weight: [5, 3, 3, 5], padding: 2 },
  { input: [1, 6, 20, 17], weight: [9, 2, 3, 3], padding: 0, groups: 3 },
  { input: [2, 4, 21, 21], weight: [6, 4, 3, 3], padding: 2, dilation: 2 },
  { input: [2, 4, 30, 30], weight: [6, 4, 5, 5], padding: 2, stride: 2 },
  { input: [3, 16, 30, 30], weight: [32, 16, 1, 1], padding: 0 },
];

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
const numbers = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.round(Math.sin(seed + i * 1.7) * 512) / 512);

/** The bytes of output, input's gradient, weight's and bias's: of the sum of the output's squares. */
function pytorch(one: Case): Float32Array {
  const { input, weight, stride = 1, padding, dilation = 1, groups = 1 } = one;
  const program = `
import json, sys, torch
shapes, values = json.load(sys.stdin)
x, w, b = [torch.tensor(v).reshape(s).requires_grad_() for s, v in zip(shapes, values)]
y = torch.nn.functional.conv2d(x, w, b, ${stride}, ${padding}, ${dilation}, ${groups})
y.square().sum().backward()
sys.stdout.buffer.write(b''.join(t.detach().numpy().tobytes() for t in (y, x.grad, w.grad, b.grad)))`;
  const shapes = [input, weight, [weight[0]!]];
  const values = shapes.map((shape, i) => numbers(size(shape), i));
  const given = JSON.stringify([shapes, values]);
  const bytes = execFileSync('/usr/bin/python3', ['-c', program], { input: given, maxBuffer: 2 ** 28 });
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function engine({ input, weight, stride = 1, padding, dilation = 1, groups = 1 }: Case): Float32Array {
  const [x, w, b] = [input, weight, [weight[0]!]].map((shape, i) =>
    tensorFromData(numbers(size(shape), i), shape, dtypes.float32, true),
  ) as [Tensor, Tensor, Tensor];
  const settings = [stride, padding, dilation, groups].map(BigInt);
  const y = invoke('conv2d', [x, w, b, ...settings]) as Tensor;
  backward([invoke('sum', [invoke('square', [y]) as Tensor]) as Tensor]);
  const all = [y, x.grad!, w.grad!, b.grad!].map((tensor) => tensor.storage.data as Float32Array);
  return Float32Array.from(all.flatMap((data) => [...data]));
}

describe('a convolution of many floats', () => {
  for (const one of CASES) {
    it(`and its gradients are PyTorch's: ${JSON.stringify(one)}`, () => {
      const [got, wanted] = [engine(one), pytorch(one)];
      assert.equal(got.length, wanted.length);
      const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      for (const [i, x] of got.entries()) {
        assert.ok(Math.abs(x - wanted[i]!) <= 4e-6 * largest, `${i}: ${x}, ${wanted[i]}`);
      }
    });
  }
});
