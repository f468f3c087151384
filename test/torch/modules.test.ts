/** Each layer of `torch.nn`, made under a seed, run and differentiated, in the embedded engine and in real PyTorch. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { createHost } from '../../src/runtime/host.ts';
import { run } from '../python/run-python.ts';
import { distDir } from '../runtime/run-program.ts';

interface Value {
  dtype: string;
  shape: number[];
  values: (number | string | boolean)[];
}

/** By the names that `module-outcomes.py` gives. */
type Told = Readonly<Record<string, unknown>>;

/** What is computed: equal but for the order of additions. The rest is equal to the last bit. */
const COMPUTED: readonly string[] = ['outputs', 'input grads', 'grads', 'evaluated', 'state again'];

/** One part in a million of the largest number of the same tensor. */
const TOLERANCE = 1e-6;

const folder = 'test/torch/module-cases';
const tables = readdirSync(folder).filter((file) => file.endsWith('.py'));

describe('a layer of torch.nn does what it does in PyTorch', () => {
  const host = createHost({ distDir });
  after(() => host.dispose());

  for (const file of tables) {
    const table = readFileSync(`${folder}/${file}`, 'utf8');
    const source = `${table}\n${readFileSync('test/torch/module-outcomes.py', 'utf8')}`;
    const cases = [...table.matchAll(/^ {4}\((.+)\),$/gm)].map(([, text]) => text!);
    describe(file.replace('.py', ''), () => {
      const expected = told(askPyTorch(source));
      let actual: Promise<Told[]> | undefined;
      cases.forEach((text, i) => {
        it(text, async () => {
          actual ??= askBackpass(source);
          compare((await actual)[i]!, expected[i]!);
        });
      });
      it('has a line for each case', () => assert.equal(expected.length, cases.length));
    });
  }

  async function askBackpass(source: string): Promise<Told[]> {
    const outcome = await run(host, source);
    assert.equal(outcome.error?.message, undefined);
    return told(outcome.stdout);
  }
});

function askPyTorch(source: string): string {
  const executable = process.env['BACKPASS_TORCH_PYTHON'] ?? '/usr/bin/python3';
  const result = spawnSync(executable, ['-'], {
    input: `import torch\ntorch.set_num_threads(1)\n${source}`,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (result.status !== 0) throw new Error(`${executable} with torch is needed for these tests: ${result.stderr}`);
  return result.stdout;
}

function told(stdout: string): Told[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
}

function compare(actual: Told, expected: Told): void {
  assert.equal(actual['error'], expected['error']);
  assert.deepEqual(Object.keys(actual), Object.keys(expected));
  for (const [key, value] of Object.entries(expected)) {
    if (COMPUTED.includes(key)) assertClose(actual[key], value, key);
    else assert.deepEqual(actual[key], value, key);
  }
}

function assertClose(actual: unknown, expected: unknown, path: string): void {
  if (isValue(actual) && isValue(expected)) assertTensorClose(actual, expected, path);
  else if (typeof expected === 'object' && expected !== null && typeof actual === 'object' && actual !== null) {
    assert.deepEqual(Object.keys(actual), Object.keys(expected), path);
    for (const [key, value] of Object.entries(expected)) {
      assertClose((actual as Record<string, unknown>)[key], value, `${path}.${key}`);
    }
  } else assert.deepEqual(actual, expected, path);
}

function isValue(told: unknown): told is Value {
  return typeof told === 'object' && told !== null && 'dtype' in told;
}

function assertTensorClose(actual: Value, expected: Value, path: string): void {
  assert.deepEqual([actual.dtype, actual.shape], [expected.dtype, expected.shape], path);
  const magnitudes = expected.values.map((value) => (typeof value === 'number' ? Math.abs(value) : 0));
  const bound = 1e-12 + TOLERANCE * Math.max(0, ...magnitudes);
  expected.values.forEach((value, i) => {
    const found = actual.values[i]!;
    const near = typeof value === 'number' && typeof found === 'number' && Math.abs(found - value) <= bound;
    assert.ok(near || found === value, `${path}[${i}]: ${found} is not ${value}`);
  });
}
