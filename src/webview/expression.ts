/** How the program would have written a node: `x * x`, `relu(h)`, `(inputs @ w1) + b1`. */
import type { TraceIndex } from '../trace/index-of.ts';
import type { TraceNode, TraceTensor } from '../trace/model.ts';
import { formatLines } from './format.ts';
import { isolate } from './text.ts';

const INFIX: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  matmul: '@',
  mm: '@',
  mv: '@',
  bmm: '@',
  pow: '**',
};
const DEPTH = 2;

/** What names and operations are looked up in. */
export type Lookup = Pick<TraceIndex, 'tensors' | 'nodes'>;

export function nodeExpression(node: TraceNode, look: Lookup, depth = DEPTH): string {
  return expression(node.op ?? node.name, node.inputs, look, depth);
}

export function tensorName(tensor: TraceTensor | undefined): string | null {
  return tensor?.name == null ? null : isolate(tensor.name);
}

export function expression(op: string, inputs: readonly (number | null)[], look: Lookup, depth = DEPTH): string {
  const symbol = INFIX[op];
  const args = inputs.map((input) => argument(input, look, depth, symbol !== undefined));
  const known = args.some((arg) => arg !== '…');
  if (symbol !== undefined && known) return `${args[0] ?? '…'} ${symbol} ${args[1] ?? '…'}`;
  return args.length === 0 ? `${isolate(op)}()` : `${isolate(op)}(${args.join(', ')})`;
}

function argument(input: number | null, look: Lookup, depth: number, infix: boolean): string {
  const tensor = input === null ? undefined : look.tensors.get(input);
  if (tensor === undefined) return '…';
  const name = tensorName(tensor);
  if (name !== null) return name;
  const node = tensor.gradFn === null ? undefined : look.nodes.get(tensor.gradFn);
  const made = node ?? (tensor.requiresGrad ? null : tensor.origin);
  if (made !== null && made.inputs.length > 0) return depth === 0 ? '…' : nested(made, look, depth, infix);
  return tensor.shape.length === 0 ? formatLines(tensor.value).join(' ') : '…';
}

function nested(made: Pick<TraceNode, 'op' | 'inputs'>, look: Lookup, depth: number, infix: boolean): string {
  const op = made.op ?? '';
  const text = expression(op, made.inputs, look, depth - 1);
  return infix && INFIX[op] !== undefined ? `(${text})` : text;
}
