/**
 * One process of PyTorch's that runs programs as they come, each in a child of its own: some of them corrupt PyTorch's memory. Of those
 * it has nothing to tell.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Told } from './fuzz-comparison.ts';

export interface PyTorch {
  run(programs: readonly (readonly string[])[]): Promise<(Told[] | null)[]>;
  stop(): void;
}

const SERVE = `
import os, sys
sys.path.insert(0, "test/torch")
runner = __import__("fuzz-runner")
runner.torch.set_num_threads(1)

def run_apart(program):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        with open(writing, "w") as pipe:
            pipe.write(runner.json.dumps(runner.run(program)))
        os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        told = pipe.read()
    return runner.json.loads(told) if os.waitpid(child, 0)[1] == 0 else None

for request in sys.stdin:
    print(runner.json.dumps(list(map(run_apart, runner.json.loads(request)))), flush=True)
`;

export function startPyTorch(): PyTorch {
  const executable = process.env['BACKPASS_TORCH_PYTHON'] ?? '/usr/bin/python3';
  const child: ChildProcess = spawn(executable, ['-Bc', SERVE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { resolve(told: (Told[] | null)[]): void; reject(error: Error): void }[] = [];
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
