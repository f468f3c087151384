#!/usr/bin/env node
/** `backpass run FILE`: the same run as in the editor, without one. */
import { version } from '../../package.json';
import { parseCommand } from './args.ts';
import { EXIT, run } from './run.ts';
import { USAGE } from './usage.ts';

async function main(words: readonly string[]): Promise<number> {
  const command = parseCommand(words);
  switch (command.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'version':
      process.stdout.write(`backpass ${version}\n`);
      return 0;
    case 'wrong':
      process.stderr.write(`backpass: ${command.message}\n\n${USAGE}`);
      return EXIT.usage;
    case 'run':
      return run(command, __dirname);
  }
}

main(process.argv.slice(2)).then(
  // What is left are workers and timers that nobody waits for.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`backpass: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(EXIT.internal);
  },
);
