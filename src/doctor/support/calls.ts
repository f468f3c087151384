/** The parts of a call as it is written: `y.backward(torch.ones(5), retain_graph=True)`. */

export interface Argument {
  /** Null where it is given by its place. */
  readonly name: string | null;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface WrittenCall {
  /** What stands before the last dot: `y`. Empty for a plain name. */
  readonly receiver: string;
  readonly method: string;
  readonly args: readonly Argument[];
  /** Offsets of the brackets. */
  readonly open: number;
  readonly close: number;
}

/** Null where the text is not one call. */
export function parseCall(text: string): WrittenCall | null {
  const tokens = bracketsOf(text);
  const close = text.trimEnd().length - 1;
  const closing = tokens.find(({ at }) => at === close);
  if (closing?.kind !== ')' || closing.partner === null) return null;
  const open = closing.partner;
  const callee = /^([\s\S]*?)\.?\s*([\p{L}_][\p{L}\p{N}_]*)\s*$/u.exec(text.slice(0, open));
  if (callee === null) return null;
  return { receiver: callee[1]!, method: callee[2]!, args: argumentsOf(text, open, close, tokens), open, close };
}

interface Token {
  readonly at: number;
  readonly kind: string;
  readonly depth: number;
  /** For a closing bracket: where its opening one is. */
  readonly partner: number | null;
}

/** Brackets, commas and equals signs outside of strings and comments. */
function bracketsOf(text: string): Token[] {
  const tokens: Token[] = [];
  const opened: number[] = [];
  const interesting = /(['"]{3})[\s\S]*?\1|(['"])(?:\\[\s\S]|(?!\2)[^\\\n])*\2|#[^\n]*|[=!<>]=|[([{]|[)\]}]|[,=]/g;
  for (const match of text.matchAll(interesting)) {
    const [kind, at] = [match[0], match.index];
    if (kind.length > 1) continue;
    if ('([{'.includes(kind)) opened.push(at);
    const partner = ')]}'.includes(kind) ? (opened.pop() ?? null) : null;
    if (kind.length === 1 && kind !== '#') tokens.push({ at, kind, depth: opened.length, partner });
  }
  return tokens;
}

function argumentsOf(text: string, open: number, close: number, tokens: readonly Token[]): Argument[] {
  const inner = tokens.filter(({ at }) => at > open && at < close);
  const depth = tokens.find(({ at }) => at === open)!.depth;
  const commas = inner.filter((token) => token.kind === ',' && token.depth === depth).map(({ at }) => at);
  const starts = [open + 1, ...commas.map((at) => at + 1)];
  return starts.flatMap((start, i) => argument(text, start, commas[i] ?? close));
}

function argument(text: string, from: number, to: number): Argument[] {
  const raw = text.slice(from, to);
  const trimmed = raw.trim();
  if (trimmed === '') return [];
  const start = from + raw.indexOf(trimmed);
  const named = /^([\p{L}_][\p{L}\p{N}_]*)\s*=(?!=)\s*([\s\S]*)$/u.exec(trimmed);
  return [{ name: named?.[1] ?? null, text: named?.[2] ?? trimmed, start, end: start + trimmed.length }];
}

/** `y`, `self.fc.weight`, `losses[0]`: evaluating it twice does nothing twice. */
export const isSimple = (expression: string): boolean =>
  /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*|\[-?\w+\])*$/u.test(expression);
