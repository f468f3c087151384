/** Numbers inside of a formula: a number, a row in brackets, a matrix. */
import type { Numbers, Scope } from './evaluate.ts';
import type { Expr } from './expr.ts';
import { exprMath, type MathNode, row, sign, together } from './mathml.ts';

type Tone = NonNullable<MathNode['tone']>;
const SHOWN = 8;

/** Four digits, and no zeros at the end. */
export function short(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '−inf';
  const text =
    Math.abs(x) >= 1e5 || (x !== 0 && Math.abs(x) < 1e-4) ? x.toExponential(2) : String(Number(x.toPrecision(5)));
  return text.replace('-', '−');
}

export function numbersMath({ shape, flat }: Numbers, tone: Tone): MathNode {
  if (shape.length === 0 || flat.length === 0) return number(flat[0] ?? 0, tone);
  const [rows, columns] = shape;
  if (shape.length === 2 && rows !== undefined && columns !== undefined && flat.length <= SHOWN) {
    return matrix(flat, columns, tone);
  }
  const parts = flat.slice(0, SHOWN).flatMap((x, i) => [...(i === 0 ? [] : [sign(',')]), number(x, tone)]);
  const bracket = (text: string): MathNode => ({ ...sign(text), attributes: { stretchy: 'false' } });
  return together(bracket('['), ...parts, ...(flat.length > SHOWN ? [sign(','), sign('…')] : []), bracket(']'));
}

function number(x: number, tone: Tone): MathNode {
  return { tag: 'mn', text: short(x), tone };
}

function matrix(flat: readonly number[], columns: number, tone: Tone): MathNode {
  const rows = Array.from({ length: flat.length / columns }, (_, i) => flat.slice(i * columns, (i + 1) * columns));
  const table: MathNode = {
    tag: 'mtable',
    children: rows.map((line) => ({
      tag: 'mtr',
      children: line.map((x) => ({ tag: 'mtd', children: [number(x, tone)] })),
    })),
  };
  const bracket = (text: string): MathNode => ({ tag: 'mo', text, attributes: { stretchy: 'true', form: 'prefix' } });
  return together(bracket('['), table, bracket(']'));
}

/** The expression with numbers for its names; null where one of them is unknown. */
export function substituted(expr: Expr, scope: Scope): MathNode | null {
  if (expr.kind === 'name') {
    const numbers = scope.get(expr.name);
    return numbers === undefined ? null : numbersMath(numbers, expr.name === 'upstream' ? 'upstream' : 'value');
  }
  if (expr.kind === 'mark') {
    const of = substituted(expr.of, scope);
    return of === null ? null : { tag: 'msup', children: [of, sign(expr.mark === 'ᵀ' ? 'T' : expr.mark)] };
  }
  if (expr.kind === 'binary' && expr.op !== '/') {
    const [a, b] = [substituted(expr.a, scope), substituted(expr.b, scope)];
    return a === null || b === null ? null : row(a, sign(expr.op), b);
  }
  return expr.kind === 'number' ? exprMath(expr) : null;
}
