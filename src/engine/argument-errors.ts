import { type EngineError, typeError } from './errors.ts';
import { type Call, typeName } from './kinds.ts';
import { type Refusal, reader } from './plan.ts';
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
  if (overloads.length === 1 && !overloads[0]!.names) return typeError(single(name, isMethod, refusals[0]!, flat));
  const given = isMethod ? call.positional.slice(1) : call.positional;
  const parts = given.map((shape) => typeName(shape, flat));
  for (const [keyword, shape] of call.keywords) parts.push(`${keyword}=${typeName(shape, flat)}`);
  const tuple = given.length > 0 || parts.length === 0 ? `(${parts.join(', ')})` : `(${parts.join(', ')}, )`;
  const forms = overloads.map((op) => signature(op, isMethod) + mismatch(op, isMethod, call, flat));
  const named = overloads.filter((op) => op.names).map((op) => signature(op, isMethod, true));
  const expected = [...forms, ...named].map((one) => `\n * ${one}`).join('');
  return typeError(
    `${name}() received an invalid combination of arguments - got ${tuple}, but expected one of:${expected}\n`,
  );
}

/**
 * Of an overload that takes as many arguments as were given: which of them are of another type. PyTorch counts the `*` and `out` as well,
 * and takes no number for a Number.
 */
function mismatch(op: OpDef, isMethod: boolean, call: Call, flat: readonly unknown[]): string {
  const { params, positional } = op.schema;
  const hidden = isMethod ? 1 : 0;
  const given = call.positional.slice(hidden);
  const out = hasOut(op) && !isMethod;
  if (call.keywords.size > 0 || out || positional < params.length || given.length !== params.length - hidden) return '';
  const types = given.map((shape, i) => {
    const type = typeName(shape, flat);
    const param = params[i + hidden]!;
    return param.type === 'Scalar' || reader(op, param, shape, false) === null ? `!${type}!` : type;
  });
  return `\n      didn't match because some of the arguments have invalid types: (${types.join(', ')})`;
}

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

function single(name: string, isMethod: boolean, refusal: Refusal, flat: readonly unknown[]): string {
  const hidden = isMethod ? 1 : 0;
  switch (refusal.kind) {
    case 'type': {
      if (name === '__setitem__') {
        const { dtype } = flat[0] as Tensor;
        return `can't assign a ${typeName(refusal.given, flat)} to a ${dtype.tensorType}`;
      }
      const place = refusal.position === null ? '' : ` (position ${refusal.position + 1 - hidden})`;
      return `${name}(): argument '${publicName(refusal.param)}'${place} must be ${typeText(refusal.param)}, not ${typeName(refusal.given, flat)}`;
    }
    case 'missing': {
      const names = refusal.params.map((param) => `"${publicName(param)}"`).join(', ');
      return `${name}() missing ${refusal.params.length} required positional arguments: ${names}`;
    }
    case 'many':
      return `${name}() takes ${refusal.takes - hidden} positional argument${refusal.takes - hidden === 1 ? '' : 's'} but ${refusal.given - hidden} ${refusal.given - hidden === 1 ? 'was' : 'were'} given`;
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
  'int[]': 'tuple of ints',
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

const typeText = (param: Param): string => TYPES[param.type] ?? param.type;

/** What stands for dimensions in the form that names them. */
const NAMED: Readonly<Record<string, string>> = { int: 'name', 'int[]': 'tuple of names' };

/** The signature in the parser's own notation. */
function signature(op: OpDef, isMethod: boolean, named = false): string {
  const parts = op.schema.params.map((param) => {
    const text = named && param.name === 'dim' ? NAMED[param.type]! : typeText(param);
    return `${text} ${publicName(param)}`;
  });
  if (op.schema.positional < parts.length || (hasOut(op) && !isMethod)) parts.splice(op.schema.positional, 0, '*');
  if (hasOut(op) && !isMethod) parts.push(op.schema.returns.length > 0 ? 'tuple of Tensors out' : 'Tensor out');
  return `(${(isMethod ? parts.slice(1) : parts).join(', ')})`;
}

/** Whether PyTorch has a form of the function that takes `out`. */
const hasOut = ({ schema, variants, view }: OpDef): boolean =>
  !view && variants.out !== false && variants.namespace !== 'nn.functional' && /-> (Tensor|\(.*\))$/.test(schema.text);
