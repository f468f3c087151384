/** Whole programs, in the embedded engine and under real PyTorch: what they print and what their passes do, to the last node. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { createHost } from '../../src/runtime/host.ts';
import type { RawValue, TraceEvent } from '../../src/trace/events.ts';

type Element = number | string | boolean | Element[];
type Numbers = Element[] | null;

interface Pass {
  kind: string;
  /** Name and what arrived, in the order of execution. */
  steps: [string, Numbers[]][];
  /** What `.grad` held after each accumulation. */
  grads: Numbers[];
  failed: boolean;
}

interface Outcome {
  stdout: string;
  /** `RuntimeError: ...` */
  error: string | null;
  passes: Pass[];
}

const programs = ['examples', 'test/programs'].flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.py'))
    .sort()
    .map((file) => resolve(folder, file)),
);

/**
 * Programs whose passes are not compared: gradcheck.py calls what is made of passes in PyTorch's own Python, in a number and order that nobody
 * relies on; in messages.py calls fail before there is a pass, which the reference takes for passes; lifetimes.py has thousands, and is about
 * what a run that is not recorded holds.
 */
const OWN_PASSES: ReadonlySet<string> = new Set(['gradcheck.py', 'lifetimes.py', 'messages.py']);

describe('a whole program does what it does under PyTorch', () => {
  const host = createHost({ distDir: join(process.cwd(), 'out') });
  after(() => host.dispose());
  const expected = askPyTorch(programs);

  programs.forEach((path, i) => {
    it(path.slice(process.cwd().length + 1), async () => {
      const actual = await askBackpass(path);
      assert.equal(actual.stdout, expected[i]!.stdout);
      assert.equal(actual.error, expected[i]!.error);
      // What stands after an error compares nothing.
      if (path.includes('programs')) assert.equal(actual.error, null, 'The program does not reach its end.');
      if (OWN_PASSES.has(basename(path))) return;
      assert.deepEqual(actual.passes.map(outline), expected[i]!.passes.map(outline));
      assertClose(actual.passes, expected[i]!.passes, 'passes');
    });
  });

  function askPyTorch(paths: readonly string[]): Outcome[] {
    const executable = process.env['BACKPASS_TORCH_PYTHON'] ?? '/usr/bin/python3';
    const script = resolve('test/torch/programs-reference.py');
    const result = spawnSync(executable, [script, ...paths], { maxBuffer: 2 ** 28, encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`${executable} with torch is needed for these tests: ${result.stderr}`);
    return JSON.parse(result.stdout) as Outcome[];
  }

  async function askBackpass(path: string): Promise<Outcome> {
    const events: TraceEvent[] = [];
    const record = !OWN_PASSES.has(basename(path));
    const request = { file: path, source: readFileSync(path, 'utf8'), argv: [path], root: dirname(path), record };
    await host.run(request, { events: (batch) => events.push(...batch) }).done;
    return outcome(events);
  }
});

/** A pass without its numbers: a difference in these reads better. */
const outline = (pass: Pass) => ({ kind: pass.kind, failed: pass.failed, nodes: pass.steps.map(([name]) => name) });

function outcome(events: readonly TraceEvent[]): Outcome {
  const result: Outcome = { stdout: '', error: null, passes: [] };
  const names = new Map<number, string>();
  /** Passes run inside passes, too. */
  const open: Pass[] = [];
  for (const event of events) {
    const pass = open.at(-1)!;
    if (event.kind === 'output' && event.stream === 'stdout') result.stdout += event.text;
    else if (event.kind === 'error') result.error = `${event.type}: ${event.message}`.trim();
    else if (event.kind === 'node') names.set(event.id, event.name);
    else if (event.kind === 'pass') {
      result.passes.push({ kind: event.pass, steps: [], grads: [], failed: true });
      open.push(result.passes.at(-1)!);
    } else if (event.kind === 'step') pass.steps.push([names.get(event.node)!, event.gradOutputs.map(numbers)]);
    else if (event.kind === 'accumulate') pass.grads.push(numbers(event.after));
    else if (event.kind === 'passEnd') open.pop()!.failed = event.error !== null;
  }
  return result;
}

function numbers(value: RawValue | null): Numbers {
  if (value === null) return null;
  assert.ok(value.data, 'The programs of this test use tensors of at most 64 elements.');
  return (value.data as (number | string | boolean)[]).map((element) => {
    if (element === '-0') return -0;
    return typeof element === 'string' && element.endsWith('j') ? complexParts(element) : element;
  });
}

/** `1.5-2j` as its two numbers. */
function complexParts(text: string): (number | string)[] {
  const [, re, im] = /^(.+?)([+-](?:[^+-]|e[+-])+)j$/.exec(text)!;
  return [re!, im!].map((part) => (Number.isFinite(Number(part)) ? Number(part) : part));
}

/**
 * Equal, but for the rounding of float32: PyTorch's BLAS and vectorised functions add in another order. What cancels leaves an error of the
 * size of the terms, so the bound is one part in a million of the largest element of the same tensor.
 */
function assertClose(actual: unknown, expected: unknown, path: string, largest = 0): void {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const tolerance = 1e-12 + 1e-6 * Math.max(Math.abs(expected), largest);
    assert.ok(Math.abs(actual - expected) <= tolerance, `${path}: ${actual} is not ${expected}`);
  } else if (typeof actual === 'object' && typeof expected === 'object' && actual !== null && expected !== null) {
    assert.deepEqual(Object.keys(actual), Object.keys(expected), path);
    for (const [key, value] of Object.entries(actual)) {
      assertClose(value, (expected as Record<string, unknown>)[key], `${path}.${key}`, magnitude(expected));
    }
  } else assert.equal(actual, expected, path);
}

/** Of the largest number in a list of numbers; 0 for anything else. */
function magnitude(list: object): number {
  const numbers = Object.values(list).filter((element): element is number => typeof element === 'number');
  return Math.max(0, ...numbers.map(Math.abs));
}
