import { type Namespace, type OpDef, table } from './registry.ts';

/** One op as plain data: what a binding is generated from. */
export interface OpInfo {
  readonly name: string;
  readonly namespace: Namespace;
  /** Callable as `torch.name` or `torch.nn.functional.name`. */
  readonly function: boolean;
  /** Callable as `Tensor.name`. */
  readonly method: boolean;
  /** Read as `tensor.name`. */
  readonly attribute: boolean;
  /** `__mul__`, `__rmul__`, `__imul__`: called as methods. */
  readonly operators: readonly string[];
  /** `Tensor.name_` exists. */
  readonly inplace: boolean;
  /** The most positional arguments, self included. */
  readonly arity: number;
  /** The schemas of all overloads, in the order in which they are tried. */
  readonly schemas: readonly string[];
  /** The names of the parts of what it answers with; empty where it answers with one tensor or with a plain tuple. */
  readonly returns: readonly string[];
}

/** Every op that a program can call. Overloads of a name are one entry. */
export function opList(): readonly OpInfo[] {
  const groups = new Map<string, OpDef[]>();
  for (const { def: op } of table) {
    if (op.variants.namespace === null && !op.variants.method && !op.variants.inplace && !op.variants.attribute)
      continue;
    const key = `${op.variants.namespace ?? 'torch'} ${op.publicName}`;
    groups.set(key, [...(groups.get(key) ?? []), op]);
  }
  return [...groups.values()].map(describe);
}

function describe(overloads: readonly OpDef[]): OpInfo {
  const variants = overloads.map((op) => op.variants);
  return {
    name: overloads[0]!.publicName,
    namespace: variants[0]!.namespace ?? 'torch',
    function: variants.some((v) => v.namespace !== null),
    method: variants.some((v) => v.method),
    attribute: variants.some((v) => v.attribute),
    operators: [...new Set(variants.flatMap((v) => v.operators ?? []))],
    inplace: variants.some((v) => v.inplace),
    arity: Math.max(...overloads.map((op) => op.schema.positional)),
    schemas: overloads.map((op) => op.schema.text),
    returns: overloads.find((op) => op.schema.returns.length > 0)?.schema.returns ?? [],
  };
}
