/**
 * The trace: the contract between everything that runs programs and everything that shows them.
 *
 * A `Trace` is what `backpass run FILE --trace OUT.json` writes. Field names are stable: add, don't rename.
 * Lines count from 1, columns from 0 in UTF-16 code units. Ids are small non-negative integers, unique per kind.
 * `at` is a position on the run's clock: the number of events that were recorded before.
 */
import * as v from 'valibot';

export const TRACE_VERSION = 1;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const id = count;
const shape = v.array(count);

/** A range of the user's text. `file` is an absolute path or an untitled document's URI, as the program was given. */
export const Source = v.object({ file: v.string(), line: count, column: count, endLine: count, endColumn: count });
export type Source = v.InferOutput<typeof Source>;

/**
 * One element. JSON has no nan, inf, negative zero, large integer or complex number, so these are strings:
 * 'nan', 'inf', '-inf', '-0', '9223372036854775807', '1+2j'.
 */
export type Element = number | boolean | string;
export const Element: v.GenericSchema<Element> = v.union([v.number(), v.boolean(), v.string()]);

/** Nested lists by dimension; a 0-d tensor is a bare element. */
export type Nested = Element | readonly Nested[];
export const Nested: v.GenericSchema<Nested> = v.lazy(() => v.union([Element, v.array(Nested)]));

/**
 * min, max, mean, std and norm (Euclidean) are those of the finite elements; null where there is none or a sum overflows.
 * `std` divides by n (population).
 */
export const Stats = v.object({
  min: v.nullable(v.number()),
  max: v.nullable(v.number()),
  mean: v.nullable(v.number()),
  std: v.nullable(v.number()),
  norm: v.nullable(v.number()),
  zeros: count,
  nans: count,
  infs: count,
});
export type Stats = v.InferOutput<typeof Stats>;

/**
 * What a tensor held at the moment of the event. `data` is there for up to `DATA_LIMIT` elements,
 * `preview` (the first and last three, flattened) for more and for what lost its data. `ref` names the full value where a runtime keeps it.
 */
export const DATA_LIMIT = 64;
export const Value = v.object({
  shape,
  dtype: v.string(),
  stats: Stats,
  data: v.optional(Nested),
  preview: v.optional(v.object({ head: v.array(Element), tail: v.array(Element) })),
  ref: v.nullable(id),
});
export type Value = v.InferOutput<typeof Value>;

/** How a tensor came to be: the operation and the tensors it was given, also where nothing is differentiated. `grad`: it is its input's `.grad`. */
export const Origin = v.object({ op: v.string(), inputs: v.array(id) });
export type Origin = v.InferOutput<typeof Origin>;

/** A change in place of a tensor that exists. */
export const Update = v.object({
  at: count,
  op: v.string(),
  version: count,
  gradFn: v.nullable(id),
  source: v.nullable(Source),
  value: Value,
});
export type Update = v.InferOutput<typeof Update>;

/** `requires_grad_()`, or another attribute that changes what a tensor is. */
export const FlagChange = v.object({
  at: count,
  requiresGrad: v.boolean(),
  isLeaf: v.boolean(),
  source: v.nullable(Source),
});
export type FlagChange = v.InferOutput<typeof FlagChange>;

/** The program assigned `.grad`, cleared it (null) or changed it in place. */
export const GradChange = v.object({ at: count, source: v.nullable(Source), value: v.nullable(Value) });
export type GradChange = v.InferOutput<typeof GradChange>;

export const TraceTensor = v.object({
  id,
  /** The first name that the program gave it. */
  name: v.nullable(v.string()),
  names: v.array(v.string()),
  shape,
  dtype: v.string(),
  requiresGrad: v.boolean(),
  isLeaf: v.boolean(),
  gradFn: v.nullable(id),
  origin: v.nullable(Origin),
  source: v.nullable(Source),
  at: count,
  /** At creation; what later in-place operations made of it is in `updates`. */
  value: Value,
  updates: v.array(Update),
  /** `.grad` when the run ended. */
  grad: v.nullable(Value),
  flagChanges: v.optional(v.array(FlagChange), []),
  /** What the program did to `.grad`, in order; what passes do is in `accumulations`. */
  gradChanges: v.optional(v.array(GradChange), []),
});
export type TraceTensor = v.InferOutput<typeof TraceTensor>;

/** Where a node sends its i-th contribution: the node and which of that node's outputs it is the gradient of. */
export const Edge = v.object({ node: id, index: count });
export type Edge = v.InferOutput<typeof Edge>;

/** What a node keeps for backward: a tensor (with the version it had) or any other argument, as Python would print it. */
export const Saved = v.object({
  name: v.string(),
  tensor: v.nullable(id),
  version: v.nullable(count),
  text: v.nullable(v.string()),
});
export type Saved = v.InferOutput<typeof Saved>;

/** The local derivative of one input, e.g. {input: 'self', formula: '∂L/∂self = upstream · other'}. */
export const Formula = v.object({ input: v.string(), formula: v.string() });
export type Formula = v.InferOutput<typeof Formula>;

/** A backward function. An `AccumulateGrad` has op null, its leaf as the only input, and no `next`. */
export const TraceNode = v.object({
  id,
  name: v.string(),
  op: v.nullable(v.string()),
  inputs: v.array(v.nullable(id)),
  /** The schema's name of each entry of `next`, e.g. ['self', 'other']. */
  inputNames: v.array(v.string()),
  outputs: v.array(id),
  next: v.array(v.nullable(Edge)),
  saved: v.array(Saved),
  formulas: v.array(Formula),
  /** The module that ran, by its path from the outermost one (`encoder.layers.0`), and which of its calls that was, from 1. */
  module: v.nullable(v.string()),
  moduleCall: v.nullable(count),
  source: v.nullable(Source),
  /** Innermost call first; the first entry is `source`. */
  stack: v.array(Source),
  at: count,
});
export type TraceNode = v.InferOutput<typeof TraceNode>;

/** One node's turn in a pass. `gradInputs[i]` is the contribution sent along `next[i]`. */
export const Step = v.object({
  node: id,
  gradOutputs: v.array(v.nullable(Value)),
  gradInputs: v.array(v.nullable(Value)),
});
export type Step = v.InferOutput<typeof Step>;

/** after = before + incoming; `before` is null where `.grad` was None. */
export const Accumulation = v.object({ tensor: id, before: v.nullable(Value), incoming: Value, after: Value });
export type Accumulation = v.InferOutput<typeof Accumulation>;

/** A leaf's row of a pass. */
export const LeafSummary = v.object({
  tensor: id,
  /** The Euclidean norm of its `.grad` after the pass; null where that is not finite. */
  norm: v.nullable(v.number()),
  /** How far it was moved before the next pass, by its own norm: |Δw| / |w|. Null: it was not, or the norm is 0. */
  ratio: v.optional(v.nullable(v.number()), null),
});
export type LeafSummary = v.InferOutput<typeof LeafSummary>;

/** What remains of every pass, however long a run is. */
export const PassSummary = v.object({
  /** What the roots held: null where a root is not one real number. */
  roots: v.array(v.nullable(Element)),
  leaves: v.array(LeafSummary),
  /** How long the pass took, in milliseconds; null where no clock was. */
  ms: v.nullable(v.number()),
});
export type PassSummary = v.InferOutput<typeof PassSummary>;

/** One call of `backward()` or `autograd.grad()`. */
export const Pass = v.object({
  index: count,
  kind: v.picklist(['backward', 'grad']),
  source: v.nullable(Source),
  at: count,
  roots: v.array(id),
  /** What enters at each root: the caller's `gradient`, or the implicit 1 of a scalar (null when the pass failed before). */
  gradients: v.array(v.nullable(Value)),
  retainGraph: v.boolean(),
  createGraph: v.boolean(),
  /** In the order of execution. */
  steps: v.array(Step),
  accumulations: v.array(Accumulation),
  error: v.nullable(v.string()),
  /** Null while the pass runs. */
  summary: v.optional(v.nullable(PassSummary), null),
  /** Whether its steps and accumulations are there: of a long run, most passes keep their summary alone. */
  whole: v.optional(v.boolean(), true),
});
export type Pass = v.InferOutput<typeof Pass>;

/** That a name (`x`, `self.fc.weight`, `params[0]`) held a tensor from `at` on. `scope` is '' at module level, else the function's qualified name. */
export const Binding = v.object({ name: v.string(), scope: v.string(), source: Source, tensor: id, at: count });
export type Binding = v.InferOutput<typeof Binding>;

/**
 * A call that is no operation. `optimizer`: a group of parameters (`tensors`) was given to an optimizer, `text` is its class and settings;
 * `step` and `zero_grad` of one. `object` tells one optimizer from another.
 */
export const Call = v.object({
  at: count,
  name: v.string(),
  object: id,
  tensors: v.array(id),
  text: v.string(),
  source: v.nullable(Source),
});
export type Call = v.InferOutput<typeof Call>;

/** Bytes that are not UTF-8 stand as lone surrogates U+DC80..U+DCFF, as in Python's surrogateescape. */
export const Output = v.object({
  stream: v.picklist(['stdout', 'stderr']),
  text: v.string(),
  source: v.nullable(Source),
});
export type Output = v.InferOutput<typeof Output>;

export const Frame = v.object({ source: Source, name: v.string() });
export type Frame = v.InferOutput<typeof Frame>;

/** An uncaught exception. `frames` are the user's, outermost first; `node` is the backward function that failed or could not start. */
export const RunError = v.object({
  type: v.string(),
  message: v.string(),
  frames: v.array(Frame),
  node: v.nullable(id),
  traceback: v.string(),
  /** What was added to the exception (PEP 678): what to do about it. */
  notes: v.optional(v.array(v.string()), []),
});
export type RunError = v.InferOutput<typeof RunError>;

/** Filled by the doctor; empty from a runtime. */
export const Finding = v.object({
  code: v.string(),
  severity: v.picklist(['error', 'warning', 'hint']),
  message: v.string(),
  source: v.nullable(Source),
});
export type Finding = v.InferOutput<typeof Finding>;

export const Trace = v.object({
  version: v.literal(TRACE_VERSION),
  runtime: v.object({ kind: v.picklist(['embedded', 'pytorch']), torch: v.string(), python: v.string() }),
  file: v.string(),
  argv: v.array(v.string()),
  tensors: v.array(TraceTensor),
  nodes: v.array(TraceNode),
  passes: v.array(Pass),
  bindings: v.array(Binding),
  calls: v.optional(v.array(Call), []),
  output: v.array(Output),
  findings: v.array(Finding),
  error: v.nullable(RunError),
});
export type Trace = v.InferOutput<typeof Trace>;
