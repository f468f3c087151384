/** A node's local derivatives with the numbers of a pass plugged in. Nothing is said that the recorded gradients do not confirm. */

import { formatShape } from '../../trace/format.ts';
import { indexOf, stepsOf } from '../../trace/index-of.ts';
import type { Pass, Step, Trace, TraceNode, Value } from '../../trace/model.ts';
import { valueAt } from '../../trace/queries.ts';
import { numelOf } from '../../trace/value.ts';
import { tensorName } from '../expression.ts';
import { t } from '../l10n.ts';
import { evaluate, expandTo, type Numbers, numbersOf, reducedDims, type Scope, scalar, sumTo } from './evaluate.ts';
import { type Expr, type ParsedFormula, parseFormula } from './expr.ts';
import { type MathNode, partial, row, sign } from './mathml.ts';
import { numbersMath, short, substituted } from './numbers.ts';

export interface ElementRow {
  readonly index: string;
  readonly upstream: string;
  readonly local: string;
  readonly sent: string;
}
export interface Explanation {
  readonly input: string;
  /** As the op table writes it. */
  readonly text: string;
  readonly formula: ParsedFormula;
  /** The formula with numbers, where they are few. */
  readonly plugged: MathNode | null;
  readonly elements: readonly ElementRow[];
  /** What is to be known of shapes and of broadcasting, in words. */
  readonly notes: readonly string[];
}

const FEW = 8;
const ROWS = 12;

/** `pass` is null where the node's turn has not come. */
export function explainNode(trace: Trace, node: TraceNode, pass: Pass | null): Explanation[] {
  const step = pass === null ? null : (stepsOf(pass).get(node.id) ?? null);
  return node.formulas.map(({ input, formula }) => {
    const parsed = parseFormula(formula);
    const at = node.inputNames.indexOf(input);
    const sent = step?.gradInputs[at] ?? null;
    const none = { input, text: formula, formula: parsed, plugged: null, elements: [], notes: [] };
    if (step === null || sent === null) return none;
    const known: Known = { trace, node, step, scope: scopeOf(trace, node, step), of: nameOf(trace, node, at) ?? input };
    const worked = parsed.expr === null ? null : workOut(parsed.expr, known, sent);
    const notes = notesOf(parsed, known, sent, worked !== null);
    return { ...none, plugged: worked?.plugged ?? null, elements: worked?.elements ?? [], notes };
  });
}

interface Known {
  readonly trace: Trace;
  readonly node: TraceNode;
  readonly step: Step;
  readonly scope: Scope;
  /** What the derivative is taken of, by the program's name for it. */
  readonly of: string;
}

function nameOf(trace: Trace, node: TraceNode, at: number): string | null {
  return tensorName(indexOf(trace).tensors.get(node.inputs[at] ?? -1));
}

const upstreamOf = ({ gradOutputs }: Step): Value | null => gradOutputs.find((value) => value !== null) ?? null;

/** What a formula's names stand for: upstream, what was saved, the inputs, the result, n. */
function scopeOf(trace: Trace, node: TraceNode, step: Step): Map<string, Numbers> {
  const scope = new Map<string, Numbers>();
  for (const [name, value] of valuesOf(trace, node, step)) {
    const numbers = numbersOf(value);
    if (numbers !== null) scope.set(name, numbers);
  }
  for (const { name, text } of node.saved) {
    const number = text === null ? Number.NaN : text === 'True' ? 1 : text === 'False' ? 0 : Number(text);
    if (Number.isFinite(number) && text !== '') scope.set(name, scalar(number));
  }
  const input = indexOf(trace).tensors.get(node.inputs[0] ?? -1);
  if (input !== undefined && !scope.has('n')) scope.set('n', scalar(numelOf(input.shape)));
  return scope;
}

function valuesOf(trace: Trace, node: TraceNode, step: Step): [string, Value | null][] {
  const value = (tensor: number | null | undefined): Value | null =>
    tensor == null ? null : valueAt(trace, tensor, node.at + 1);
  const result = value(node.outputs[0]);
  return [
    ['result', result],
    ['output', result],
    ...node.inputNames.map((name, i): [string, Value | null] => [name, value(node.inputs[i])]),
    ...node.saved.map(({ name, tensor }): [string, Value | null] => [name, value(tensor)]),
    ['upstream', upstreamOf(step)],
  ];
}

interface Worked {
  readonly plugged: MathNode | null;
  readonly elements: readonly ElementRow[];
}

function workOut(expr: Expr, known: Known, sent: Value): Worked | null {
  const [result, recorded] = [evaluate(expr, known.scope), numbersOf(sent)];
  if (result === null || recorded === null || !confirms(result, recorded, sent.dtype)) return null;
  const upstream = known.scope.get('upstream');
  // A rule is linear in the upstream gradient: with 1 in its place, it is the local derivative.
  const local = isElementwise(expr) ? evaluate(expr, new Map(known.scope).set('upstream', scalar(1))) : null;
  const head = [partial(known.of), sign('=')];
  const outcome = [sign('='), numbersMath(recorded, 'after')];
  const small = [result, upstream, local, recorded].every((numbers) => (numbers?.flat.length ?? 0) <= FEW);
  if (local === null || upstream === undefined) {
    const inserted = small ? substituted(expr, known.scope) : null;
    return inserted === null ? null : { plugged: row(...head, inserted, ...outcome), elements: [] };
  }
  const product = [numbersMath(upstream, 'upstream'), sign(isOne(local) ? '·' : '⊙'), numbersMath(local, 'value')];
  return {
    plugged: small ? row(...head, ...product, ...outcome) : null,
    elements: result.flat.length > 1 && result.flat.length <= ROWS ? elementRows(upstream, local, result) : [],
  };
}

const isOne = ({ flat }: Numbers): boolean => flat.length === 1;

/** Whether the formula's numbers, summed over what was broadcast or repeated, are those that were sent. */
function confirms(result: Numbers, sent: Numbers, dtype: string): boolean {
  const tolerance = /16|half/.test(dtype) ? 2e-2 : 1e-3;
  const fitted = fitTo(result, sent.shape);
  if (fitted === null) return false;
  const size = Math.max(...sent.flat.map((x) => (Number.isFinite(x) ? Math.abs(x) : 0)), 1e-30);
  return sent.flat.every(
    (x, i) => Object.is(x, fitted[i]) || x === fitted[i] || Math.abs(x - fitted[i]!) <= tolerance * size,
  );
}

function fitTo(numbers: Numbers, shape: readonly number[]): readonly number[] | null {
  if (reducedDims(numbers.shape, shape) !== null) return sumTo(numbers, shape).flat;
  return reducedDims(shape, numbers.shape) === null ? null : expandTo(numbers, shape);
}

function isElementwise(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'name':
      return true;
    case 'partial':
    case 'mark':
    case 'sum':
      return false;
    case 'binary':
      return !['@', '⊗', '∗', '⋆'].includes(expr.op) && isElementwise(expr.a) && isElementwise(expr.b);
    case 'power':
      return isElementwise(expr.base) && isElementwise(expr.exponent);
    case 'call':
      return expr.args.every(isElementwise);
    case 'compare':
      return expr.parts.every(isElementwise);
    case 'cases':
      return [expr.then, expr.when, expr.otherwise].every(isElementwise);
    default:
      return isElementwise(expr.of);
  }
}

function elementRows(upstream: Numbers, local: Numbers, result: Numbers): ElementRow[] {
  const [up, derivative] = [expandTo(upstream, result.shape), expandTo(local, result.shape)];
  return result.flat.map((value, at) => ({
    index: indexText(at, result.shape),
    upstream: short(up[at]!),
    local: short(derivative[at]!),
    sent: short(value),
  }));
}

function indexText(at: number, shape: readonly number[]): string {
  let rest = at;
  const index = shape.toReversed().map((size) => {
    const own = rest % size;
    rest = Math.floor(rest / size);
    return own;
  });
  return index.toReversed().join(', ');
}

function notesOf({ expr, words }: ParsedFormula, known: Known, sent: Value, confirmed: boolean): string[] {
  const upstream = upstreamOf(known.step);
  if (upstream === null) return [];
  const shapes = t('shapes: upstream {0}, {1} {2}', formatShape(upstream.shape), known.of, formatShape(sent.shape));
  const sure = expr !== null && isElementwise(expr) && words === '';
  const dims = sure ? (reducedDims(upstream.shape, sent.shape) ?? []) : [];
  return [
    ...(confirmed ? [] : [shapes]),
    ...(dims.length === 0 ? [] : [broadcastNote(known.of, dims, sent, upstream)]),
  ];
}

function broadcastNote(of: string, dims: readonly number[], sent: Value, upstream: Value): string {
  const [from, to] = [formatShape(sent.shape), formatShape(upstream.shape)];
  return dims.length === 1
    ? t('summed over dim {0}, because {1} was broadcast from {2} to {3}', dims[0]!, of, from, to)
    : t('summed over dims {0}, because {1} was broadcast from {2} to {3}', dims.join(', '), of, from, to);
}
