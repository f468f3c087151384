import { type EngineError, typeError } from './errors.ts';
import { factorySignatures, formsOf, isFactory } from './factory-forms.ts';
import { type Call, typeName } from './kinds.ts';
import { type Refusal, sizesText } from './plan.ts';
import type { OpDef } from './registry.ts';
import type { Param } from './schema.ts';
import type { Tensor } from './tensor.ts';

/** What PyTorch's argument parser says of a call that no overload accepts. */
export function refusalError(
  name: string,
  overloads: readonly OpDef[],
  isMethod: boolean,
  call: Call,
  refusals: readonly Refusal[],
  flat: readonly unknown[],
): EngineError {
  if (overloads[0]!.python) {
    const text = pythonText(name, overloads[0]!, refusals[0]!);
    if (text !== null) return typeError(text);
  }
  const only = onlyOne(name, overloads, isMethod, call);
  if (only >= 0) return typeError(single(name, overloads[only]!, isMethod, refusals[only]!, flat));
  const given = isMethod ? call.positional.slice(1) : call.positional;
  const parts = given.map((shape) => typeName(shape, flat));
  for (const [keyword, shape] of call.keywords) parts.push(`${keyword}=${typeName(shape, flat)}`);
  const tuple = given.length > 0 || parts.length === 0 ? `(${parts.join(', ')})` : `(${parts.join(', ')}, )`;
  if (overloads.length === 1 && !overloads[0]!.names && formsOf(overloads[0]!) === 1) {
    const own = marked(overloads[0]!, isMethod, call, flat) ?? tuple;
    return typeError(
      `${name}() received an invalid combination of arguments - got ${own}, but expected ${signature(overloads[0]!, isMethod)}`,
    );
  }
  const forms = overloads.flatMap((op) =>
    isFactory(op)
      ? factorySignatures(op, positionalTexts(op))
      : [signature(op, isMethod) + mismatch(op, isMethod, call, flat)],
  );
  const named = overloads
    .filter((op) => op.names)
    .map((op) => signature(op, isMethod, true) + mismatch(op, isMethod, call, flat, true));
  const expected = [...forms, ...named].map((one) => `\n * ${one}`).join('');
  return typeError(
    `${name}() received an invalid combination of arguments - got ${tuple}, but expected one of:${expected}\n`,
  );
}

/**
 * Of an overload that takes as many arguments as were given: which of them are of another type. PyTorch counts the `*` and `out` as well,
 * and takes no number for a Number.
 */
function mismatch(op: OpDef, isMethod: boolean, call: Call, flat: readonly unknown[], named = false): string {
  const types = marked(op, isMethod, call, flat, named);
  return types === null ? '' : `\n      didn't match because some of the arguments have invalid types: ${types}`;
}

/** The types of the arguments, those between `!` that are not what the overload takes; null where it takes another number of them. */
function marked(op: OpDef, isMethod: boolean, call: Call, flat: readonly unknown[], named = false): string | null {
  const { params, positional } = op.schema;
  const hidden = isMethod ? 1 : 0;
  const given = call.positional.slice(hidden);
  const parts: (Param | null)[] = params.slice(hidden);
  if (hasOut(op) && !isMethod) parts.push(null);
  if (positional < params.length + (parts.at(-1) === null ? 1 : 0)) parts.splice(positional - hidden, 0, null);
  if (parts.length === 0) parts.push(null);
  if (call.keywords.size > 0 || given.length !== parts.length) return null;
  const types = given.map((shape, i) => {
    const type = typeName(shape, flat);
    const param = parts[i]!;
    const text = param === null || (named && isDim(param)) ? null : typeText(op, param);
    return text === type ? type : `!${type}!`;
  });
  return `(${types.join(', ')})`;
}

/** The one overload whose words are used: there is no other, or none that takes as many arguments. -1 where there is not one. */
function onlyOne(name: string, overloads: readonly OpDef[], isMethod: boolean, call: Call): number {
  const hidden = isMethod ? 1 : 0;
  if (overloads.length === 1 && !overloads[0]!.names && !isTold(name, overloads[0]!)) return 0;
  const count = call.positional.length - hidden + call.keywords.size;
  const plausible = overloads.flatMap((op, i) => {
    const { params } = op.schema;
    const least = params.filter(({ fallback }) => fallback === undefined).length - hidden;
    const most = params.length - hidden + (hasOut(op) && !isMethod ? 1 : 0);
    if (count < least || count > most) return [];
    const namedLeast = params.some((param) => isDim(param) && param.fallback !== undefined) ? least + 1 : least;
    const others = (op.names && count >= namedLeast) || (formsOf(op) > 1 && count > least);
    return others ? [i, i] : [i];
  });
  return plausible.length === 1 ? plausible[0]! : -1;
}

/** Whether PyTorch has other forms of the one op. */
const isTold = (name: string, op: OpDef): boolean => DEPRECATED.has(name.replace(/_$/, '')) || formsOf(op) > 1;

/** Functions that PyTorch still has an old form of, which it does not tell of. */
const DEPRECATED: ReadonlySet<string> = new Set('add sub addbmm addcdiv addcmul addmm addmv addr baddbmm'.split(' '));

/** How Python itself counts a function's arguments: null where it has nothing to say. */
function pythonText(name: string, { schema }: OpDef, refusal: Refusal): string | null {
  if (refusal.kind === 'missing') {
    const names = refusal.params.map((param) => `'${param.name}'`);
    return `${name}() missing ${names.length} required positional argument${names.length === 1 ? '' : 's'}: ${listed(names)}`;
  }
  if (refusal.kind !== 'many') return null;
  const needed = schema.params.filter((param) => param.fallback === undefined).length;
  const takes = needed === refusal.takes ? `${needed}` : `from ${needed} to ${refusal.takes}`;
  const plural = refusal.takes === 1 ? '' : 's';
  return `${name}() takes ${takes} positional argument${plural} but ${refusal.given} ${refusal.given === 1 ? 'was' : 'were'} given`;
}

/** `a`, `a and b`, `a, b, and c`. */
function listed(names: readonly string[]): string {
  if (names.length < 3) return names.join(' and ');
  return `${names.slice(0, -1).join(', ')}, and ${names.at(-1)}`;
}

function single(name: string, op: OpDef, isMethod: boolean, refusal: Refusal, flat: readonly unknown[]): string {
  const hidden = isMethod ? 1 : 0;
  switch (refusal.kind) {
    case 'type': {
      if (name === '__setitem__') {
        const { dtype } = flat[0] as Tensor;
        return `can't assign a ${typeName(refusal.given, flat)} to a ${dtype.tensorType}`;
      }
      const place = refusal.position === null ? '' : ` (position ${refusal.position + 1 - hidden})`;
      return `${name}(): argument '${publicName(refusal.param)}'${place} must be ${typeText(op, refusal.param)}, not ${typeName(refusal.given, flat)}`;
    }
    case 'missing': {
      const names = refusal.params.map((param) => `"${publicName(param)}"`).join(', ');
      return `${name}() missing ${refusal.params.length} required positional argument${refusal.params.length === 1 ? 's' : ''}: ${names}`;
    }
    case 'many': {
      if (isMethod && op.schema.params.length === 1) {
        return `Tensor.${name}() takes no arguments (${refusal.given - hidden} given)`;
      }
      const least = op.schema.params.filter(({ fallback }) => fallback === undefined).length;
      if (least < refusal.takes) {
        return `${name}() takes from ${least - hidden} to ${refusal.takes - hidden} positional arguments but ${refusal.given - hidden} ${refusal.given - hidden === 1 ? 'was' : 'were'} given`;
      }
      return `${name}() takes ${refusal.takes - hidden} positional argument${refusal.takes - hidden === 1 ? '' : 's'} but ${refusal.given - hidden} ${refusal.given - hidden === 1 ? 'was' : 'were'} given`;
    }
    case 'keyword':
      return `${name}() got an unexpected keyword argument '${refusal.name}'`;
    case 'twice':
      return `${name}() got multiple values for argument '${publicName({ name: refusal.name })}'`;
  }
}

const publicName = (param: { readonly name: string; readonly type?: string }): string =>
  param.name === 'self' && (param.type ?? 'Tensor') === 'Tensor' ? 'input' : param.name;

const TYPES: Readonly<Record<string, string>> = {
  Scalar: 'Number',
  'Tensor[]': 'tuple of Tensors',
  'Tensor?[]': 'tuple of Tensors',
  'float[]': 'tuple of floats',
  'Scalar[]': 'tuple of Numbers',
  'bool[]': 'tuple of bools',
  MemoryFormat: 'torch.memory_format',
  Generator: 'torch.Generator',
  ScalarType: 'torch.dtype',
  Device: 'torch.device',
};

const typeText = (op: OpDef, param: Param): string =>
  param.type === 'int[]' ? sizesText(op, param) : (TYPES[param.type] ?? param.type);

const isDim = ({ name }: Param): boolean => /^dim\d?$/.test(name);

/** What stands for dimensions in the form that names them. */
const NAMED: Readonly<Record<string, string>> = { int: 'name', 'int[]': 'tuple of names' };

const positionalTexts = (op: OpDef): string[] =>
  op.schema.params.slice(0, op.schema.positional).map((param) => `${typeText(op, param)} ${publicName(param)}`);

/** The signature in the parser's own notation. */
function signature(op: OpDef, isMethod: boolean, named = false): string {
  const parts = op.schema.params.map((param) => {
    const text = named && isDim(param) ? NAMED[param.type]! : typeText(op, param);
    return `${text} ${publicName(param)}`;
  });
  const dtype = named ? op.schema.params.findIndex(({ type }) => type === 'ScalarType') : -1;
  const star = dtype < 0 ? op.schema.positional : Math.min(op.schema.positional, dtype);
  const out = hasOut(op) && !isMethod && dtype < 0;
  if (star < parts.length || out) parts.splice(star, 0, '*');
  if (out) parts.push(op.schema.returns.length > 0 ? 'tuple of Tensors out' : 'Tensor out');
  return `(${(isMethod ? parts.slice(1) : parts).join(', ')})`;
}

/** Whether PyTorch has a form of the function that takes `out`. */
const hasOut = ({ schema, variants, view }: OpDef): boolean =>
  !view && variants.out !== false && variants.namespace !== 'nn.functional' && /-> (Tensor|\(.*\))$/.test(schema.text);
