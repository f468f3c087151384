import { constants } from 'node:os';
import { createHost, type RunEnd } from '../runtime/host.ts';
import type { Command } from './args.ts';
import { createKeeper, type Keeper, whyNotWritable } from './keeper.ts';
import { writePage } from './page.ts';
import { createPrinter } from './printer.ts';
import { type Program, readProgram } from './program.ts';
import { createProgress } from './progress.ts';
import { report } from './report.ts';
import { createSink } from './streams.ts';
import { summaryText } from './summary.ts';

type RunCommand = Extract<Command, { kind: 'run' }>;

export const EXIT = { usage: 2, findings: 3, internal: 70, timeout: 124, interrupted: 130, brokenPipe: 141 } as const;

/** The program writes what it wants to a pipe: only a trace of more than this would be of no use to anyone. */
const OUTPUT_LIMIT = 2 ** 30;

/** Runs the program to its end and answers with the exit code. */
export async function run(command: RunCommand, distDir: string): Promise<number> {
  const program = readProgram(command.file);
  if (typeof program === 'string') return refuse(program);
  const { trace, html, summary, doctor } = command;
  for (const path of [trace, html]) {
    const unwritable = path === null ? null : whyNotWritable(path);
    if (unwritable !== null) return refuse(unwritable);
  }
  const argv = [command.file, ...command.args];
  const keeper =
    trace === null && html === null && !summary && doctor === null ? null : createKeeper(trace, program.file, argv);
  const code = await execute(program, argv, command, keeper, distDir);
  const page = html === null || keeper === null ? null : writePage(html, keeper.trace(), distDir);
  const fault = keeper?.save() ?? page;
  if (fault === null) return code;
  process.stderr.write(`backpass: ${fault}\n`);
  return code === 0 ? EXIT.internal : code;
}

function refuse(message: string): number {
  process.stderr.write(`backpass: ${message}\n`);
  return EXIT.usage;
}

async function execute(
  program: Program,
  argv: string[],
  { file, timeoutMs, passes, keep, summary, doctor }: RunCommand,
  keeper: Keeper | null,
  distDir: string,
): Promise<number> {
  const host = createHost({ distDir, spare: false });
  let broken = false;
  const stop = (): void => running.cancel();
  const closed = (): void => {
    broken = true;
    stop();
  };
  const stdout = createSink(process.stdout, closed);
  const stderr = createSink(process.stderr, closed);
  // A report for programs has stdout to itself.
  const output = doctor === 'json' || doctor === 'sarif' ? stderr : stdout;
  const printer = createPrinter(output, stderr);
  const progress = summary ? createProgress(process.stderr, () => performance.now()) : null;
  const request = { ...program, argv, record: keeper !== null, outputLimit: OUTPUT_LIMIT, passLimit: passes, keep };
  const running = host.run(timeoutMs === null ? request : { ...request, timeoutMs }, {
    events(batch) {
      for (const event of batch) {
        if (event.kind === 'output') progress?.clear();
        if (!broken) printer.print(event);
        keeper?.push(event);
        progress?.see(event);
      }
    },
  });
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const end = await running.done;
  progress?.clear();
  if (summary && keeper !== null) output.write(summaryText(keeper.trace()));
  if (broken) return EXIT.brokenPipe;
  await printer.end(end);
  const sick = doctor !== null && keeper !== null && report(keeper.trace(), program, { file, doctor }, stdout);
  await stdout.flush();
  return sick && end.kind === 'exit' ? EXIT.findings : exitCode(end);
}

function exitCode(end: RunEnd): number {
  switch (end.kind) {
    case 'exit':
      return end.code & 0xff;
    case 'cancelled':
      return EXIT.interrupted;
    case 'timeout':
      return EXIT.timeout;
    case 'crashed':
      return end.ours ? EXIT.internal : 128 + constants.signals.SIGABRT;
  }
}
