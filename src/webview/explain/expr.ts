/** A formula of the op table, taken apart: what can be set as mathematics and worked out with numbers. */

export type Expr =
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'partial'; readonly text: string }
  | { readonly kind: 'negative'; readonly of: Expr }
  | { readonly kind: 'binary'; readonly op: string; readonly a: Expr; readonly b: Expr }
  | { readonly kind: 'power'; readonly base: Expr; readonly exponent: Expr }
  /** A transpose, a prime: what stands raised and is no exponent. */
  | { readonly kind: 'mark'; readonly of: Expr; readonly mark: string }
  | { readonly kind: 'call'; readonly fn: string; readonly args: readonly Expr[] }
  | { readonly kind: 'group'; readonly of: Expr }
  | { readonly kind: 'abs'; readonly of: Expr }
  | { readonly kind: 'sum'; readonly of: Expr }
  | { readonly kind: 'compare'; readonly parts: readonly Expr[]; readonly ops: readonly string[] }
  | { readonly kind: 'cases'; readonly then: Expr; readonly when: Expr; readonly otherwise: Expr };

/** `∂L/∂self = upstream / n, repeated`: what it is of, the expression where there is one, and what is said in words. */
export interface ParsedFormula {
  readonly of: string | null;
  readonly expr: Expr | null;
  readonly words: string;
}

export const FUNCTIONS: ReadonlySet<string> = new Set(
  'exp ln sin cos tan sinh cosh tanh sqrt sign abs σ Φ φ conj mean tril triu real imag digamma polygamma'.split(' '),
);

const HEAD = /^∂L\/∂([\p{L}\p{M}\p{N}_[\]]+)\s*=\s*/u;

export function parseFormula(formula: string): ParsedFormula {
  const head = HEAD.exec(formula);
  const rest = formula.slice(head?.[0].length ?? 0);
  const of = head?.[1] ?? null;
  const tokens = tokenize(rest);
  if (tokens === null) return { of, expr: null, words: rest };
  const reader: Reader = { tokens, at: 0 };
  const expr = cases(reader);
  const next = reader.tokens[reader.at];
  if (expr === null || (next !== undefined && next.text !== ',' && next.text !== ';')) {
    return { of, expr: null, words: rest };
  }
  return { of, expr, words: next === undefined ? '' : rest.slice(next.from) };
}

interface Token {
  readonly kind: 'number' | 'name' | 'partial' | 'raised' | 'sign';
  readonly text: string;
  readonly from: number;
}
interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['partial', /∂[\p{L}\p{N}_]*\/∂[\p{L}\p{M}\p{N}_]+/uy],
  ['number', /\d+(?:\.\d+)?(?:e-?\d+)?|[½π]/uy],
  ['raised', /⁻?[¹²³ᵖ]|⁻?[ᵀᴴ]|′|″/uy],
  ['name', /[\p{L}_][\p{L}\p{M}\p{Nd}_]*(?:\[i\])?/uy],
  ['sign', /[·/+−\-@⊙⊗∗⋆^()|<>≤≥=≠,;Σ√]/uy],
];

function tokenize(text: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === ' ') {
      at++;
      continue;
    }
    const token = tokenAt(text, at);
    if (token === null) {
      // Words follow the expression, in whatever signs they like.
      if (tokens.some((known) => known.text === ',' || known.text === ';')) return tokens;
      return null;
    }
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(text: string, at: number): Token | null {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) continue;
    if (kind !== 'name') return { kind, text: found[0], from: at };
    // Raised letters are letters to a pattern.
    const name = found[0].split(/[ᵀᴴᵖ]/u)[0]!;
    return { kind, text: name === '' ? found[0] : name, from: at };
  }
  return null;
}

function peek(reader: Reader): Token | undefined {
  return reader.tokens[reader.at];
}

function take(reader: Reader, ...texts: readonly string[]): string | null {
  const token = peek(reader);
  if (token === undefined || !texts.includes(token.text)) return null;
  reader.at++;
  return token.text;
}

/** `a where c, else b`, `0 where c, else b`. */
function cases(reader: Reader): Expr | null {
  const then = sum(reader);
  if (then === null || take(reader, 'where') === null) return then;
  const when = comparison(reader);
  if (when === null) return null;
  take(reader, ',');
  if (take(reader, 'else') === null) return null;
  const otherwise = sum(reader);
  return otherwise === null ? null : { kind: 'cases', then, when, otherwise };
}

function comparison(reader: Reader): Expr | null {
  const first = sum(reader);
  if (first === null) return null;
  const [parts, ops]: [Expr[], string[]] = [[first], []];
  for (
    let op = take(reader, '<', '>', '≤', '≥', '=', '≠');
    op !== null;
    op = take(reader, '<', '>', '≤', '≥', '=', '≠')
  ) {
    const part = sum(reader);
    if (part === null) return null;
    parts.push(part);
    ops.push(op);
  }
  return ops.length === 0 ? first : { kind: 'compare', parts, ops };
}

const sum = (reader: Reader): Expr | null => chain(reader, product, ['+', '−', '-']);
const product = (reader: Reader): Expr | null => chain(reader, signed, ['·', '/', '@', '⊙', '⊗', '∗', '⋆']);

function chain(reader: Reader, part: (reader: Reader) => Expr | null, ops: readonly string[]): Expr | null {
  let a = part(reader);
  for (let op = a === null ? null : take(reader, ...ops); op !== null; op = take(reader, ...ops)) {
    const b = part(reader);
    if (a === null || b === null) return null;
    a = { kind: 'binary', op: op === '-' ? '−' : op, a, b };
  }
  return a;
}

function signed(reader: Reader): Expr | null {
  if (take(reader, '−', '-') !== null) {
    const of = signed(reader);
    return of === null ? null : { kind: 'negative', of };
  }
  if (take(reader, 'Σ') !== null) {
    const of = product(reader);
    return of === null ? null : { kind: 'sum', of };
  }
  const a = raised(reader);
  const next = peek(reader);
  // `2 (a − b)` and `2 a`: a product without a sign.
  if (a?.kind === 'number' && (next?.text === '(' || (next?.kind === 'name' && !WORDS.has(next.text)))) {
    const b = signed(reader);
    return b === null ? null : { kind: 'binary', op: '', a, b };
  }
  return a;
}

const WORDS: ReadonlySet<string> = new Set(['where', 'else', 'with', 'at', 'over', 'in', 'for', 'by', 'on', 'and']);

function raised(reader: Reader): Expr | null {
  let base = atom(reader);
  for (let token = peek(reader); base !== null && token !== undefined; token = peek(reader)) {
    if (token.kind === 'raised') {
      reader.at++;
      base = raisedBy(base, token.text);
    } else if (token.text === '^') {
      reader.at++;
      const exponent = atom(reader);
      if (exponent === null) return null;
      base = { kind: 'power', base, exponent };
    } else break;
  }
  return base;
}

const DIGITS: Readonly<Record<string, number>> = { '¹': 1, '²': 2, '³': 3 };

function raisedBy(base: Expr, text: string): Expr {
  const digit = DIGITS[text.replace('⁻', '')];
  if (digit === undefined) return { kind: 'mark', of: base, mark: text };
  const value = text.startsWith('⁻') ? -digit : digit;
  return { kind: 'power', base, exponent: { kind: 'number', value, text: String(value).replace('-', '−') } };
}

const CONSTANTS: Readonly<Record<string, number>> = { '½': 0.5, π: Math.PI };

function atom(reader: Reader): Expr | null {
  const token = peek(reader);
  if (token === undefined) return null;
  reader.at++;
  if (token.kind === 'number')
    return { kind: 'number', value: CONSTANTS[token.text] ?? Number(token.text), text: token.text };
  if (token.kind === 'partial') return { kind: 'partial', text: token.text };
  if (token.kind === 'name') return named(reader, token.text);
  if (token.text === '√') {
    const of = atom(reader);
    return of === null ? null : { kind: 'call', fn: 'sqrt', args: [of] };
  }
  if (token.text === '(') return enclosed(reader, ')', (of) => ({ kind: 'group', of }));
  return token.text === '|' ? enclosed(reader, '|', (of) => ({ kind: 'abs', of })) : null;
}

function named(reader: Reader, name: string): Expr | null {
  if (WORDS.has(name)) return null;
  if (!FUNCTIONS.has(name) || take(reader, '(') === null) return { kind: 'name', name };
  const args: Expr[] = [];
  do {
    const arg = sum(reader);
    if (arg === null) return null;
    args.push(arg);
  } while (take(reader, ',') !== null);
  return take(reader, ')') === null ? null : { kind: 'call', fn: name, args };
}

function enclosed(reader: Reader, close: string, make: (of: Expr) => Expr): Expr | null {
  const of = comparison(reader);
  return of === null || take(reader, close) === null ? null : make(of);
}
