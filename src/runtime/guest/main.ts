/** The sealed realm's entry: starts Python, waits for one `RunRequest`, runs it, and says how it ended. */
import './shims.ts';
import type { RunRequest } from '../protocol.ts';
import { describeFailure } from './failure.ts';
import { createInterrupt } from './interrupt.ts';
import { type Python, startPython } from './pyodide.ts';
import { prepareProgram } from './run.ts';
import { host } from './shims.ts';

async function main(): Promise<void> {
  host.stage('loading');
  let poll = () => {};
  const interrupt = createInterrupt(() => poll());
  const python: Python = await startPython();
  host.stage(python.snapshot ? 'restored' : 'python');
  const onPoll = (tick: () => void) => {
    poll = tick;
  };
  const run = prepareProgram({ python, interrupt, onPoll, rehearse: host.rehearse() === 1 });
  host.onRun((json) => {
    try {
      run(JSON.parse(json) as RunRequest);
    } catch (error) {
      const { message, ours } = describeFailure(error);
      host.fatal(message, ours);
    }
  });
  host.ready(interrupt.memory, python.snapshot);
}

main().catch((error: unknown) => host.fatal(`Python could not start: ${describeFailure(error).message}`, true));
