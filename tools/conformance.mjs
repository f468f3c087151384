// `node tools/conformance.mjs [NAME...]`: runs entries of PyTorch's operator database in the embedded engine and beside real PyTorch.
// Prints for each name what passes, and the first differences. `--all N` shows N differences of each name instead of 3.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { readable } from './conformance-text.mjs';
import { run } from './process.mjs';
import { root } from './setup.mjs';

const sources = join(root, 'test/conformance');
/** No sample takes this long: the engine hangs. */
const PATIENCE = 60_000;

/** Generates and runs, one process for each shard: by name what `sumUp` says. */
export async function conformance(folder, shards, names = []) {
  prepare(folder);
  const shard = async (i) => {
    await generate(folder, i, shards, names);
    return runShard(folder, i);
  };
  return sumUp((await Promise.all(Array.from({ length: shards }, (_, i) => shard(i)))).flat());
}

function prepare(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(sources).filter((name) => name.endsWith('.py') || name === 'faults.json'))
    copyFileSync(join(sources, file), join(folder, file));
}

/** Asks real PyTorch; the fixtures are `SHARD.jsonl` in the folder. */
async function generate(folder, shard, shards, names) {
  const python = process.env.BACKPASS_TORCH_PYTHON ?? '/usr/bin/python3';
  const env = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const words = [join(folder, 'generate.py'), folder, String(shard), String(shards), ...names];
  await run(python, words, { env, what: 'PyTorch' });
}

/** Runs the fixtures of a shard: what each check of each sample came to, with the sample. */
export async function runShard(folder, shard) {
  const file = join(folder, `${shard}.jsonl`);
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const verdicts = [];
  while (verdicts.length < lines.length) {
    const end = await runFrom(folder, file, verdicts);
    // What ends a run before its last sample was the next sample's doing; the others have their turn.
    if (verdicts.length < lines.length)
      verdicts.push(JSON.parse(lines[verdicts.length]).checks.map(() => ['differs', end]));
  }
  return lines.map((text, i) => ({ line: JSON.parse(text), verdicts: verdicts[i] }));
}

function runFrom(folder, file, verdicts) {
  const program = [join(root, 'out/cli.js'), 'run', join(folder, 'guest.py'), file, String(verdicts.length)];
  const child = spawn(process.execPath, program, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      complaint = `no answer after ${PATIENCE / 1000} s`;
      child.kill('SIGKILL');
    }, PATIENCE);
  };
  wait();
  child.stderr.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-2000);
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    wait();
    if (text.startsWith('[')) verdicts.push(JSON.parse(text)[1]);
  });
  return new Promise((resolve) =>
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(`the run ended with ${code}: ${complaint}`);
    }),
  );
}

/** By name: how many checks there are, how many pass, whether all that does not is missing, and what differs. */
export function sumUp(results) {
  const names = new Map();
  for (const { line, verdicts } of results) {
    if (!names.has(line.name))
      names.set(line.name, { autograd: line.autograd, total: 0, passed: 0, missing: 0, differences: [] });
    const entry = names.get(line.name);
    entry.autograd ||= line.autograd;
    verdicts.forEach((verdict, i) => {
      entry.total++;
      if (verdict === 'pass') entry.passed++;
      else {
        if (verdict[0] === 'missing') entry.missing++;
        entry.differences.push({ line, check: line.checks[i], reason: verdict[1] });
      }
    });
  }
  return names;
}

/** The first differences of a name as people read them. */
export function differences(entry, limit) {
  return entry.differences
    .slice(0, limit)
    .map(({ line, check, reason }) => `${readable(line, check)}\n    ${reason.replaceAll('\n', '\n    ')}`);
}

/** `pass`, `partial N/M` or `missing`. */
export function status({ total, passed, missing }) {
  if (passed === total) return 'pass';
  return missing > 0 && passed === 0 ? 'missing' : `partial ${passed}/${total}`;
}

async function main(words) {
  const limit = words[0] === '--all' ? Number(words.splice(0, 2)[1]) : 3;
  const names = await conformance(
    join(root, 'out/conformance-some'),
    words.length > 20 || words.length === 0 ? 2 : 1,
    words,
  );
  for (const [name, entry] of names) {
    console.log(`${name}: ${status(entry)}`);
    for (const text of differences(entry, limit)) console.log(`  ${text.replaceAll('\n', '\n  ')}`);
  }
  return [...names.values()].every(({ passed, total }) => passed === total) ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = await main(process.argv.slice(2));
