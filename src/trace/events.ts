/**
 * The events that stream out of a runtime while a program runs; `fold` turns them into a `Trace`.
 *
 * Sources are sent once (`site`) and named by number after. A `RawValue` leaves out what the reader can compute.
 */
import * as v from 'valibot';
import { Edge, Element, Formula, Frame, Saved, Source, Stats } from './model.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const id = count;
const site = v.nullable(id);

/** A value on the wire: flat `data` in row-major order for small tensors (the reader computes stats), else stats and preview. */
export const RawValue = v.object({
  shape: v.array(count),
  dtype: v.string(),
  data: v.optional(v.array(Element)),
  stats: v.optional(Stats),
  preview: v.optional(v.object({ head: v.array(Element), tail: v.array(Element) })),
  ref: v.optional(id),
});
export type RawValue = v.InferOutput<typeof RawValue>;

export const TraceEvent = v.variant('kind', [
  v.object({ kind: v.literal('start'), torch: v.string(), python: v.string() }),
  v.object({ kind: v.literal('site'), id, source: Source }),
  v.object({
    kind: v.literal('tensor'),
    id,
    dtype: v.string(),
    requiresGrad: v.boolean(),
    isLeaf: v.boolean(),
    gradFn: v.nullable(id),
    origin: v.nullable(v.object({ op: v.string(), inputs: v.array(id) })),
    site,
    value: RawValue,
  }),
  /** `requires_grad_()`, `retain_grad()` and the like changed what a tensor is. */
  v.object({ kind: v.literal('flags'), tensor: id, requiresGrad: v.boolean(), isLeaf: v.boolean(), site }),
  v.object({
    kind: v.literal('update'),
    tensor: id,
    op: v.string(),
    version: count,
    gradFn: v.nullable(id),
    site,
    value: RawValue,
  }),
  v.object({
    kind: v.literal('node'),
    id,
    name: v.string(),
    op: v.nullable(v.string()),
    inputs: v.array(v.nullable(id)),
    inputNames: v.array(v.string()),
    outputs: v.array(id),
    next: v.array(v.nullable(Edge)),
    saved: v.array(Saved),
    formulas: v.array(Formula),
    module: v.nullable(v.string()),
    moduleCall: v.nullable(count),
    stack: v.array(id),
  }),
  v.object({
    kind: v.literal('pass'),
    pass: v.picklist(['backward', 'grad']),
    roots: v.array(id),
    gradients: v.array(v.nullable(RawValue)),
    retainGraph: v.boolean(),
    createGraph: v.boolean(),
    site,
  }),
  v.object({
    kind: v.literal('step'),
    node: id,
    gradOutputs: v.array(v.nullable(RawValue)),
    gradInputs: v.array(v.nullable(RawValue)),
  }),
  v.object({
    kind: v.literal('accumulate'),
    tensor: id,
    before: v.nullable(RawValue),
    incoming: RawValue,
    after: RawValue,
  }),
  /** `ms`: how long the pass took; null where no clock is. */
  v.object({ kind: v.literal('passEnd'), error: v.nullable(v.string()), ms: v.nullable(v.number()) }),
  /** Between the last pass that is in no other and the next, leaves that got a gradient in it moved by so much: |Δw| / |w|. */
  v.object({ kind: v.literal('moved'), leaves: v.array(v.object({ tensor: id, ratio: v.nullable(v.number()) })) }),
  /** Of a long run: of the stretch that ended with the n-th pass that is in no other (from 0), statistics are enough. */
  v.object({ kind: v.literal('forget'), stretch: count }),
  /** `.grad` was assigned, cleared or changed in place by the program. */
  v.object({ kind: v.literal('grad'), tensor: id, value: v.nullable(RawValue), site }),
  /** A call that is no operation: of an optimizer's method, say. */
  v.object({ kind: v.literal('call'), name: v.string(), object: id, tensors: v.array(id), text: v.string(), site }),
  v.object({ kind: v.literal('bind'), name: v.string(), scope: v.string(), site: id, tensor: id }),
  v.object({ kind: v.literal('output'), stream: v.picklist(['stdout', 'stderr']), text: v.string(), site }),
  v.object({
    kind: v.literal('error'),
    type: v.string(),
    message: v.string(),
    frames: v.array(Frame),
    node: v.nullable(id),
    traceback: v.string(),
    notes: v.array(v.string()),
  }),
]);
export type TraceEvent = v.InferOutput<typeof TraceEvent>;
