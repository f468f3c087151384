import { createBudget, VALUE_BUDGET } from './budget.ts';
import { notEnded, outsidePass, repeatedId, unknownId, unknownKind } from './errors.ts';
import type { RawValue, TraceEvent } from './events.ts';
import {
  type Binding,
  type Call,
  type Output,
  type Pass,
  type RunError,
  type Source,
  TRACE_VERSION,
  type Trace,
  type TraceNode,
  type TraceTensor,
  type Value,
} from './model.ts';
import { createRegister, type Stretches } from './register.ts';
import { connected, summaryOf } from './summary.ts';
import { toValue } from './value.ts';

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { kind: K }>;

/** Makes a `Trace` of events, one at a time. */
export interface Fold {
  /** Throws a `TraceError` where the event does not fit what came before; the trace is then as if it had not come. */
  push(event: TraceEvent): void;
  /** The trace so far. What is pushed later does not show in it. */
  trace(): Trace;
}

export interface FoldOptions {
  readonly runtime?: 'embedded' | 'pytorch';
  /** Elements of values that are spelled out before the oldest lose their data. */
  readonly budget?: number;
}

export function createFold(file: string, argv: readonly string[], options: FoldOptions = {}): Fold {
  const runtime: Trace['runtime'] = { kind: options.runtime ?? 'embedded', torch: '', python: '' };
  const sites = new Map<number, Source>();
  const stacks = new Map<string, Source[]>();
  const stretches: Stretches = { now: 0, forgotten: new Set() };
  const tensors = createRegister<TraceTensor>('tensor', stretches);
  const nodes = createRegister<TraceNode>('node', stretches);
  /** A tensor comes before the node that made it: what waits for which node. */
  const waiting = new Map<number, { gradFn: number | null }[]>();
  const passes: Pass[] = [];
  const open: Pass[] = [];
  let bindings: Binding[] = [];
  let calls: Call[] = [];
  const output: Output[] = [];
  const budget = createBudget(options.budget ?? VALUE_BUDGET, stretches);
  const keep = budget.note;
  /** Where on the run's clock each stretch that is not forgotten ended, and which passes and updates it has. */
  const ended = new Map<number, Stretch>();
  let current = newStretch(0);
  /** The passes of the stretch that has ended last. */
  let recent: readonly Pass[] = [];
  let error: RunError | null = null;
  let at = 0;

  /** A total table: the compiler tells when an event has no handler. */
  const handlers: { readonly [K in TraceEvent['kind']]: (event: Of<K>) => void } = {
    start({ torch, python }) {
      runtime.torch = torch;
      runtime.python = python;
    },
    site({ id, source }) {
      if (sites.has(id)) throw repeatedId('site', id);
      sites.set(id, source);
    },
    tensor: addTensor,
    flags: setFlags,
    update: addUpdate,
    node: addNode,
    pass: beginPass,
    step: addStep,
    accumulate: addAccumulation,
    passEnd({ kind, error, ms }) {
      const pass = openPass(kind);
      pass.error = error;
      pass.summary = summaryOf(pass, ms, (root) => tensors.find(root));
      open.pop();
      if (open.length === 0) endStretch();
    },
    moved: addMovements,
    forget,
    grad(event) {
      const source = sourceOf(event.site, event.kind);
      const tensor = tensorOf(event.tensor, event.kind);
      tensor.grad = event.value === null ? null : toValue(event.value);
      tensor.gradChanges.push({ at, source, value: tensor.grad === null ? null : keep({ ...tensor.grad }) });
      current.updated.add(tensor);
    },
    call({ kind, name, object, tensors, text, site }) {
      for (const tensor of tensors) tensorOf(tensor, kind);
      calls.push({ at, name, object, tensors, text, source: sourceOf(site, kind) });
    },
    bind: addBinding,
    output({ kind, stream, text, site }) {
      output.push({ stream, text, source: sourceOf(site, kind) });
    },
    error: setError,
  };

  function addTensor(event: Of<'tensor'>): void {
    const { id, dtype, requiresGrad, isLeaf, gradFn, origin } = event;
    const isNew = tensors.isNew(id);
    const source = sourceOf(event.site, event.kind);
    for (const input of origin?.inputs ?? []) tensorOf(input, event.kind);
    const value = toValue(event.value);
    const tensor: TraceTensor = {
      id,
      name: null,
      names: [],
      shape: value.shape,
      dtype,
      requiresGrad,
      isLeaf,
      gradFn: null,
      origin,
      source,
      at,
      value: isLeaf ? value : keep(value),
      updates: [],
      grad: null,
      flagChanges: [],
      gradChanges: [],
    };
    if (!isNew) return;
    tensors.add(id, tensor);
    linkGradFn(tensor, gradFn);
  }

  function setFlags(event: Of<'flags'>): void {
    const { requiresGrad, isLeaf } = event;
    const source = sourceOf(event.site, event.kind);
    const tensor = tensorOf(event.tensor, event.kind);
    Object.assign(tensor, { requiresGrad, isLeaf });
    tensor.flagChanges.push({ at, requiresGrad, isLeaf, source });
  }

  function addUpdate(event: Of<'update'>): void {
    const tensor = tensorOf(event.tensor, event.kind);
    const source = sourceOf(event.site, event.kind);
    const value = keep(toValue(event.value));
    const update = { at, op: event.op, version: event.version, gradFn: null, source, value };
    tensor.updates.push(update);
    current.updated.add(tensor);
    linkGradFn(update, event.gradFn);
    if (event.gradFn === null) return;
    tensor.isLeaf = false;
    tensor.requiresGrad = true;
  }

  function linkGradFn(owner: { gradFn: number | null }, node: number | null): void {
    if (node === null) return;
    if (nodes.find(node) !== undefined) owner.gradFn = node;
    else if (!waiting.get(node)?.push(owner)) waiting.set(node, [owner]);
  }

  function addNode(event: Of<'node'>): void {
    const { kind, id, name, op, inputs, inputNames, outputs, next, saved, formulas, module, moduleCall } = event;
    const isNew = nodes.isNew(id);
    const stack = stackOf(event);
    for (const input of inputs) if (input !== null) tensorOf(input, kind);
    for (const output of outputs) tensorOf(output, kind);
    for (const { tensor } of saved) if (tensor !== null) tensorOf(tensor, kind);
    for (const edge of next) if (edge !== null) nodes.get(edge.node, kind);
    if (!isNew) return;
    const source = stack[0] ?? null;
    const node = {
      id,
      name,
      op,
      inputs,
      inputNames,
      outputs,
      next,
      saved,
      formulas,
      module,
      moduleCall,
      source,
      stack,
      at,
    };
    nodes.add(id, node);
    const owners = waiting.get(id);
    if (owners === undefined) return;
    for (const owner of owners) owner.gradFn = id;
    waiting.delete(id);
  }

  /** One list for all nodes of a place. */
  function stackOf({ kind, stack: ids }: Of<'node'>): Source[] {
    const key = ids.join();
    let stack = stacks.get(key);
    if (stack === undefined) {
      stack = ids.map((id) => known(sites, id, 'site', kind));
      stacks.set(key, stack);
    }
    return stack;
  }

  function beginPass(event: Of<'pass'>): void {
    for (const root of event.roots) tensorOf(root, event.kind);
    const pass: Pass = {
      index: passes.length,
      kind: event.pass,
      source: sourceOf(event.site, event.kind),
      at,
      roots: event.roots,
      gradients: event.gradients.map(optional),
      retainGraph: event.retainGraph,
      createGraph: event.createGraph,
      steps: [],
      accumulations: [],
      error: null,
      summary: null,
      whole: true,
    };
    passes.push(pass);
    open.push(pass);
    current.passes.push(pass);
  }

  function addStep(event: Of<'step'>): void {
    const pass = openPass(event.kind);
    nodes.get(event.node, event.kind);
    const gradOutputs = event.gradOutputs.map(optional);
    pass.steps.push({ node: event.node, gradOutputs, gradInputs: event.gradInputs.map(optional) });
  }

  function addAccumulation(event: Of<'accumulate'>): void {
    const pass = openPass(event.kind);
    const tensor = tensorOf(event.tensor, event.kind);
    const before = optional(event.before);
    const incoming = keep(toValue(event.incoming));
    const after = toValue(event.after);
    pass.accumulations.push({ tensor: event.tensor, before, incoming, after: keep({ ...after }) });
    tensor.grad = after;
  }

  function addBinding(event: Of<'bind'>): void {
    const tensor = tensorOf(event.tensor, event.kind);
    const source = known(sites, event.site, 'site', event.kind);
    if (!tensor.names.includes(event.name)) tensor.names.push(event.name);
    tensor.name ??= event.name;
    bindings.push({ name: event.name, scope: event.scope, source, tensor: event.tensor, at });
  }

  /** A trace that was handed out has the summary as it was. */
  function addMovements({ kind, leaves: moved }: Of<'moved'>): void {
    const ratios = new Map(moved.map(({ tensor, ratio }) => [tensorOf(tensor, kind).id, ratio]));
    for (const pass of recent) {
      const { summary } = pass;
      if (summary === null) continue;
      const leaves = summary.leaves.map((leaf) => ({ ...leaf, ratio: ratios.get(leaf.tensor) ?? leaf.ratio }));
      pass.summary = { ...summary, leaves };
    }
  }

  function setError(event: Of<'error'>): void {
    const { kind, ...rest } = event;
    if (rest.node !== null) nodes.get(rest.node, kind);
    error = rest;
  }

  const tensorOf = (id: number, event: string): TraceTensor => tensors.get(id, event);
  const sourceOf = (site: number | null, event: string): Source | null =>
    site === null ? null : known(sites, site, 'site', event);
  const optional = (raw: RawValue | null): Value | null => (raw === null ? null : keep(toValue(raw)));

  function openPass(event: string): Pass {
    const pass = open.at(-1);
    if (pass === undefined) throw outsidePass(event);
    return pass;
  }

  function endStretch(): void {
    current.end = at + 1;
    ended.set(stretches.now++, current);
    recent = current.passes;
    current = newStretch(current.end);
  }

  /** What remains is the summaries, the last of each tensor's updates and the last binding of each place. */
  function forget({ stretch }: Of<'forget'>): void {
    const found = ended.get(stretch);
    if (found === undefined) throw notEnded(stretch);
    ended.delete(stretch);
    stretches.forgotten.add(stretch);
    const isIn = (item: { at: number }) => item.at >= found.start && item.at < found.end;
    for (const pass of found.passes)
      Object.assign(pass, { whole: false, roots: [], gradients: [], steps: [], accumulations: [] });
    for (const tensor of found.updated)
      Object.assign(tensor, {
        updates: tensor.updates.filter((update, i, all) => i === all.length - 1 || !isIn(update)),
        gradChanges: tensor.gradChanges.filter((change, i, all) => i === all.length - 1 || !isIn(change)),
      });
    const last = new Map(bindings.map((binding) => [binding.source, binding]));
    bindings = bindings.filter((binding) => !isIn(binding) || last.get(binding.source) === binding);
    calls = calls.filter((call) => call.tensors.length > 0 || !isIn(call));
    for (const id of calls.flatMap(({ tensors: held }) => held)) tensors.pin(id);
    for (const binding of bindings) if (isIn(binding)) tensors.pin(binding.tensor);
    budget.forget(stretch);
    tensors.forget(stretch);
    nodes.forget(stretch);
  }

  /** A leaf that came and went is not in the trace; its row of a summary goes with it. */
  function copyPass(pass: Pass): Pass {
    const { summary, whole } = pass;
    const rest = { steps: [...pass.steps], accumulations: [...pass.accumulations] };
    if (whole || summary === null) return { ...pass, ...rest };
    const leaves = summary.leaves.filter(({ tensor }) => tensors.find(tensor) !== undefined);
    return { ...pass, ...rest, summary: { ...summary, leaves } };
  }

  return {
    push(event) {
      if (!Object.hasOwn(handlers, event.kind)) throw unknownKind(event.kind);
      (handlers[event.kind] as (event: TraceEvent) => void)(event);
      at++;
    },
    trace: () => ({
      version: TRACE_VERSION,
      runtime: { ...runtime },
      file,
      argv: [...argv],
      ...connected(tensors.values().map(copyTensor), nodes.values(), stretches.forgotten.size > 0),
      passes: passes.map(copyPass),
      bindings: [...bindings],
      calls: [...calls],
      output: [...output],
      findings: [],
      error,
    }),
  };
}

/** What is needed to forget a stretch. */
interface Stretch {
  readonly start: number;
  end: number;
  readonly passes: Pass[];
  readonly updated: Set<TraceTensor>;
}

const newStretch = (start: number): Stretch => ({ start, end: start, passes: [], updated: new Set() });

function known<T>(map: ReadonlyMap<number, T>, id: number, kind: string, event: string): T {
  const found = map.get(id);
  if (found === undefined) throw unknownId(kind, id, event);
  return found;
}

const copyTensor = (tensor: TraceTensor): TraceTensor => ({
  ...tensor,
  names: [...tensor.names],
  updates: tensor.updates.map((update) => ({ ...update })),
  flagChanges: [...tensor.flagChanges],
  gradChanges: [...tensor.gradChanges],
});
