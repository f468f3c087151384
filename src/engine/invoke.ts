import { refusalError } from './argument-errors.ts';
import { context, withoutAutocast } from './context.ts';
import { dispatch } from './dispatch.ts';
import { unsupported } from './errors.ts';
import { dispatchInplace } from './inplace.ts';
import { flatten, parseKinds, readArg } from './kinds.ts';
import { dispatchOut } from './out.ts';
import { match, type Plan, type Refusal } from './plan.ts';
import { type Namespace, type OpDef, type Row, table } from './registry.ts';
import { Tensor } from './tensor.ts';
import type { Arg, Result } from './values.ts';

/** A name that the program can call, with its overloads and the plans that calls have made so far. */
interface Entry {
  readonly name: string;
  readonly overloads: readonly OpDef[];
  readonly isMethod: boolean;
  readonly inplace: boolean;
  readonly plans: Map<string, Plan>;
  /** The latest plan: a loop makes one call over and over. */
  kinds: string;
  plan: Plan | null;
}

/** By number; found when the op is first called, for a program calls few of them. */
const entries: (Entry | undefined)[] = [];
const names: string[] = [];
const numbers = new Map<string, number>();

/** Gives the names the numbers 0, 1, 2 ...; to be called before anything else of this module. */
export function declareOps(all: readonly string[]): void {
  if (names.length > 0) throw new Error('The ops have numbers already.');
  for (const name of all) addName(name);
}

/** Two of Python's names can mean one entry: each has a number. */
function addName(name: string): number {
  numbers.set(name, names.push(name) - 1);
  return names.length - 1;
}

/** The number of an op's name, for `invokeKinds`. Raises NotImplementedError for a name that the engine does not have. */
export function opNumber(name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  if (!hasOp(name)) throw unsupported(publicName(name));
  return addName(name);
}

export const hasOp = (name: string): boolean => resolve(name) !== null;

function findEntry(number: number): Entry {
  const entry = resolve(names[number]!);
  if (entry === null) throw unsupported(publicName(names[number]!));
  entries[number] = entry;
  return entry;
}

const publicName = (name: string): string =>
  name.startsWith('.')
    ? `torch.Tensor${name}`
    : name.startsWith('F.')
      ? `torch.nn.functional.${name.slice(2)}`
      : `torch.${name}`;

/** The module and the name in it: `F.relu`, `linalg.det`, `add`. */
function inModule(name: string): { space: Namespace; bare: string } {
  const dot = name.indexOf('.');
  if (dot <= 0) return { space: 'torch', bare: name };
  const space = name.slice(0, dot);
  return { space: space === 'F' ? 'nn.functional' : (space as Namespace), bare: name.slice(dot + 1) };
}

function resolve(name: string): Entry | null {
  const isMethod = name.startsWith('.');
  const { space, bare } = isMethod ? { space: 'torch' as const, bare: name.slice(1) } : inModule(name);
  const named = table.filter((op) => op.publicName === bare);
  const found = isMethod
    ? table.filter((op) => isMethodNamed(op, bare))
    : (inSpace(named, space) ?? (space === 'nn.functional' ? inSpace(named, 'torch') : null) ?? []);
  if (found.length > 0)
    return makeEntry(
      schemaName(space, bare),
      found,
      isMethod,
      isMethod && /^__i[a-z]+__$/.test(bare) && bare !== '__invert__',
    );
  const written = bare.endsWith('_')
    ? table.filter((op) => op.publicName === bare.slice(0, -1) && op.variants.inplace)
    : [];
  return written.length > 0 && (isMethod || space === 'torch') ? makeEntry(bare, written, isMethod, true) : null;
}

/** As PyTorch's messages say it: `special_zeta()`. */
const schemaName = (space: Namespace, bare: string): string =>
  space === 'linalg' || space === 'fft' || space === 'special' ? `${space}_${bare}` : bare;

const isMethodNamed = ({ publicName, variants }: Row, name: string): boolean =>
  (publicName === name && (variants.method === true || variants.attribute === true)) ||
  variants.operators?.includes(name) === true;

/** `torch.nn.functional` has many of `torch`'s functions too. */
function inSpace(ops: readonly Row[], space: Namespace): readonly Row[] | null {
  const found = ops.filter((op) => op.variants.namespace === space);
  return found.length > 0 ? found : null;
}

function makeEntry(name: string, rows: readonly Row[], isMethod: boolean, inplace: boolean): Entry {
  return { name, overloads: rows.map(({ def }) => def), isMethod, inplace, plans: new Map(), kinds: '', plan: null };
}

/** Calls an op with flat arguments. */
export function invokeKinds(number: number, kinds: string, flat: readonly unknown[]): Result {
  const entry = entries[number] ?? findEntry(number);
  if (entry.kinds !== kinds || entry.plan === null) {
    entry.plan = entry.plans.get(kinds) ?? makePlan(entry, kinds, flat);
    entry.kinds = kinds;
  }
  const plan = entry.plan;
  const args = argumentsOf(plan, flat);
  if (!entry.inplace && plan.out === null) return dispatch(plan.op, args);
  const write = (): Result =>
    plan.out === null
      ? dispatchInplace(plan.op, args)
      : dispatchOut(plan.op, args, readArg(plan.out, flat) as Tensor | readonly Tensor[]);
  // What is written to a tensor of the program's has its dtype.
  return context.autocast === null ? write() : withoutAutocast(write);
}

function argumentsOf({ tail, reads }: Plan, flat: readonly unknown[]): readonly unknown[] {
  if (tail === null) return reads.map((read) => read(flat));
  if (tail.length === 0) return flat;
  const args = flat.slice();
  for (let i = 0; i < tail.length; i++) args.push(tail[i]);
  return args;
}

function makePlan(entry: Entry, kinds: string, flat: readonly unknown[]): Plan {
  const call = parseKinds(kinds);
  const strict: Refusal[] = [];
  const refusals: Refusal[] = [];
  for (const lenient of [false, true]) {
    for (const op of entry.overloads) {
      const plan = match(op, call, entry.isMethod, lenient);
      if ('op' in plan) {
        entry.plans.set(kinds, plan);
        return plan;
      }
      (lenient ? refusals : strict).push(plan);
    }
  }
  const numbers = flat.slice(1).some((arg) => arg instanceof Tensor && arg.rank === 0);
  throw refusalError(entry.name, entry.overloads, entry.isMethod, call, numbers ? refusals : strict, flat);
}

/** Calls an op with values. Nobody counts who holds the answer, so that its memory is left to the collector. */
export function invoke(name: string, args: readonly Arg[], kwargs: Readonly<Record<string, Arg>> = {}): Result {
  const { kinds, flat } = flatten(args, kwargs);
  const result = invokeKinds(opNumber(name), kinds, flat);
  for (const part of [result].flat()) if (part instanceof Tensor) part.storage.shared = true;
  return result;
}
