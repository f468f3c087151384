/** Measures what a user waits for, and what an operation costs beside real PyTorch on the same machine in the same minutes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createHost, type Host } from '../src/runtime/host.ts';
import { encodeTrace } from '../src/trace/codec.ts';
import { createFold } from '../src/trace/fold.ts';
import type { Trace } from '../src/trace/model.ts';
import { startHarness } from '../test/e2e/panel-harness.ts';
import { measureLayouts } from './layouts.ts';
import { PEERS, peerTime } from './peers.ts';

const RUNS = Number(process.env['RUNS'] ?? 5);
/** Between two runs of a person's. */
const SETTLE_MS = 500;
const CHAIN = ['bench/chain.py'] as const;
/** Of a training loop. */
const STEPS = 10_000;
/** After so many steps, everything that is needed once is there. */
const SETTLED = 1000;
const distDir = join(process.cwd(), 'out');
/** Debian's PyTorch takes its matrix products from OpenBLAS, where that is installed. */
const ONE_THREAD = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
const PYTHON = { encoding: 'utf8', env: ONE_THREAD } as const;
const PYTORCH =
  'import runpy, sys, torch; torch.set_num_threads(1); sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name="__main__")';

interface Ended {
  trace: Trace;
  stdout: string;
  /** Until the worker was ready and began the program. */
  startedMs: number;
  ms: number;
}

type Row = [what: string, value: string, note: string];
/** Of the columns: a row is printed as soon as it is measured, so that a bench that is stopped has still told something. */
const WIDTHS = [50, 34] as const;

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}; medians of ${RUNS} runs`);
// First, while the process is small.
await measureMemory();
if (process.env['ROWS'] === undefined || process.env['ROWS'] === 'layout') measureLayouts(print);
if (process.env['ROWS'] === undefined) {
  await measureStart();
  await measureRun();
  await measureChain();
  await measureLoop();
}
if (process.env['ROWS'] !== 'layout') await measureRows();

async function measureStart(): Promise<void> {
  const [begun, cold, warm]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < RUNS; round++) {
    const [host, thorough] = [createHost({ distDir, spare: false }), createHost({ distDir, spare: false })];
    // What a person waits for who runs a program before anything is warm.
    const { ms, startedMs } = await run(host, 'bench/nothing.py');
    begun.push(startedMs);
    cold.push(ms);
    await host.dispose();
    warm.push(await timed(() => thorough.warm()));
    await thorough.dispose();
  }
  print(['cold start, until a program begins', milliseconds(begun), 'a new worker, memory snapshot']);
  print(['cold start, and the end of an empty program', milliseconds(cold), 'a program of one line']);
  print(['cold start in the background', milliseconds(warm), 'a rehearsal of every layer included']);
}

async function measureRun(): Promise<void> {
  const harness = await startHarness();
  const host = createHost({ distDir });
  const runs: number[] = [];
  const paints: number[] = [];
  const totals: number[] = [];
  for (let serial = 0; serial <= RUNS; serial++) {
    const panel = await harness.open();
    await host.warm();
    // A worker that has only just become ready still compiles beside.
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const { trace, ms } = await run(host, 'examples/5_three_passes.py');
    assert.equal(trace.passes.length, 3);
    await panel.show({ kind: 'trace', serial, trace, stale: false });
    // By the page's own clock, from the message's arrival to the frame after the picture: the test's transport is not VS Code's.
    const painted = (await panel.heard()).find(({ kind }) => kind === 'painted');
    assert.ok(painted?.kind === 'painted');
    await panel.page.context().close();
    if (serial === 0) continue;
    runs.push(ms);
    paints.push(painted.ms);
    totals.push(ms + painted.ms);
  }
  await host.dispose();
  await harness.close();
  print(['program 5: command to trace', milliseconds(runs), 'warm worker, examples/5_three_passes.py']);
  print(['program 5: trace to painted panel', milliseconds(paints), 'a new page each time, in headless Chromium']);
  print(['program 5: command to painted panel', milliseconds(totals), 'the two together']);
}

/** Warmed up, as a training loop is; a first chain is compiled while it runs. */
async function measureChain(): Promise<void> {
  const host = createHost({ distDir });
  const found: Record<'pytorch' | 'silent' | 'recording', string[]> = { pytorch: [], silent: [], recording: [] };
  // In turns, so that whatever else the machine does meets all three.
  for (let round = 0; round < RUNS; round++) {
    found.pytorch.push(execFileSync('/usr/bin/python3', ['-c', PYTORCH, ...CHAIN, '10'], { encoding: 'utf8' }));
    await host.warm();
    found.silent.push((await run(host, CHAIN[0], false, ['10'])).stdout);
    await host.warm();
    found.recording.push((await run(host, CHAIN[0], true, ['2'])).stdout);
  }
  await host.dispose();
  for (const [mark, when] of [
    ['TIMES', ''],
    ['FIRST', ', the first of a run'],
  ] as const) {
    for (const [column, what] of ['forward', 'forward + backward'].entries()) {
      const [peer, off, on] = [found.pytorch, found.silent, found.recording].map((outputs) =>
        median(outputs.flatMap((stdout) => times(mark, stdout)).map((pair) => pair[column]!)),
      ) as [number, number, number];
      const value = `${off.toFixed(2)} µs/op, recording ${on.toFixed(2)}`;
      print([`chain of 10,000 ops, ${what}${when}`, value, `PyTorch ${peer.toFixed(2)} µs/op, ${ratio(off, peer)}`]);
    }
  }
}

/** A training loop, recorded: what it leaves behind, and whether memory grows with it. */
async function measureLoop(): Promise<void> {
  const host = createHost({ distDir, spare: false });
  const held: number[] = [];
  const passes = (count: number) => {
    if (count === SETTLED || count === STEPS) held.push(process.memoryUsage.rss());
  };
  const { trace, ms } = await run(host, 'bench/loop.py', true, [String(STEPS)], passes);
  await host.dispose();
  const [early, late] = held as [number, number];
  const size = Buffer.byteLength(encodeTrace(trace));
  const steps = `${STEPS.toLocaleString('en')} steps of a perceptron, recorded`;
  print([`${steps}: a step`, `${(ms / STEPS).toFixed(2)} ms`, `${trace.passes.length} passes, 100 of them whole`]);
  print([`${steps}: trace`, mebibytes(size), `${trace.nodes.length} nodes, ${trace.tensors.length} tensors`]);
  print([`${steps}: memory`, mebibytes(late), `RSS; ${mebibytes(late - early)} more than after ${SETTLED} steps`]);
}

interface Cell {
  readonly name: string;
  readonly ms?: number;
  readonly least?: number;
  readonly check?: number;
  readonly error?: string;
}

/** Each row of bench/rows.py beside PyTorch on one thread and JavaScript's own libraries, in turns; what recording adds is told as well. */
async function measureRows(): Promise<void> {
  const host = createHost({ distDir });
  // A fresh interpreter for each: what one row leaves in memory is not the next one's.
  const ours = async (name: string, record: boolean): Promise<Cell> => {
    await host.warm();
    return cells((await run(host, 'bench/rows.py', record, [name])).stdout).get(name)!;
  };
  for (const name of rowNames()) {
    const peer = cells(execFileSync('/usr/bin/python3', ['-c', PYTORCH, 'bench/rows.py', name], PYTHON)).get(name)!;
    const [off, on] = [await ours(name, false), await ours(name, true)];
    const others = PEERS.map((other) => peerTime(other, name));
    print(rowOf(name, peer, off, on, others));
  }
  await host.dispose();
}

/** `ROWS=exp_1m,conv2d` for some of them. */
function rowNames(): string[] {
  const some = process.env['ROWS'];
  if (some !== undefined) return some.split(',');
  const table = readFileSync('bench/rows.py', 'utf8').split(/^ROWS = /m)[1]!;
  return [...table.matchAll(/^ {4}"(\w+)":/gm)].map(([, name]) => name!);
}

function rowOf(name: string, peer: Cell, off: Cell, on: Cell, others: readonly (number | null)[]): Row {
  if (off.ms === undefined || on.ms === undefined) return [name, 'not supported', off.error ?? on.error ?? ''];
  const differs = Math.abs(off.check! - peer.check!) > 1e-3 * Math.abs(peer.check!) ? ', OTHER NUMBERS' : '';
  const told = PEERS.map((other, i) => `${other} ${others[i] === null ? '-' : others[i]!.toFixed(2)}`);
  const best = Math.min(...others.map((ms) => ms ?? Number.POSITIVE_INFINITY));
  const ahead = best === Number.POSITIVE_INFINITY ? '' : ` (${(off.ms / best).toFixed(2)} times the best)`;
  const note = `PyTorch ${peer.ms!.toFixed(2)}, ${ratio(off.ms, peer.ms!)}${differs}; ${told.join(', ')}${ahead}`;
  return [name, `${off.ms.toFixed(2)} ms (${off.least!.toFixed(2)}), recording ${on.ms.toFixed(2)}`, note];
}

function cells(stdout: string): Map<string, Cell> {
  const found = [...stdout.matchAll(/^ROW (.*)$/gm)].map(([, json]) => JSON.parse(json!) as Cell);
  return new Map(found.map((cell) => [cell.name, cell]));
}

async function measureMemory(): Promise<void> {
  const before = process.memoryUsage.rss();
  const host = createHost({ distDir, spare: false });
  await host.warm();
  const warm = process.memoryUsage.rss();
  const { trace } = await run(host, CHAIN[0], true, ['0']);
  const after = process.memoryUsage.rss();
  await host.dispose();
  print(['memory: one warm worker', mebibytes(warm - before), `RSS beyond Node's own ${mebibytes(before)}`]);
  const note = `RSS; a trace of ${trace.nodes.length} nodes`;
  print(['memory: after a chain recorded six times', mebibytes(after - before), note]);
}

/** `onPass` is told how many passes there were. */
async function run(
  host: Host,
  path: string,
  record = true,
  args: readonly string[] = [],
  onPass = (_count: number) => {},
): Promise<Ended> {
  const file = join(process.cwd(), path);
  const fold = createFold(file, [file, ...args]);
  let stdout = '';
  let startedMs = Number.NaN;
  let passes = 0;
  const start = performance.now();
  const source = readFileSync(file, 'utf8');
  const { done } = host.run(
    { file, source, argv: [file, ...args], root: null, record },
    {
      started: () => {
        startedMs = performance.now() - start;
      },
      events: (batch) => {
        for (const event of batch) {
          fold.push(event);
          if (event.kind === 'output') stdout += event.text;
          else if (event.kind === 'passEnd') onPass(++passes);
        }
      },
    },
  );
  const end = await done;
  const trace = fold.trace();
  const ms = performance.now() - start;
  assert.deepEqual({ kind: end.kind, error: trace.error }, { kind: 'exit', error: null }, JSON.stringify(end));
  return { trace, stdout, startedMs, ms };
}

function times(mark: string, stdout: string): number[][] {
  return JSON.parse(new RegExp(`^${mark} (.*)`, 'm').exec(stdout)![1]!) as number[][];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function milliseconds(values: readonly number[]): string {
  return `${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;
}

function ratio(ours: number, theirs: number): string {
  return `${(ours / theirs).toFixed(2)} times PyTorch`;
}

function print(row: Row): void {
  console.log(row.map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0)).join('  '));
}
