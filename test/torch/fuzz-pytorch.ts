/** One process of PyTorch's that runs programs as they come. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Told } from './fuzz-comparison.ts';

export interface PyTorch {
  run(programs: readonly (readonly string[])[]): Promise<Told[][]>;
  stop(): void;
}

const SERVE = `
import sys
sys.path.insert(0, "test/torch")
runner = __import__("fuzz-runner")
runner.torch.set_num_threads(1)
for request in sys.stdin:
    print(runner.json.dumps(list(map(runner.run, runner.json.loads(request)))), flush=True)
`;

export function startPyTorch(): PyTorch {
  const executable = process.env['BACKPASS_TORCH_PYTHON'] ?? '/usr/bin/python3';
  const child: ChildProcess = spawn(executable, ['-Bc', SERVE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { resolve(told: Told[][]): void; reject(error: Error): void }[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => waiting.shift()!.resolve(JSON.parse(line)));
  child.once('close', (code) => {
    for (const { reject } of waiting)
      reject(new Error(`${executable} with torch is needed for these tests (${code}).`));
  });
  return {
    run: (programs) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin!.write(`${JSON.stringify(programs)}\n`);
      }),
    stop: () => child.stdin!.end(),
  };
}
