import { type PassRange, parsePassRanges } from '../trace/retention.ts';

export type ReportFormat = 'text' | 'json' | 'sarif';

/** A command line that can be obeyed. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run';
      readonly file: string;
      readonly args: readonly string[];
      readonly trace: string | null;
      /** Where the panel is written to, with the trace in it. */
      readonly html: string | null;
      readonly timeoutMs: number | null;
      /** Passes after which the program is left. */
      readonly passes: number | null;
      /** Passes that the trace keeps whole, wherever they are. */
      readonly keep: readonly PassRange[];
      /** Whether tables of the passes and of the parameters follow the program's output. */
      readonly summary: boolean;
      /** In which form the doctor's findings are written; null: it is not asked. */
      readonly doctor: ReportFormat | null;
    }
  | { readonly kind: 'wrong'; readonly message: string };

const wrong = (message: string): Command => ({ kind: 'wrong', message });

/**
 * Reads `run [OPTIONS] FILE [ARGS]`. Not `util.parseArgs`: what it does not know belongs to the program, in its place, and that
 * function takes such words apart.
 */
export function parseCommand(words: readonly string[]): Command {
  const [verb, ...rest] = words;
  if (verb === undefined) return wrong('what to do?');
  if (verb === 'run') return parseRun(rest);
  return general(verb) ?? wrong(`there is no command '${verb}'`);
}

function general(word: string): Command | null {
  if (word === '--help' || word === '-h' || word === 'help') return { kind: 'help' };
  return word === '--version' || word === '-V' ? { kind: 'version' } : null;
}

function parseRun(words: readonly string[]): Command {
  const own = new Map<string, string>();
  const given: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      given.push(...words.slice(i + 1));
      break;
    }
    const option = /^(--trace|--html|--timeout|--passes|--keep|--format)(?:=(.*))?$/s.exec(word);
    if (option !== null) {
      const value = option[2] ?? words[++i];
      if (value === undefined || value === '') return wrong(`${option[1]} needs a value`);
      own.set(option[1]!, value);
    } else if (word === '--summary' || word === '--doctor') {
      own.set(word, '');
    } else if (given.length === 0 && word.startsWith('-')) {
      return general(word) ?? wrong(`there is no option '${word}'`);
    } else given.push(word);
  }
  return complete(own, given);
}

function complete(own: ReadonlyMap<string, string>, [file, ...args]: readonly string[]): Command {
  if (file === undefined) return wrong('which FILE.py?');
  const seconds = own.get('--timeout');
  const timeoutMs = seconds === undefined ? null : Number(seconds) * 1000;
  if (timeoutMs !== null && !(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    return wrong(`--timeout takes a number of seconds, not '${seconds}'`);
  }
  const passes = own.get('--passes') ?? null;
  if (passes !== null && !/^[1-9]\d{0,8}$/.test(passes))
    return wrong(`--passes takes a number of passes, not '${passes}'`);
  const keep = own.has('--keep') ? parsePassRanges(own.get('--keep')!) : [];
  if (keep === null) return wrong(`--keep takes passes such as 5,17,100-110, not '${own.get('--keep')}'`);
  const format = own.get('--format') ?? 'text';
  if (!isFormat(format)) return wrong(`--format takes text, json or sarif, not '${format}'`);
  if (own.has('--format') && !own.has('--doctor'))
    return wrong('--format says how --doctor reports, which is not asked');
  return {
    kind: 'run',
    file,
    args,
    trace: own.get('--trace') ?? null,
    html: own.get('--html') ?? null,
    timeoutMs,
    passes: passes === null ? null : Number(passes),
    keep,
    summary: own.has('--summary'),
    doctor: own.has('--doctor') ? format : null,
  };
}

const isFormat = (word: string): word is ReportFormat => word === 'text' || word === 'json' || word === 'sarif';
