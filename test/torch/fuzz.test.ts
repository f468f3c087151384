/** Random programs do in the engine what they do in PyTorch, line by line: values, gradients, views, versions, nodes, order and errors. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { run, startHost } from '../python/run-python.ts';
import { differing, type Told } from './fuzz-comparison.ts';
import { startPyTorch } from './fuzz-pytorch.ts';
import { anything, programs } from './fuzz-statements.ts';

type Program = readonly string[];

/** `FUZZ_SEED=7 FUZZ_RUNS=5000 node --test out/test/torch/fuzz.test.mjs` looks elsewhere, and further. */
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300);
const BATCH = 100;

describe('a random program', () => {
  const host = startHost();
  const pytorch = startPyTorch();
  const runner = readFileSync('test/torch/fuzz-runner.py', 'utf8');
  after(() => {
    pytorch.stop();
    return host.dispose();
  });

  it('does in the engine what it does in PyTorch', async () => {
    const arbitrary = programs(anything, 10);
    const sampled = fc.sample(arbitrary, { seed, numRuns });
    const known = new Map<string, string | null>();
    for (let i = 0; i < numRuns; i += BATCH) {
      const batch = sampled.slice(i, i + BATCH);
      const differences = await compare(batch);
      for (const [j, program] of batch.entries()) known.set(program.join('\n'), differences[j]!);
    }
    if (process.env['FUZZ_ALL']) {
      for (const [program, difference] of known) if (difference) console.log(JSON.stringify([program, difference]));
      return;
    }
    const property = fc.asyncProperty(arbitrary, async (program) => {
      const text = program.join('\n');
      const difference = known.get(text) ?? (known.has(text) ? null : (await compare([program]))[0]!);
      assert.ok(difference === null, `\n${text}\n${difference}`);
    });
    const found = await fc.check(property, { numRuns, seed, interruptAfterTimeLimit: 120_000 });
    if (found.failed)
      assert.fail(`${String(found.errorInstance)}\nseed ${found.seed}, after ${found.numRuns} programs`);
  });

  /** Of each program the first difference. A start costs more than a program: many run in one. */
  async function compare(asked: readonly Program[]): Promise<(string | null)[]> {
    const [actual, expected] = await Promise.all([askBackpass(asked), pytorch.run(asked)]);
    return asked.map((_, i) => (expected[i] == null ? null : differing(actual[i]!, expected[i])));
  }

  async function askBackpass(asked: readonly Program[]): Promise<Told[][]> {
    const call = `list(map(run, json.loads(${JSON.stringify(JSON.stringify(asked))})))`;
    const { stdout, error } = await run(host, `${runner}\nprint(json.dumps(${call}))\n`);
    assert.equal(error, null);
    return JSON.parse(stdout) as Told[][];
  }
});
