import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Run } from '../../src/runtime/host.ts';
import { makeHost, runProgram } from './run-program.ts';

/** Time for the machine to be busy with something else; the thing itself takes milliseconds. */
const SLACK_MS = 1500;

describe('stopping a program', () => {
  const host = makeHost();
  after(() => host.dispose());

  async function cancelled(source: string) {
    let asked = 0;
    const cancel = (_text: string, run: Run) => {
      asked ||= performance.now();
      run.cancel();
    };
    const { end } = await runProgram(host, `print("go", flush=True)\n${source}`, {}, { output: cancel });
    assert.deepEqual(end, { kind: 'cancelled' });
    return performance.now() - asked;
  }

  async function stillRuns() {
    assert.equal((await runProgram(host, 'print("next")')).stdout, 'next\n');
  }

  it('cancels an endless loop, and runs the next program', async () => {
    assert.ok((await cancelled('while True: pass')) < 300 + SLACK_MS);
    await stillRuns();
  });

  it('cancels a long sleep', async () => {
    assert.ok((await cancelled('import time\ntime.sleep(60)')) < 300 + SLACK_MS);
  });

  it('cancels an asyncio program that waits', async () => {
    assert.ok((await cancelled('import asyncio\nasyncio.run(asyncio.sleep(60))')) < 300 + SLACK_MS);
  });

  it('ends a program that swallows the interrupt', async () => {
    assert.ok(
      (await cancelled('while True:\n    try:\n        while True: pass\n    except BaseException: pass')) <
        600 + SLACK_MS,
    );
    await stillRuns();
  });

  it('ends a program inside one long C call', async () => {
    assert.ok((await cancelled('sum(range(10**11))')) < 600 + SLACK_MS);
  });

  // Multiplying matrices of this size takes many seconds and polls nothing: the worker is ended.
  it('ends a program inside one long operation of a tensor, and runs the next one', async () => {
    const before = await runProgram(host, 'import torch\nprint(torch.ones(2).sum())');
    assert.equal(before.stdout, 'tensor(2.)\n');
    let asked = 0;
    const source = 'import torch\na = torch.ones(5000, 5000)\nprint("go", flush=True)\nb = a @ a\nprint("done")';
    const { end, stdout } = await runProgram(
      host,
      source,
      {},
      {
        output(_text, run) {
          asked ||= performance.now();
          run.cancel();
        },
      },
    );
    assert.deepEqual([end, stdout], [{ kind: 'cancelled' }, 'go\n']);
    assert.ok(performance.now() - asked < 600 + SLACK_MS, `${performance.now() - asked} ms`);
    await stillRuns();
  });

  it('runs the finally blocks of a cancelled program, whenever the interrupt comes', async () => {
    for (let time = 1; time <= 8; time++) {
      let stopped = '';
      await runProgram(
        host,
        'try:\n    print("go")\n    while True: pass\nfinally:\n    print("cleaned")',
        {},
        {
          output(text, run) {
            stopped += text;
            run.cancel();
          },
        },
      );
      assert.match(stopped, /cleaned/, `the ${time}th time`);
    }
  });

  it('cancels a run that has not begun', async () => {
    const run = host.run(
      { file: 'a.py', source: 'print(1)', argv: ['a.py'], root: null },
      { events: () => assert.fail() },
    );
    run.cancel();
    assert.deepEqual(await run.done, { kind: 'cancelled' });
    await stillRuns();
  });

  it('ends a program at its time limit', async () => {
    const { end, stdout } = await runProgram(host, 'print("go")\nwhile True: pass', { timeoutMs: 1_000 });
    assert.deepEqual(end, { kind: 'timeout' });
    assert.equal(stdout, 'go\n');
    await stillRuns();
  });

  it('shows what was printed before a long computation, while it computes', async () => {
    await runProgram(
      host,
      'print("a")\nprint("b")\nwhile True: pass',
      { timeoutMs: 20_000 },
      { output: (text, run) => text.includes('b') && run.cancel() },
    ).then(({ end }) => assert.equal(end.kind, 'cancelled'));
  });
});
