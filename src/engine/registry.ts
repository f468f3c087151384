import type { GraphNode } from './autograd/node.ts';
import { SavedArgs } from './autograd/saved.ts';
import { dispatch } from './dispatch.ts';
import { layoutOf, type ResultLayout } from './result-layouts.ts';
import {
  type CallArgs,
  type KernelArgs,
  type NamedArgs,
  parseSchema,
  type ReturnOf,
  type Schema,
  schemaName,
} from './schema.ts';
import type { Tensor } from './tensor.ts';
import { Complex, type Scalar, wrapNumber } from './values.ts';

/** The modules of `torch` that functions live in. */
export type Namespace = 'torch' | 'nn.functional' | 'linalg' | 'fft' | 'special' | 'masked' | 'sparse';

/** How the program can say an op. */
export interface Variants {
  /** Where the function lives; null: there is none. In `linalg` and its like the schema's name has the module as a prefix: `linalg_det`. */
  readonly namespace?: Namespace | null;
  readonly method?: boolean;
  /** Read as `tensor.name`, without a call. */
  readonly attribute?: boolean;
  /** `mul_`, derived from the kernel: the result is written over self. */
  readonly inplace?: boolean;
  /** `__mul__`, `__imul__`: Python's operators that mean this op. */
  readonly operators?: readonly string[];
  /** False: this overload takes no `out`, though its answer is a tensor. */
  readonly out?: boolean;
  /** Python numbers stand for tensors, as PyTorch lets arithmetic do. */
  readonly numbers?: boolean;
}

/** The derivative by one input. */
export interface Gradient<S extends string> {
  /** As the UI shows it: `∂L/∂self = upstream · other`. */
  readonly formula: string;
  /** Which inputs the rule reads, or `result`: kept for backward only where this derivative is needed. */
  readonly saves?: readonly (keyof NamedArgs<S> | 'result' | 'results')[];
  readonly rule: (upstream: Tensor, saved: SavedArgs & NamedArgs<S> & { readonly result: Tensor }) => Contribution;
}

/** What goes along an edge; an array along the edges of a `Tensor[]`. */
export type Contribution = Tensor | null | readonly (Tensor | null)[];

/** All gradients of an op that has several outputs, or whose gradients are computed together. */
export type JointRule<S extends string> = (
  upstream: readonly (Tensor | null)[],
  saved: SavedArgs & NamedArgs<S> & { readonly result: Tensor },
) => readonly Contribution[];

/** What an op does about the tensors that `out=` names. */
export interface OutRule {
  /** Raises where `out` does not do for a result; `index` counts the results. `'copy'`: any dtype is converted to. */
  readonly check?: (out: Tensor, result: Tensor, args: readonly unknown[], index: number) => 'copy' | undefined;
  /** Changes the arguments by what is written to. */
  readonly args?: (args: readonly unknown[], out: Tensor) => readonly unknown[];
}

export interface Definition<S extends string> {
  readonly variants?: Variants;
  /** PyTorch's name of the backward function; made of the op's name when absent. */
  readonly node?: string;
  /** The backward function of the in-place form, where PyTorch has another one for it. */
  readonly inplaceNode?: string;
  /** The result is a view of self. Its in-place form changes self's shape, and no element. */
  readonly view?: boolean;
  /** The in-place form gives self the shape of the result. */
  readonly resizes?: boolean;
  /** What the in-place form refuses before it runs. */
  readonly checkInplace?: (...args: KernelArgs<S>) => void;
  /** Runs without a node of its own: its parts are recorded. */
  readonly composite?: boolean;
  /** The kernel reads no elements, so that it takes lazy conjugates as they are; so do views and composite ops. */
  readonly lazy?: boolean;
  readonly kernel: (...args: KernelArgs<S>) => ReturnOf<S>;
  readonly gradients?: Partial<Readonly<Record<keyof NamedArgs<S>, Gradient<S>>>>;
  readonly joint?: JointRule<S>;
  /** Which outputs are differentiable; all that are floating when absent. */
  readonly differentiable?: readonly number[];
  readonly out?: OutRule;
  /** PyTorch has a form that names its dimensions, which messages list. */
  readonly names?: boolean;
  /** PyTorch has its derivative for real outputs alone. */
  readonly realGradients?: boolean;
  /** A function that is Python in PyTorch: Python counts its arguments. */
  readonly python?: boolean;
}

/** A tensor to keep: which parameter (-1: the result), and the gradients that need it. */
export interface SaveSlot {
  readonly name: string;
  readonly position: number;
  readonly neededBy: readonly number[];
}

type Rule = (upstream: Tensor, saved: SavedArgs) => Contribution;

/** The op table's row. */
export interface OpDef {
  /** PyTorch's own name: `linalg_det`. */
  readonly name: string;
  /** As the program says it in its namespace: `det`. */
  readonly publicName: string;
  readonly schema: Schema;
  readonly variants: Variants;
  readonly nodeName: string;
  readonly inplaceNodeName: string;
  readonly checkInplace: ((...args: unknown[]) => void) | null;
  readonly resizes: boolean;
  readonly view: boolean;
  readonly lazy: boolean;
  readonly composite: boolean;
  readonly layout: ResultLayout | null;
  readonly kernel: (...args: unknown[]) => unknown;
  /** Positions of the differentiable parameters, in the order of the edges. */
  readonly inputs: readonly number[];
  /** The schema's names of the differentiable inputs. */
  readonly inputNames: readonly string[];
  readonly formulas: readonly { readonly input: string; readonly formula: string }[];
  readonly rules: readonly Rule[];
  /** The rules' numbers in the order that they run in, which is PyTorch's: by the names of their inputs. */
  readonly ruleOrder: readonly number[];
  readonly joint: JointRule<string> | null;
  readonly differentiable: readonly number[] | null;
  readonly out: OutRule;
  readonly names: boolean;
  readonly realGradients: boolean;
  readonly python: boolean;
  readonly slots: readonly SaveSlot[];
  /** Whether a rule may ask for an argument that is not a tensor. */
  readonly keepsArgs: boolean;
  readonly Saved: new (node: GraphNode) => SavedArgs;
}

/** An op's function, for kernels and rules: recorded like the program's own calls. */
export interface Op<S extends string> {
  (...args: CallArgs<S>): ReturnOf<S>;
  readonly schema: S;
  row: Row | null;
  readonly def: OpDef | null;
  /** The overload for a Python number as second operand, where PyTorch has one of its own (`mul.Scalar`, `MulBackward1`). */
  twin: OpDef | null;
}

/** A row of the table by its names. The rest is made when it is first used: a program uses few of the ops. */
export class Row {
  readonly name: string;
  readonly publicName: string;
  readonly variants: Variants;
  readonly #make: () => OpDef;
  #def: OpDef | null = null;

  constructor(name: string, publicName: string, variants: Variants, make: () => OpDef) {
    this.name = name;
    this.publicName = publicName;
    this.variants = variants;
    this.#make = make;
  }

  get def(): OpDef {
    this.#def ??= this.#make();
    return this.#def;
  }
}

/** All rows, in the order of definition. Overloads of a name are tried in that order. */
export const table: Row[] = [];

/** Names an op by its schema. `define` says what it does; the two are apart so that rules can refer to any op, their own too. */
export function declare<S extends string>(text: S): Op<S> {
  let own: OpDef | null = null;
  const op = ((...args: unknown[]) => {
    own ??= op.def!;
    const { params } = own.schema;
    const scalar = op.twin !== null && isNumber(args[1]);
    for (let i = 0; i < params.length; i++) {
      const given = args[i];
      if (given === undefined) args[i] = params[i]!.fallback;
      else if (!scalar && params[i]!.type === 'Tensor' && isNumber(given)) args[i] = wrapNumber(given);
    }
    return dispatch(scalar ? op.twin! : own, args);
  }) as unknown as Op<S> & { schema: S };
  op.schema = text;
  op.row = null;
  Object.defineProperty(op, 'def', { get: () => op.row?.def ?? null });
  op.twin = null;
  return op;
}

const isNumber = (arg: unknown): arg is Scalar => typeof arg !== 'object' || arg instanceof Complex;

/** Fills in the op's row. */
export function define<S extends string>(op: Op<S>, definition: Definition<S>): void {
  const name = schemaName(op.schema);
  const publicName = publicNameOf(name, definition.variants?.namespace ?? 'torch');
  const variants: Variants = { namespace: 'torch', method: true, ...definition.variants };
  op.row = new Row(name, publicName, variants, () => makeDef(op.schema, publicName, variants, definition));
  table.push(op.row);
}

function makeDef<S extends string>(text: S, publicName: string, variants: Variants, definition: Definition<S>): OpDef {
  const schema = parseSchema(text);
  const gradients = Object.entries(definition.gradients ?? {}) as [string, Gradient<S>][];
  const positions = gradients.map(([name]) => schema.params.findIndex((param) => param.name === name));
  if (positions.includes(-1)) throw new Error(`a gradient for what is not a parameter: ${text}`);
  return {
    name: schema.name,
    publicName,
    schema,
    variants,
    nodeName: definition.node ?? defaultNodeName(schema.name),
    inplaceNodeName: definition.inplaceNode ?? definition.node ?? defaultNodeName(schema.name),
    checkInplace: (definition.checkInplace as unknown as OpDef['checkInplace'] | undefined) ?? null,
    resizes: definition.resizes ?? false,
    view: definition.view ?? false,
    lazy: definition.lazy ?? false,
    composite: definition.composite ?? false,
    layout: layoutOf(schema.name),
    kernel: definition.kernel as unknown as OpDef['kernel'],
    inputs: positions,
    inputNames: gradients.map(([name]) => name),
    formulas: gradients.map(([input, gradient]) => ({ input, formula: gradient.formula })),
    rules: gradients.map(([, gradient]) => gradient.rule as unknown as Rule),
    ruleOrder: gradients.map((_, i) => i).sort((a, b) => (gradients[a]![0] < gradients[b]![0] ? -1 : 1)),
    joint: (definition.joint as unknown as JointRule<string> | undefined) ?? null,
    differentiable: definition.differentiable ?? null,
    out: definition.out ?? {},
    names: definition.names ?? false,
    realGradients: definition.realGradients ?? false,
    python: definition.python ?? false,
    slots: saveSlots(schema, gradients),
    keepsArgs: schema.params.some((param) => param.type !== 'Tensor'),
    Saved: savedClass(schema),
  };
}

/** Another name for an op, and where it lives: `torch.absolute` is `torch.abs`. All overloads that are defined so far go along. */
export function alias(op: { readonly row: Row | null }, publicName: string, variants: Variants = {}): void {
  const { name, publicName: own } = op.row!;
  for (const row of table.filter((one) => one.name === name && one.publicName === own)) {
    const its: Variants = { ...row.variants, operators: [], attribute: false, ...variants };
    table.push(new Row(name, publicName, its, () => ({ ...row.def, publicName, variants: its })));
  }
}

function publicNameOf(name: string, namespace: Namespace | null): string {
  const prefix = `${namespace}_`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** `log_softmax` -> `LogSoftmaxBackward0`. */
function defaultNodeName(name: string): string {
  const camel = name.replace(/(^|_)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
  return `${camel}Backward0`;
}

/** What rules say that they read; and all tensors that have no gradient, such as masks and indices. */
function saveSlots<S extends string>(schema: Schema, gradients: readonly [string, Gradient<S>][]): SaveSlot[] {
  const slots = new Map<string, number[]>();
  gradients.forEach(([, gradient], i) => {
    for (const name of (gradient.saves ?? []) as readonly string[]) {
      slots.set(name, [...(slots.get(name) ?? []), i]);
    }
  });
  const all = gradients.map((_, i) => i);
  for (const { name, type } of schema.params) {
    if (type === 'Tensor' && !gradients.some(([input]) => input === name)) slots.set(name, all);
  }
  return [...slots]
    .map(([name, neededBy]) => {
      const position = schema.params.findIndex((param) => param.name === name);
      return { name, neededBy, position };
    })
    .sort((a, b) => place(a) - place(b));
}

/** PyTorch keeps arguments in the order of the schema, then results. */
const place = ({ position }: SaveSlot): number => (position < 0 ? Number.POSITIVE_INFINITY : position);

/** What a rule reads its arguments from: a getter per parameter, which checks what it unpacks. */
function savedClass(schema: Schema): OpDef['Saved'] {
  class Saved extends SavedArgs {}
  schema.params.forEach((param, position) => {
    Object.defineProperty(Saved.prototype, param.name, {
      get(this: SavedArgs) {
        return param.type === 'Tensor' ? this.unpackArg(param.name) : this.node.args[position];
      },
    });
  });
  return Saved;
}
