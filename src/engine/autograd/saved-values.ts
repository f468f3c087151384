/** What a program can ask a backward function that it keeps: `grad_fn._saved_self`. */
import type { Param } from '../schema.ts';
import type { Tensor } from '../tensor.ts';
import type { Result } from '../values.ts';
import type { GraphNode } from './node.ts';
import { unpack } from './saved.ts';

/** The names without `_saved_`, in the order of the schema. */
export function savedNames({ op, saved }: GraphNode): string[] {
  if (op === null) return [];
  const slots = op.slots.map((slot) => slot.name).filter((name) => name !== 'results');
  const plain = op.schema.params.filter(({ type }) => PLAIN.has(type)).map(({ name }) => name);
  const outputs = (saved ?? []).flatMap(({ name }) => (name.startsWith('results[') ? [name] : []));
  return [...slots, ...plain, ...outputs];
}

/** Its value: a tensor, as it was saved, or null where this derivative does not need it. Throws what a second pass would throw. */
export function savedValue(node: GraphNode, name: string): Result {
  const op = node.op!;
  const slot = op.slots.find((one) => one.name === name);
  if (slot === undefined && !name.startsWith('results[')) {
    const at = op.schema.params.findIndex((param) => param.name === name);
    return asGiven(op.schema.params[at]!, node.args[at] as Result);
  }
  const kept = node.saved === null || node.saved.some((entry) => entry.name === name);
  return kept ? unpack(node, name) : null;
}

/** Ints are numbers in the engine and ints to the program. */
function asGiven({ type }: Param, value: Result): Result {
  if (type === 'int' && typeof value === 'number') return BigInt(value);
  return type === 'int[]' && Array.isArray(value)
    ? ((value as unknown as number[]).map(BigInt) as unknown as Result)
    : value;
}

/** An operand as it was saved, which is the program's own tensor; null of results and of what hooks packed. */
export function savedInput(node: GraphNode, name: string): Tensor | null {
  if (name.startsWith('result')) return null;
  return node.saved?.find((entry) => entry.name === name)?.tensor ?? null;
}

/** Types of arguments that are shown as they were given. */
const PLAIN: ReadonlySet<string> = new Set(['Scalar', 'int', 'int[]', 'float', 'float[]', 'bool', 'str']);
