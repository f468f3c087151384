/** Small programs that print, in Backpass and under real PyTorch. PyTorch is asked once for all that a test file has. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createHost } from '../../src/runtime/host.ts';
import type { TraceEvent } from '../../src/trace/events.ts';

/** A sentence, and the program that shows whether it holds. */
export type Programs = readonly (readonly [title: string, source: string])[];

/** `attempt(f)` prints what `f` gives or raises; warnings are printed where they arise. */
const PRELUDE = `
import torch, warnings
def attempt(call):
    try: print(call())
    except Exception as error: print(type(error).__name__, error)
def show_warning(message, category, *rest): print(f"{category.__name__}: {message}")
warnings.showwarning = show_warning
warnings.simplefilter("always")
`;

/** A program that tries each line of a table: what it gives, or the error it raises. */
export const attempts = (table: string): string =>
  table
    .trim()
    .split('\n')
    .map((call) => `print(${JSON.stringify(call)}); attempt(lambda: (${call}))\n`)
    .join('');

const REFERENCE = `
import contextlib, io, json, sys, torch, traceback
torch.set_num_threads(1)
def run(source):
    out = io.StringIO()
    torch.set_default_dtype(torch.float32)
    with contextlib.redirect_stdout(out):
        try: exec(compile(source, "program.py", "exec"), {"__name__": "__main__"})
        except BaseException: traceback.print_exc(file=out)
    return out.getvalue()
print(json.dumps([run(source) for source in json.load(sys.stdin)]))
`;

/** One test per program: it prints to the character what PyTorch prints. */
export function describePrograms(title: string, programs: Programs): void {
  describe(title, () => {
    const host = createHost({ distDir: join(process.cwd(), 'out') });
    after(() => host.dispose());
    const sources = programs.map(([, source]) => PRELUDE + source);
    const expected = askPyTorch(sources);

    programs.forEach(([sentence], i) => {
      it(sentence, async () => {
        const events: TraceEvent[] = [];
        const request = { file: '/program.py', source: sources[i]!, argv: ['/program.py'], root: null };
        await host.run(request, { events: (batch) => events.push(...batch) }).done;
        const failure = events.find((event) => event.kind === 'error');
        assert.equal(failure?.kind === 'error' ? failure.traceback : '', '');
        assert.deepEqual(printed(events).split('\n'), expected[i]!.split('\n'));
      });
    });
  });
}

const printed = (events: readonly TraceEvent[]): string =>
  events.map((event) => (event.kind === 'output' && event.stream === 'stdout' ? event.text : '')).join('');

function askPyTorch(sources: readonly string[]): string[] {
  const executable = process.env['BACKPASS_TORCH_PYTHON'] ?? '/usr/bin/python3';
  const input = JSON.stringify(sources);
  const result = spawnSync(executable, ['-c', REFERENCE], { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (result.status !== 0) throw new Error(`${executable} with torch is needed for these tests: ${result.stderr}`);
  return JSON.parse(result.stdout) as string[];
}
