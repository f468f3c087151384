/** What a program can ask a backward function that it keeps: `grad_fn._saved_self`. */
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
    return node.args[op.schema.params.findIndex((param) => param.name === name)] as Result;
  }
  const kept = node.saved === null || node.saved.some((entry) => entry.name === name);
  return kept ? unpack(node, name) : null;
}

/** Types of arguments that are shown as they were given. */
const PLAIN: ReadonlySet<string> = new Set(['Scalar', 'int', 'int[]', 'float', 'float[]', 'bool', 'str']);
