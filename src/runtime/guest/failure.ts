import { lastWords } from './shims.ts';
import { Utf8Stream } from './utf8.ts';

/** Says why the interpreter is gone. Its own words are not repeated: they may hold Pyodide's whole source. */
export function describeFailure(error: unknown): { message: string; ours: boolean } {
  const text = String(error).slice(0, 2000);
  if (error instanceof RangeError || /call stack|stack overflow/i.test(text))
    return { message: TOO_DEEP + place(), ours: false };
  if (error instanceof WebAssembly.RuntimeError) return { message: BROKEN + place(), ours: false };
  return { message: `Backpass failed while it ran the program: ${lastLines(text)}`, ours: true };
}

const TOO_DEEP =
  'The Python interpreter ran out of stack. The program recursed too deeply inside C code, such as the repr, the comparison or ' +
  'the release of a structure that is nested very deep.';
const BROKEN =
  'The Python interpreter broke off. The most likely cause is recursion inside C code: a structure that is nested very deep, ' +
  'printed, compared or released.';

/** Where in the program that was: the innermost frame that is not the library's. */
function place(): string {
  const words = new Utf8Stream().decode(Uint8Array.from(lastWords.bytes));
  const frames = [...words.matchAll(/File "(.+)", line (\d+)/g)];
  const frame = frames.find(([, file]) => !file!.startsWith('/lib/python'));
  return frame ? ` It was at line ${frame[2]} of ${frame[1]}.` : '';
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ').slice(0, 400);
}
