/** `--doctor`: its three forms, what else is on stdout, and the exit code. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { backpass, makeFolder } from './command.ts';

const folder = makeFolder();
after(() => folder.remove());

const VECTOR = 'import torch\nprint("before")\nx = torch.ones(3, requires_grad=True)\ny = x * x\ny.backward()\n';
const SILENT = [
  'import torch',
  'w = torch.ones(2, requires_grad=True)',
  'for step in range(4):',
  '    (w * w).sum().backward()',
  '    w.data -= 0.1 * w.grad',
  'print("done")',
].join('\n');
const RIGHT = 'import torch\nx = torch.ones(3, requires_grad=True)\n(x * x).sum().backward()\nprint(x.grad)\n';

const run = async (source: string, ...options: string[]) => {
  const file = folder.write('main.py', source);
  const { code, stdout, stderr } = await backpass(['run', 'main.py', '--doctor', ...options], folder.path);
  return { file, code, stdout: stdout.toString(), stderr };
};

describe('backpass run --doctor', () => {
  it('says in text, below what the program printed, what is wrong, where, and what would mend it', async () => {
    const { code, stdout, stderr } = await run(VECTOR);
    assert.equal(code, 3);
    const [printed, finding, related, fix] = stdout.split('\n');
    assert.equal(printed, 'before');
    assert.match(finding!, /^main\.py:5:1: error BP001: `y` holds 3 numbers/);
    assert.match(related!, /^ {4}main\.py:4:5: `y` was made here/);
    assert.match(fix!, /^ {4}fix: Sum first: `y\.sum\(\)\.backward\(\.\.\.\)`/);
    assert.match(stderr, /RuntimeError: grad can be implicitly created only for scalar outputs/);
  });

  it('writes JSON alone to stdout: findings with ranges, related places and a fix', async () => {
    const { file, code, stdout, stderr } = await run(VECTOR, '--format', 'json');
    assert.equal(code, 3);
    assert.match(stderr, /^before\n/);
    const [finding, ...others] = JSON.parse(stdout) as Record<string, unknown>[];
    assert.equal(others.length, 0);
    const { message, ...rest } = finding!;
    assert.match(String(message), /^`y` holds 3 numbers/);
    assert.deepEqual(rest, {
      code: 'BP001',
      severity: 'error',
      range: { file, line: 5, column: 0, endLine: 5, endColumn: 12 },
      related: [
        {
          message: '`y` was made here, with shape [3]',
          range: { file, line: 4, column: 4, endLine: 4, endColumn: 9 },
        },
      ],
      fix: {
        title: 'Sum first: `y.sum().backward(...)`',
        edits: [{ range: { file, line: 5, column: 1, endLine: 5, endColumn: 1 }, text: '.sum()' }],
      },
      otherFixes: [
        {
          title: 'Weigh every element alike: `torch.ones_like(y)`',
          edits: [{ range: { file, line: 5, column: 11, endLine: 5, endColumn: 11 }, text: 'torch.ones_like(y)' }],
        },
      ],
    });
  });

  it('writes SARIF 2.1.0 alone to stdout, columns from 1', async () => {
    const { code, stdout, stderr } = await run(SILENT, '--format=sarif');
    assert.equal(code, 3);
    assert.equal(stderr, 'done\n');
    const log = JSON.parse(stdout);
    assert.equal(log.version, '2.1.0');
    const [{ tool, results }] = log.runs;
    assert.ok(tool.driver.rules.some(({ id }: { id: string }) => id === 'BP008'));
    const [{ ruleId, level, locations }] = results;
    assert.deepEqual([ruleId, level], ['BP008', 'warning']);
    assert.match(locations[0].physicalLocation.artifactLocation.uri, /^file:\/\/\/.*main\.py$/);
    assert.deepEqual(locations[0].physicalLocation.region, { startLine: 4, startColumn: 5, endLine: 4, endColumn: 29 });
  });

  it('finds nothing in a correct program, and leaves its exit code alone', async () => {
    const { code, stdout } = await run(RIGHT);
    assert.deepEqual([code, stdout], [0, 'tensor([2., 2., 2.])\ndoctor: no findings\n']);
    const left = await run(`${RIGHT}raise SystemExit(7)\n`, '--format', 'json');
    assert.deepEqual([left.code, left.stdout], [7, '[]\n']);
  });

  it('refuses a form that it does not know, and a form without the doctor', async () => {
    const wrong = await run(RIGHT, '--format', 'xml');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--format takes text, json or sarif, not 'xml'/);
    const without = await backpass(['run', 'main.py', '--format', 'json'], folder.path);
    assert.equal(without.code, 2);
  });
});
