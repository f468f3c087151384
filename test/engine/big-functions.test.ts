import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { dtypes, invoke, type Tensor, tensorFromData } from '../../src/engine/index.ts';

/** What PyTorch makes of the numbers: the bytes of float32. */
function pytorch(expression: string, x: Float32Array): Float32Array {
  const program = `import sys, numpy, torch; x = torch.from_numpy(numpy.frombuffer(sys.stdin.buffer.read(), dtype='float32').copy()); sys.stdout.buffer.write((${expression}).numpy().tobytes())`;
  const bytes = execFileSync('/usr/bin/python3', ['-c', program], { input: Buffer.from(x.buffer), maxBuffer: 2 ** 28 });
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** How many floats lie between two: 0 when they are the same, or both nan. */
function distance(a: number, b: number): number {
  if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  return Math.abs(place(a) - place(b));
}

function place(value: number): number {
  const bits = new Int32Array(Float32Array.of(value).buffer)[0]!;
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/** From −`limit` to `limit`, small ones, and those at the ends of what there is. */
function numbers(limit: number): Float32Array {
  const even = Array.from({ length: 200_001 }, (_, i) => ((i - 100_000) / 100_000) * limit);
  const small = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 2 ** (-i / 400));
  const ends = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -3e38, 1e-45, -1e-45];
  return Float32Array.from([...even, ...small, ...ends]);
}

describe('a function of many floats', () => {
  for (const [name, limit, most] of [
    ['exp', 105, 1],
    ['sigmoid', 88, 2],
    ['tanh', 12, 1],
    ['neg', 100, 0],
  ] as const) {
    it(`is PyTorch's to ${most} of the last place: ${name}`, () => {
      const x = numbers(limit);
      const tensor = tensorFromData(x, [x.length], dtypes.float32);
      const got = (invoke(name, [tensor]) as Tensor).storage.data as Float32Array;
      const wanted = pytorch(`x.${name}()`, x);
      const worst = x.reduce(
        (at, _, i) => (distance(got[i]!, wanted[i]!) > distance(got[at]!, wanted[at]!) ? i : at),
        0,
      );
      assert.ok(distance(got[worst]!, wanted[worst]!) <= most, `${name}(${x[worst]}): ${got[worst]}, ${wanted[worst]}`);
    });
  }
});
