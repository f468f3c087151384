import { typeError } from './errors.ts';
import { item } from './item.ts';
import { type Call, readArg, type Shape, typeName } from './kinds.ts';
import type { OpDef } from './registry.ts';
import type { Param } from './schema.ts';
import { Tensor } from './tensor.ts';
import { type Arg, type Scalar, wrapNumber } from './values.ts';

/** How one parameter gets its value. */
type Read = (flat: readonly unknown[]) => unknown;

/** An op that accepts a call of these kinds, and how its parameters are read from the flat values. */
export interface Plan {
  readonly op: OpDef;
  readonly reads: readonly Read[];
  /** Where flat[i] is the i-th argument itself: what follows these. Null elsewhere. */
  readonly tail: readonly unknown[] | null;
  readonly out: Shape | null;
}

/** What keeps an op from accepting a call. */
export type Refusal =
  | { readonly kind: 'type'; readonly param: Param; readonly given: Shape; readonly position: number | null }
  | { readonly kind: 'missing'; readonly params: readonly Param[] }
  | { readonly kind: 'many'; readonly takes: number; readonly given: number }
  | { readonly kind: 'keyword'; readonly name: string }
  | { readonly kind: 'twice'; readonly name: string };

/**
 * Matches a call against an op's schema, as PyTorch's argument parser does: by type alone. `lenient`: a 0-d tensor may stand for a
 * number where no overload takes tensors.
 */
export function match(op: OpDef, call: Call, isMethod: boolean, lenient: boolean): Plan | Refusal {
  const { params, positional } = op.schema;
  const given = varargs(op, isMethod ? selfInPlace(op, call.positional) : call.positional, isMethod);
  if (given.length > positional) {
    const first = isMethod ? 1 : 0;
    if (isVarargs(op, first)) return { kind: 'type', param: params[first]!, given: given[first]!, position: first };
    return { kind: 'many', takes: positional, given: given.length };
  }
  const unused = new Set(call.keywords.keys());
  const reads: Read[] = [];
  const missing: Param[] = [];
  let direct = call.keywords.size === 0;
  for (let i = 0; i < params.length; i++) {
    const param = params[i]!;
    const keyword = keywordFor(param, call, unused);
    if (keyword !== undefined && i < given.length) return { kind: 'twice', name: param.name };
    const shape = i < given.length ? given[i] : keyword;
    if (shape === undefined) {
      if (param.fallback === undefined) missing.push(param);
      reads.push(() => param.fallback);
      continue;
    }
    const read = reader(op, param, shape, lenient);
    if (read === null) return { kind: 'type', param, given: shape, position: i < given.length ? i : null };
    direct &&= shape.kind === 'leaf' && shape.letter === 't' && param.type === 'Tensor' && shape.at === i;
    reads.push(read);
  }
  if (missing.length > 0) return { kind: 'missing', params: missing };
  const out = unused.has('out') ? call.keywords.get('out')! : null;
  unused.delete('out');
  if (out !== null && !takesOut(op, out)) return { kind: 'type', param: OUT, given: out, position: null };
  for (const name of unused) return { kind: 'keyword', name };
  const tail = direct ? params.slice(given.length).map(({ fallback }) => fallback) : null;
  return { op, reads, tail, out: out?.kind === 'leaf' && out.letter === 'n' ? null : out };
}

const OUT: Param = { name: 'out', type: 'Tensor', optional: true, size: null, fallback: null, keywordOnly: true };

/** A tensor, or as many as the op answers with. */
function takesOut(op: OpDef, out: Shape): boolean {
  if (out.kind === 'leaf') return out.letter === 'n' || (out.letter === 't' && op.schema.returns.length === 0);
  const { returns } = op.schema;
  return returns.length > 0 && out.items.length === returns.length && out.items.every((item) => isLeaf(item, 't'));
}

/** `self` is `input` and `dim` is `axis` too. */
function keywordFor(param: Param, call: Call, unused: Set<string>): Shape | undefined {
  for (const name of [param.name, ALIASES[param.name]]) {
    if (name === undefined || !unused.has(name)) continue;
    unused.delete(name);
    return call.keywords.get(name);
  }
  return undefined;
}

const ALIASES: Readonly<Record<string, string>> = { self: 'input', dim: 'axis', keepdim: 'keepdims', other: 'x2' };

/** A method's tensor is the parameter `self`, wherever that stands: `x.where(condition, y)` is `torch.where(condition, x, y)`. */
function selfInPlace(op: OpDef, given: readonly Shape[]): readonly Shape[] {
  const at = op.schema.params.findIndex(({ name }) => name === 'self');
  return at <= 0 ? given : [...given.slice(1, at + 1), given[0]!, ...given.slice(at + 1)];
}

/** `view(2, 3)` is `view((2, 3))`: the ints of an op that takes nothing else by position. */
function varargs(op: OpDef, given: readonly Shape[], isMethod: boolean): readonly Shape[] {
  const first = isMethod ? 1 : 0;
  const isInt = (shape: Shape): boolean => shape.kind === 'leaf' && shape.letter === 'i';
  if (!isVarargs(op, first) || given.length <= first) return given;
  const rest = given.slice(first);
  return isInt(rest[0]!) ? [...given.slice(0, first), { kind: 'tuple', items: rest }] : given;
}

/** Whether the op takes nothing by position but ints, so that they may stand there one by one. */
const isVarargs = ({ schema: { params, positional } }: OpDef, first: number): boolean =>
  positional === first + 1 && params[first]!.type === 'int[]';

/** How to read an argument of this shape for this parameter; null where the types do not go together. */
export function reader(op: OpDef, param: Param, shape: Shape, lenient: boolean): Read | null {
  if (shape.kind === 'leaf' && shape.letter === 'n')
    return param.type === 'Index' ? () => [null] : param.optional ? () => null : null;
  if (param.type === 'Index') return indexReader(shape);
  if (shape.kind === 'leaf') return leafReader(op, param, shape.letter, shape.at, lenient);
  if (shape.kind === 'slice') return null;
  const leaves = shape.items;
  if (param.type === 'int[]' && (leaves.length === 0 || isLeaf(leaves[0]!, 'it'))) {
    return (flat) => leaves.map((leaf, i) => listedInt(op, param, leaf, flat, i));
  }
  const letters = LISTS[param.type];
  if (letters !== undefined && leaves.every((leaf) => isLeaf(leaf, letters))) {
    return (flat) => leaves.map((leaf) => listItem(param.type, readArg(leaf, flat)));
  }
  if (param.type === 'Tensor[]' && (lenient || leaves.every((leaf) => isLeaf(leaf, 't')))) {
    const place = op.schema.params.indexOf(param);
    return (flat) => leaves.map((leaf, i) => listedTensor(leaf, flat, i, place));
  }
  return null;
}

/** PyTorch's parser takes any list where tensors are wanted; what is wrong in it is found when it is read. */
function listedTensor(leaf: Shape, flat: readonly unknown[], i: number, place: number): Arg {
  if (!isLeaf(leaf, 't'))
    throw typeError(`expected Tensor as element ${i} in argument ${place}, but got ${typeName(leaf, flat)}`);
  return readArg(leaf, flat);
}

/** Likewise of ints: the parser looks at the first. */
function listedInt(op: OpDef, param: Param, leaf: Shape, flat: readonly unknown[], i: number): number {
  if (isLeaf(leaf, 'it')) return integer(readArg(leaf, flat));
  throw typeError(
    `${op.publicName}(): argument '${param.name}' must be ${sizesText(op, param)}, but found element of type ${typeName(leaf, flat)} at pos ${i + 1}`,
  );
}

/** What PyTorch calls a list of ints; some of its ops take ints that are symbols. */
export const sizesText = (op: OpDef, { name }: Param): string =>
  SYMBOLIC.has(op.publicName) && SIZES.has(name) ? 'tuple of SymInts' : 'tuple of ints';

const SYMBOLIC: ReadonlySet<string> = new Set(
  'zeros ones empty full empty_strided new_zeros new_ones new_empty new_full view reshape expand repeat resize as_strided narrow_copy'.split(
    ' ',
  ),
);
const SIZES: ReadonlySet<string> = new Set(['size', 'shape', 'repeats', 'stride']);

/** What the entries of a list may be. */
const LISTS: Readonly<Record<string, string>> = {
  'Tensor?[]': 'tn',
  'float[]': 'ifb',
  'Scalar[]': 'ifbc',
  'bool[]': 'b',
};
const listItem = (type: string, value: Arg): Arg => (type === 'float[]' ? Number(value) : value);

/** What stands between the brackets, as a list of entries: `x[0]` has one, `x[0, 1]` two. A list of more than numbers is taken for a tuple. */
function indexReader(shape: Shape): Read {
  const listed =
    shape.kind === 'list' && shape.items.length < 32 && shape.items.some((item) => !isLeaf(item, 'ifbcso'));
  if (shape.kind === 'tuple' || listed) return (flat) => readArg(shape, flat);
  return (flat) => [readArg(shape, flat)];
}

const isLeaf = (shape: Shape, letters: string): boolean => shape.kind === 'leaf' && letters.includes(shape.letter);

const integer = (value: Arg): number => Number(value instanceof Tensor ? item(value) : value);

function leafReader(op: OpDef, param: Param, letter: string, at: number, lenient: boolean): Read | null {
  const leaf: Shape = { kind: 'leaf', letter, at };
  const value: Read = (flat) => readArg(leaf, flat);
  switch (param.type) {
    case 'Tensor':
      if (letter === 't') return (flat) => flat[at];
      return op.variants.numbers && 'ifbc'.includes(letter) ? (flat) => wrapNumber(value(flat) as Scalar) : null;
    case 'Scalar':
      if (letter === 't' && lenient) return (flat) => item(flat[at] as Tensor);
      return 'ifbc'.includes(letter) ? value : null;
    case 'int':
      return letter === 'i' || (letter === 't' && lenient) ? (flat) => integer(flat[at] as Arg) : null;
    case 'int[]':
      if (letter !== 'i' || param.size === null) return null;
      return (flat) => new Array<number>(param.size!).fill(Number(flat[at]));
    case 'float[]':
      if (!'if'.includes(letter) || param.size === null) return null;
      return (flat) => new Array<number>(param.size!).fill(Number(flat[at]));
    case 'float':
      return 'ifb'.includes(letter) ? (flat) => Number(flat[at]) : null;
    case 'bool':
      return letter === 'b' ? value : null;
    case 'str':
    case 'Device':
      return letter === 's' ? value : null;
    case 'MemoryFormat':
      return letter === 'm' ? value : null;
    case 'Generator':
      return letter === 'g' ? value : null;
    case 'ScalarType':
      return letter === 'd' ? value : null;
    default:
      return null;
  }
}
