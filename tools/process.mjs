// Running other programs: quietly with their output in the error, or streaming. Node built-ins only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs to the end without a word; a failure throws with everything that the program said. */
export async function run(command, args, { what = `${command} ${args.join(' ')}`, ...options } = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const [code] = await ended(child, command);
  const text = Buffer.concat(output).toString();
  if (code !== 0) throw new Error(`${what} failed (exit code ${code}):\n${text.trimEnd()}`);
  return text;
}

/** Runs with its output passed through and answers the exit code. */
export async function stream(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const [code] = await ended(child, command);
  return code ?? 1;
}

/** Ends a process that leads its own group (`detached`), and what it started. */
export async function stopTree(child) {
  if (child.pid === undefined) return;
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  signal(child.pid, 'SIGTERM');
  const kill = setTimeout(() => signal(child.pid, 'SIGKILL'), 3000);
  await exited;
  clearTimeout(kill);
  signal(child.pid, 'SIGKILL');
}

/** Ends it with this process, however that ends in an orderly way. */
export function endWithUs(child) {
  const end = () => signal(child.pid, 'SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
}

function signal(pid, name) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, name);
  } catch {
    // It has ended already.
  }
}

function ended(child, command) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(error.code === 'ENOENT' ? new Error(`${command} is not installed or not on the PATH.`) : error),
    );
    child.once('close', (...result) => resolve(result));
  });
}
