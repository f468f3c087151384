import type { GraphNode, Observer, PassInfo, Tensor } from '../engine/index.ts';
import type { RawValue, TraceEvent } from './events.ts';
import type { Frame, Source } from './model.ts';
import { savedOf } from './saved.ts';
import { createSnapshots } from './snapshot.ts';

/** An exception that the program did not catch, as Python tells of it. */
export interface Uncaught {
  readonly type: string;
  readonly message: string;
  readonly frames: readonly Frame[];
  readonly traceback: string;
}

/** Watches the engine and, through the bridge, Python; everything it sees becomes an event at once. */
export interface Recorder {
  readonly observer: Observer;
  start(torch: string, python: string): void;
  /** Announces a range of the user's text under a number; every number is defined before it is used. */
  defineSite(id: number, source: Source): void;
  /** Where the program stands from now on. */
  setSite(id: number | null): void;
  /** The same with the callers, innermost first. The list is kept as it is: hand over one that does not change. */
  setStack(ids: readonly number[]): void;
  /** The `nn.Module` whose `forward` runs, by its path from the outermost one. */
  setModule(path: string | null): void;
  bind(name: string, scope: string, site: number, tensor: Tensor): void;
  output(stream: 'stdout' | 'stderr', text: string): void;
  error(error: Uncaught): void;
}

export function createRecorder(emit: (event: TraceEvent) => void): Recorder {
  const snapshot = createSnapshots();
  const optional = (tensor: Tensor | null): RawValue | null => (tensor === null ? null : snapshot(tensor));
  const tensors = new Set<number>();
  const nodes = new Set<number>();
  /** Whose memory is seen under other tensors too (views, `.detach()`, `.data`): the tensor that had it first. */
  const owners = new WeakMap<object, Tensor>();
  let site: number | null = null;
  let stack: number[] = [];
  let module: string | null = null;
  /** Until a pass runs its first node: the one that it would begin with. */
  let starting: GraphNode | null = null;
  let failed: { error: string; node: number | null } | null = null;

  function announce(tensor: Tensor, origin: { op: string; inputs: number[] } | null): void {
    // Asking a view for its history may announce it.
    const { id, requiresGrad, gradFn } = tensor;
    if (tensors.has(id)) return;
    tensors.add(id);
    const value = snapshot(tensor);
    const made = gradFn === null ? null : gradFn.id;
    emit({
      kind: 'tensor',
      id,
      dtype: tensor.dtype.name,
      requiresGrad,
      isLeaf: made === null,
      gradFn: made,
      origin,
      site,
      value,
    });
  }

  function ensure(tensor: Tensor): void {
    if (!tensors.has(tensor.id)) announce(tensor, null);
  }

  /** Nodes that the engine makes for itself, such as a rebased view's, are announced where they are first met. */
  function ensureNode(node: GraphNode): void {
    const missing = [node];
    while (missing.length > 0) {
      const next = missing.at(-1)!;
      const before = missing.length;
      for (const edge of next.next) if (edge !== null && !nodes.has(edge.node.id)) missing.push(edge.node);
      if (missing.length > before) continue;
      missing.pop();
      if (!nodes.has(next.id)) announceNode(next, inputsOf(next), []);
    }
  }

  function announceNode(node: GraphNode, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[]): void {
    nodes.add(node.id);
    for (const input of inputs) if (input !== null) ensure(input);
    for (const output of outputs) ensure(output);
    emit({
      kind: 'node',
      id: node.id,
      name: node.name,
      op: node.op === null ? null : node.op.name,
      inputs: inputs.map((tensor) => (tensor === null ? null : tensor.id)),
      inputNames: node.inputNames as string[],
      outputs: outputs.map((tensor) => tensor.id),
      next: node.next.map((edge) => (edge === null ? null : { node: edge.node.id, index: edge.index })),
      saved: savedOf(node, ensure),
      formulas: node.op === null ? NONE : (node.op.formulas as { input: string; formula: string }[]),
      module,
      stack,
    });
  }

  /** A write through a view or an alias is one to the tensor that owns the memory, too. */
  function write(tensor: Tensor, op: string): void {
    update(tensor, op);
    const owner = tensor.base ?? owners.get(tensor.storage);
    if (owner !== undefined && owner !== tensor && owner.storage === tensor.storage) update(owner, op);
  }

  function update(tensor: Tensor, op: string): void {
    ensure(tensor);
    const { id, version } = tensor;
    const gradFn = tensor.gradFn === null ? null : tensor.gradFn.id;
    emit({ kind: 'update', tensor: id, op, version, gradFn, site, value: snapshot(tensor) });
  }

  const observer: Observer = {
    tensor(tensor, op, inputs) {
      if (tensors.has(tensor.id)) return;
      for (let i = 0; i < inputs.length; i++) {
        const input = inputs[i]!;
        ensure(input);
        if (input.storage === tensor.storage && !owners.has(input.storage)) owners.set(input.storage, input);
      }
      announce(tensor, { op, inputs: inputs.map((input) => input.id) });
    },
    node(node, inputs, outputs) {
      if (nodes.has(node.id)) return;
      for (const edge of node.next) if (edge !== null && !nodes.has(edge.node.id)) ensureNode(edge.node);
      announceNode(node, inputs, outputs);
    },
    write,
    flags(tensor) {
      ensure(tensor);
      emit({ kind: 'flags', tensor: tensor.id, requiresGrad: tensor.requiresGrad, isLeaf: tensor.isLeaf });
    },
    gradChanged(tensor) {
      ensure(tensor);
      emit({ kind: 'grad', tensor: tensor.id, value: optional(tensor.grad), site });
    },
    passBegin(pass: PassInfo) {
      pass.roots.forEach(ensure);
      starting = pass.roots[0]?.gradFn ?? null;
      const { kind, retainGraph, createGraph } = pass;
      const roots = pass.roots.map((root) => root.id);
      emit({
        kind: 'pass',
        pass: kind,
        roots,
        gradients: pass.gradients.map(optional),
        retainGraph,
        createGraph,
        site,
      });
    },
    step(node, gradOutputs, gradInputs) {
      starting = null;
      ensureNode(node);
      emit({
        kind: 'step',
        node: node.id,
        gradOutputs: gradOutputs.map(optional),
        gradInputs: gradInputs.map(optional),
      });
    },
    accumulate(leaf, before, incoming, after) {
      ensure(leaf);
      emit({
        kind: 'accumulate',
        tensor: leaf.id,
        before: optional(before),
        incoming: snapshot(incoming),
        after: snapshot(after),
      });
    },
    passEnd(error, node) {
      const culprit = node ?? starting;
      if (error !== null && culprit !== null) ensureNode(culprit);
      failed = error === null ? null : { error, node: culprit === null ? null : culprit.id };
      emit({ kind: 'passEnd', error });
    },
  };

  return {
    observer,
    start: (torch, python) => emit({ kind: 'start', torch, python }),
    defineSite: (id, source) => emit({ kind: 'site', id, source }),
    setSite(id) {
      if (id === site && stack.length <= 1) return;
      site = id;
      stack = id === null ? [] : [id];
    },
    setStack(ids) {
      site = ids[0] ?? null;
      stack = ids as number[];
    },
    setModule(path) {
      module = path;
    },
    bind(name, scope, at, tensor) {
      ensure(tensor);
      emit({ kind: 'bind', name, scope, site: at, tensor: tensor.id });
    },
    output: (stream, text) => emit({ kind: 'output', stream, text, site }),
    error({ type, message, frames, traceback }) {
      const node = failed !== null && failed.error === message ? failed.node : null;
      emit({ kind: 'error', type, message, frames: [...frames], node, traceback });
    },
  };
}

const NONE: { input: string; formula: string }[] = [];

/** All that is known of the inputs of a node that was not made by an op call. */
const inputsOf = (node: GraphNode): (Tensor | null)[] =>
  node.variable === null ? node.next.map((edge) => edge?.node.variable ?? null) : [node.variable];
