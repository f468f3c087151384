/**
 * Formulas as MathML, which Chromium sets by itself: no library, no fonts, and a screen reader reads them as mathematics. A tree of
 * plain data; `views/math-view.ts` makes the elements.
 */
import type { Expr, ParsedFormula } from './expr.ts';

export interface MathNode {
  readonly tag: string;
  readonly tone?: 'upstream' | 'value' | 'after';
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly MathNode[];
}

export const row = (...children: readonly MathNode[]): MathNode => ({ tag: 'mrow', children });
/** What may not be broken. */
export const together = (...children: readonly MathNode[]): MathNode => ({ tag: 'mrow', attributes: {}, children });
export const sign = (text: string): MathNode => ({ tag: 'mo', text });
const fence = (text: string): MathNode => ({ tag: 'mo', text, attributes: { stretchy: 'true', form: 'prefix' } });
export const words = (text: string): MathNode => ({ tag: 'mtext', text });

export function formulaMath({ of, expr, words: said }: ParsedFormula): MathNode {
  const head = of === null ? [] : [partial(of), sign('=')];
  const body = expr === null ? prose(said) : [exprMath(expr), ...(said === '' ? [] : prose(said))];
  return row(...head, ...body);
}

/** ∂L over ∂x. */
export const partial = (of: string): MathNode => fraction('∂L', `∂${of}`);

function fraction(top: string, bottom: string): MathNode {
  return { tag: 'mfrac', children: [words(top), words(bottom)] };
}

/** What is said in words keeps the colour of the upstream gradient. */
function prose(text: string): MathNode[] {
  return text
    .split(/(\bupstream\b)/)
    .filter((part) => part !== '')
    .map((part) => (part === 'upstream' ? { ...words(part), tone: 'upstream' } : words(nonBreaking(part))));
}

/** MathML drops spaces at the ends. */
const nonBreaking = (text: string): string => text.replace(/^ | $/g, ' ');

export function exprMath(expr: Expr): MathNode {
  switch (expr.kind) {
    case 'number':
      return { tag: 'mn', text: expr.text };
    case 'name':
      return nameMath(expr.name);
    case 'partial': {
      const [top = '', bottom = ''] = expr.text.split('/');
      return fraction(top, bottom);
    }
    case 'negative':
      return together(sign('−'), exprMath(expr.of));
    case 'binary':
      return binaryMath(expr.op, expr.a, expr.b);
    case 'power':
      return { tag: 'msup', children: [exprMath(expr.base), exprMath(bare(expr.exponent))] };
    case 'mark':
      return {
        tag: 'msup',
        children: [exprMath(expr.of), sign(expr.mark === 'ᵀ' ? 'T' : expr.mark === 'ᴴ' ? 'H' : expr.mark)],
      };
    case 'call':
      return callMath(expr.fn, expr.args);
    case 'group':
      return together(fence('('), exprMath(expr.of), fence(')'));
    case 'abs':
      return together(fence('|'), exprMath(expr.of), fence('|'));
    case 'sum':
      return together(sign('∑'), exprMath(expr.of));
    case 'compare':
      return together(
        ...expr.parts.flatMap((part, i) => [...(i === 0 ? [] : [sign(expr.ops[i - 1]!)]), exprMath(part)]),
      );
    case 'cases':
      return casesMath(expr.then, expr.when, expr.otherwise);
  }
}

/** As it is read out. */
export function mathText({ tag, text = '', children = [] }: MathNode): string {
  const between = tag === 'mfrac' ? ' / ' : tag === 'msup' ? '^' : tag === 'mtr' ? ' ' : tag === 'mtable' ? '; ' : ' ';
  return text + children.map(mathText).join(between);
}

function nameMath(name: string): MathNode {
  if (name === 'upstream') return { ...words(name), tone: 'upstream' };
  return name.length === 1 ? { tag: 'mi', text: name } : { ...words(name), tone: 'value' };
}

function binaryMath(op: string, a: Expr, b: Expr): MathNode {
  if (op !== '/') return row(exprMath(a), ...(op === '' ? [] : [sign(op)]), exprMath(b));
  // Only the last factor goes over the line: `upstream · x / y` reads as upstream times a quotient.
  if (a.kind === 'binary' && a.op !== '/' && a.op !== '+' && a.op !== '−') {
    return row(exprMath(a.a), ...(a.op === '' ? [] : [sign(a.op)]), over(a.b, b));
  }
  return over(a, b);
}

const over = (a: Expr, b: Expr): MathNode => ({ tag: 'mfrac', children: [exprMath(bare(a)), exprMath(bare(b))] });
const bare = (expr: Expr): Expr => (expr.kind === 'group' ? expr.of : expr);

function callMath(fn: string, args: readonly Expr[]): MathNode {
  const [first] = args;
  if (fn === 'sqrt' && first !== undefined) return { tag: 'msqrt', children: [exprMath(bare(first))] };
  const inner = args.flatMap((arg, i) => [...(i === 0 ? [] : [sign(',')]), exprMath(arg)]);
  return together({ tag: 'mi', text: fn, attributes: { mathvariant: 'normal' } }, fence('('), ...inner, fence(')'));
}

function casesMath(then: Expr, when: Expr, otherwise: Expr): MathNode {
  const cell = (...children: readonly MathNode[]): MathNode => ({ tag: 'mtd', children });
  const line = (...cells: readonly MathNode[]): MathNode => ({ tag: 'mtr', children: cells });
  const table: MathNode = {
    tag: 'mtable',
    attributes: { class: 'cases' },
    children: [line(cell(exprMath(then)), cell(exprMath(when))), line(cell(exprMath(otherwise)), cell(words('else')))],
  };
  return together(fence('{'), table);
}
