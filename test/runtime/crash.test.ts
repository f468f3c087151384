import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createHost } from '../../src/runtime/host.ts';
import { distDir, runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'backpass-crash-'));
after(() => rmSync(folder, { recursive: true }));

const READY = `port.postMessage({kind:'ready',version:1,interrupt:new SharedArrayBuffer(4),ms:1,snapshot:true});`;

/** The least that can be compiled: the mark and the version. */
const NO_CODE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** A host over a worker that behaves as `body` says; `onRun(what)` is done when it is given a program. */
function hostOver(name: string, body: string, code: Uint8Array | null = NO_CODE) {
  const dist = join(folder, name);
  mkdirSync(dist);
  if (code) writeFileSync(join(dist, 'pyodide.asm.wasm'), code);
  const onRun = `const onRun = (what) => port.on('message', ({kind}) => { if (kind === 'run') what(); });`;
  writeFileSync(join(dist, 'worker.js'), `const port = require('node:worker_threads').parentPort; ${onRun} ${body}`);
  return createHost({ distDir: dist });
}

async function crash(name: string, body: string, code?: Uint8Array | null) {
  const host = hostOver(name, body, code);
  const { end } = await runProgram(host, 'print(1)');
  const again = await runProgram(host, 'print(1)');
  await host.dispose();
  assert.equal(end.kind, 'crashed');
  assert.deepEqual(again.end, end, 'The host is as calm the second time.');
  return end.kind === 'crashed' ? end : assert.fail();
}

describe('a worker that fails', () => {
  it('at its start ends the run', async () => {
    assert.match((await crash('start', 'throw new Error("no start")')).message, /no start/);
  });

  it('for want of Python ends the run', async () => {
    const waits = 'setTimeout(() => {}, 60_000)';
    assert.match((await crash('without', waits, null)).message, /pyodide\.asm\.wasm/);
    assert.match((await crash('broken', waits, Uint8Array.of(1, 2, 3))).message, /WebAssembly/);
  });

  it('by leaving ends the run', async () => {
    assert.match((await crash('exit', `${READY} onRun(() => process.exit(7))`)).message, /exit code 7/);
  });

  it('by an exception ends the run', async () => {
    const body = `${READY} onRun(() => { throw new Error('lost') })`;
    assert.match((await crash('throw', body)).message, /lost/);
  });

  it('by words outside the protocol ends the run', async () => {
    const body = `${READY} onRun(() => port.postMessage({ kind: 'nonsense' }))`;
    assert.match((await crash('rubbish', body)).message, /protocol/);
  });

  it('by events outside the contract ends the run', async () => {
    const kinds = { syntax: ['[', []], kind: ['[]', [99]], cut: ['[]', [1]], texts: ['[1, 2]', [0, 0, 1]] };
    for (const [name, [texts, words]] of Object.entries(kinds)) {
      const pack = `texts: '${texts}', words: Float64Array.of(${words})`;
      const body = `${READY} onRun(() => port.postMessage({ kind: 'events', ${pack} }))`;
      const end = await crash(`events-${name}`, body);
      assert.match(end.message, /contract/);
      assert.equal(end.ours, true);
    }
  });

  it('does not crash a run that it only prepared', async () => {
    const host = hostOver('idle', `${READY} setTimeout(() => process.exit(1), 50)`);
    await host.warm();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const run = host.run({ file: 'a.py', source: '', argv: [], root: null }, { events: () => {} });
    setTimeout(() => run.cancel(), 20);
    assert.equal((await run.done).kind === 'crashed', false);
    await host.dispose();
  });
});

describe('a build without its snapshot', () => {
  for (const broken of ['missing', 'damaged', 'of another build']) {
    it(`starts Python without it when it is ${broken}`, async () => {
      const dist = join(folder, broken);
      cpSync(distDir, dist, {
        recursive: true,
        filter: (path) => !/\.map$|python\.snapshot$|out[\\/]test/.test(path),
      });
      if (broken === 'damaged') writeFileSync(join(dist, 'python.snapshot'), 'not a snapshot at all');
      if (broken === 'of another build') writeFileSync(join(dist, 'python.snapshot'), Buffer.alloc(64 * 1024));
      const host = createHost({ distDir: dist });
      assert.equal((await host.warm()).snapshot, false);
      assert.equal((await runProgram(host, 'print("as ever")')).stdout, 'as ever\n');
      await host.dispose();
    });
  }
});
