// `npm test [-- PART...]`: sets up what is missing on this machine, then runs the parts and sums them up.
//
//   unit    everything that needs only Node          torch   the engine beside real PyTorch (test/torch)
//   e2e     whole programs and the packaged VSIX     vscode  inside VS Code's extension host (test/vscode)
//
//   conformance   every entry of PyTorch's operator database (test/conformance)
//
// Without parts: lint and all of them. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureDebianPackages, TORCH } from './apt.mjs';
import { ensureBrowser } from './browser.mjs';
import { stream } from './process.mjs';
import { build, ensurePackages, root } from './setup.mjs';
import { ensureServer } from './vscode-server.mjs';

/** Of a file of tests. */
const TEST_TIMEOUT = 300_000;
/** Of one that asks PyTorch about hundreds of things. */
const LONG_TIMEOUT = 3 * TEST_TIMEOUT;

const PARTS = {
  unit: { needs: [], run: () => runNode('unit', { concurrency: availableParallelism() }) },
  torch: {
    needs: [() => ensureDebianPackages(TORCH)],
    run: () => runNode('torch', { concurrency: 1, timeout: LONG_TIMEOUT }),
  },
  conformance: {
    needs: [() => ensureDebianPackages(TORCH)],
    run: () => runNode('conformance', { concurrency: 1, timeout: LONG_TIMEOUT }),
  },
  e2e: { needs: [ensureBrowser, ensureServer], run: () => runNode('e2e', { concurrency: 1 }) },
  vscode: { needs: [ensureBrowser, ensureServer], run: runVSCode },
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`No part named ${unknown.join(', ')}. The parts are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}
process.exitCode = await main(chosen.length > 0 ? chosen : ['lint', ...Object.keys(PARTS)]);

async function main(names) {
  try {
    await timed('Set-up', () => setUp(names.filter((name) => name in PARTS)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.log('\n0 passed, 1 failed');
    return 1;
  }
  const results = [];
  for (const name of names) results.push({ name, ...(await timed(name, () => runPart(name))) });
  return sumUp(results);
}

async function setUp(parts) {
  await ensurePackages();
  for (const need of new Set(parts.flatMap((name) => PARTS[name].needs))) await need();
  await build({ tests: true });
}

async function runPart(name) {
  if (name === 'lint')
    return { passed: 0, failed: (await stream('npm', ['run', '--silent', 'lint'], { cwd: root })) === 0 ? 0 : 1 };
  const { passed, failed, code } = await PARTS[name].run();
  if (passed + failed === 0) console.error(`The part ${name} ran no test.`);
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
}

function sumUp(results) {
  console.log();
  for (const { name, passed, failed, seconds } of results) {
    const counts = name === 'lint' ? (failed === 0 ? 'clean' : 'failed') : `${passed} passed, ${failed} failed`;
    console.log(`${name.padEnd(12)}${counts} (${seconds} s)`);
  }
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
}

async function runNode(part, { concurrency, timeout = TEST_TIMEOUT }) {
  const files = testFiles(part);
  if (files.length === 0) return { passed: 0, failed: 0, code: 0 };
  const scratch = mkdtempSync(join(tmpdir(), 'backpass-test-'));
  const counts = join(scratch, 'counts.json');
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./tools/count-reporter.mjs', `--test-reporter-destination=${counts}`],
  ];
  const options = [`--test-concurrency=${concurrency}`, `--test-timeout=${timeout}`];
  const code = await stream(process.execPath, ['--test', ...options, ...reporters, ...files], { cwd: root });
  const text = existsSync(counts) ? readFileSync(counts, 'utf8') : '';
  rmSync(scratch, { recursive: true, force: true });
  return { passed: 0, failed: 0, ...(text === '' ? {} : JSON.parse(text)), code };
}

/** The built files of a part. The folder under test/ names it; what no other part has is `unit`. */
function testFiles(part) {
  return readdirSync(join(root, 'test'), { recursive: true })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.test.ts'))
    .filter(
      (file) =>
        (['torch', 'conformance', 'e2e', 'vscode'].find((name) => file.startsWith(`${name}/`)) ?? 'unit') === part,
    )
    .map((file) => join('out/test', file.replace(/\.ts$/, '.mjs')))
    .sort();
}

/** mocha's own totals are read off its report: desktop VS Code has no other way out. */
async function runVSCode() {
  const child = spawn(process.execPath, ['tools/run-vscode-tests.mjs'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let report = '';
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    report += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const total = (line) => Number(line.exec(stripVTControlCharacters(report))?.[1] ?? 0);
  return { passed: total(/^ *(\d+) passing/m), failed: total(/^ *(\d+) failing/m), code };
}

async function timed(name, work) {
  console.log(`\n== ${name}`);
  const start = performance.now();
  const result = await work();
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  if (result === undefined) console.log(`${name}: ${seconds} s`);
  return { ...result, seconds };
}
