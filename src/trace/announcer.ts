import type { GraphNode, Tensor } from '../engine/index.ts';
import type { RawValue, TraceEvent } from './events.ts';
import { Known } from './known.ts';
import { savedOf } from './saved.ts';

/** Where the program stands. */
export interface Standing {
  site: number | null;
  stack: number[];
  readonly running: () => Running;
}

/** The `nn.Module` whose `forward` runs, by its path from the outermost one, and which of its calls that is, from 1. */
export interface Running {
  readonly module: string | null;
  readonly moduleCall: number | null;
}

const NOTHING: Running = { module: null, moduleCall: null };
export const nothingRuns = (): Running => NOTHING;

/** Tells of each tensor and each node once, before anything refers to it. */
export interface Announcer {
  tensor(tensor: Tensor, op: string, inputs: readonly Tensor[]): void;
  node(node: GraphNode, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[]): void;
  /** For what the engine made for itself, and did not tell of, until something refers to it. */
  ensure(tensor: Tensor): void;
  ensureNode(node: GraphNode): void;
  /** That one tensor is the `.grad` of another. */
  isGradOf(grad: Tensor, leaf: Tensor): void;
  /** Whose `.grad` a tensor is at present. */
  leafOf(grad: Tensor): Tensor | null;
  /** From now on another stretch of the run (register.ts). */
  next(): void;
  /** What was told of in that stretch is told of again before anything refers to it. */
  forget(stretch: number): void;
}

type Origin = Extract<TraceEvent, { kind: 'tensor' }>['origin'];

export function createAnnouncer(
  emit: (event: TraceEvent) => void,
  snapshot: (tensor: Tensor) => RawValue,
  standing: Readonly<Standing>,
): Announcer {
  const tensors = new Known();
  const nodes = new Known();
  const leaves = new WeakMap<Tensor, Tensor>();

  function announce(tensor: Tensor, origin: Origin): void {
    // Asking a view for its history may announce it.
    const { id, requiresGrad, gradFn } = tensor;
    if (tensors.has(id)) return;
    tensors.add(id);
    emit({
      kind: 'tensor',
      id,
      dtype: tensor.dtype.name,
      requiresGrad,
      isLeaf: gradFn === null,
      gradFn: gradFn === null ? null : gradFn.id,
      origin,
      site: standing.site,
      value: snapshot(tensor),
    });
  }

  function ensure(tensor: Tensor): void {
    if (tensors.has(tensor.id)) return;
    const leaf = leafOf(tensor);
    announce(tensor, leaf === null ? null : { op: 'grad', inputs: [leaf.id] });
  }

  function leafOf(grad: Tensor): Tensor | null {
    const leaf = leaves.get(grad);
    return leaf?.grad === grad && tensors.has(leaf.id) ? leaf : null;
  }

  /** Inputs first, by a loop: a graph can be as deep as a program is long. */
  function ensureNode(node: GraphNode): void {
    const missing = nodes.has(node.id) ? [] : [node];
    for (let last = missing.at(-1); last !== undefined; last = missing.at(-1)) {
      const before = missing.length;
      for (const edge of last.next) if (edge !== null && !nodes.has(edge.node.id)) missing.push(edge.node);
      if (missing.length > before) continue;
      missing.pop();
      if (!nodes.has(last.id)) announceNode(last, inputsOf(last), []);
    }
  }

  function announceNode(node: GraphNode, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[]): void {
    nodes.add(node.id);
    for (const input of inputs) if (input !== null) ensure(input);
    outputs.forEach(ensure);
    const { id, name, op } = node;
    const { module, moduleCall } = standing.running();
    emit({
      kind: 'node',
      id,
      name,
      op: op === null ? null : op.name,
      inputs: inputs.map((tensor) => (tensor === null ? null : tensor.id)),
      inputNames: node.inputNames as string[],
      outputs: outputs.map((tensor) => tensor.id),
      next: node.next.map((edge) => (edge === null ? null : { node: edge.node.id, index: edge.index })),
      saved: savedOf(node, ensure),
      formulas: op === null ? NO_FORMULAS : (op.formulas as { input: string; formula: string }[]),
      module,
      moduleCall,
      stack: standing.stack,
    });
  }

  return {
    tensor(tensor, op, inputs) {
      if (tensors.has(tensor.id)) return;
      inputs.forEach(ensure);
      announce(tensor, { op, inputs: inputs.map((input) => input.id) });
    },
    node(node, inputs, outputs) {
      if (nodes.has(node.id)) return;
      for (const edge of node.next) if (edge !== null) ensureNode(edge.node);
      announceNode(node, inputs, outputs);
    },
    ensure,
    ensureNode,
    isGradOf(grad, leaf) {
      leaves.set(grad, leaf);
    },
    leafOf,
    next() {
      tensors.next();
      nodes.next();
    },
    forget(stretch) {
      tensors.forget(stretch);
      nodes.forget(stretch);
    },
  };
}

const NO_FORMULAS: { input: string; formula: string }[] = [];

/** All that is known of the inputs of a node that was not made by an op call. */
const inputsOf = (node: GraphNode): (Tensor | null)[] =>
  node.variable === null ? node.next.map((edge) => edge?.node.variable ?? null) : [node.variable];
