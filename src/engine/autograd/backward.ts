import { context } from '../context.ts';
import { isComplex } from '../dtype.ts';
import { EngineError, runtimeError } from '../errors.ts';
import { add } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { real } from '../ops/complex.ts';
import { sumToSize } from '../ops/reduction.ts';
import { formatShape, isBroadcastableTo, sameShape } from '../shape.ts';
import { letGo, noteMade, takeBack, tidy } from '../storage.ts';
import type { Tensor } from '../tensor.ts';
import { accumulate } from './accumulate.ts';
import { refuseNan } from './anomaly.ts';
import { ReadyQueue } from './heap.ts';
import type { Edge, GraphNode, OutputMeta, PreHook, SavedTensor } from './node.ts';
import { letGoSaved, releaseSaved } from './saved.ts';

/** A pass over the graph: where it starts, and what it is for. */
export interface Task {
  readonly roots: readonly Edge[];
  readonly gradients: readonly Tensor[];
  readonly retainGraph: boolean;
  readonly createGraph: boolean;
  /** Null: all leaves accumulate. Otherwise only what leads to these runs. */
  readonly targets: readonly (Edge | null)[] | null;
  /** Whether targets' gradients are collected (`grad()`), rather than accumulated (`backward(inputs=...)`). */
  readonly capture: boolean;
}

/** Runs a pass as PyTorch's engine does, and answers with what the targets received. */
export function execute(task: Task): (Tensor | null)[] {
  const { gradEnabled, observer, passObserver, partialPass } = context;
  const visited: GraphNode[] = [];
  const outer = enter(task, visited);
  context.passObserver = observer;
  context.partialPass = task.targets !== null;
  context.gradEnabled = task.createGraph;
  if (!task.createGraph) context.observer = null;
  try {
    return run(task, visited);
  } finally {
    context.gradEnabled = gradEnabled;
    context.observer = observer;
    context.passObserver = passObserver;
    context.partialPass = partialPass;
    leave(visited, outer);
  }
}

type Scratch = readonly [number, (Tensor | null)[] | null];

/** Counts each node's incoming edges. A hook may run a pass inside a pass: what the outer one had noted is handed back. */
function enter(task: Task, visited: GraphNode[]): Map<GraphNode, Scratch> | null {
  const outer = context.passObserver !== null || context.passDepth > 0 ? new Map<GraphNode, Scratch>() : null;
  context.passDepth++;
  const seen = ++context.passStamp;
  const stack: GraphNode[] = [];
  const visit = (node: GraphNode): void => {
    if (node.stamp === seen) return;
    outer?.set(node, [node.pending, node.buffer]);
    node.stamp = seen;
    node.pending = 0;
    node.buffer = null;
    visited.push(node);
    stack.push(node);
  };
  for (const root of task.roots) visit(root.node);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const edge of node.next) {
      if (edge === null) continue;
      visit(edge.node);
      edge.node.pending++;
    }
  }
  return outer;
}

function leave(visited: readonly GraphNode[], outer: Map<GraphNode, Scratch> | null): void {
  context.passDepth--;
  for (const node of visited) {
    const scratch = outer?.get(node);
    node.pending = scratch?.[0] ?? 0;
    node.buffer = scratch?.[1] ?? null;
  }
}

function run(task: Task, visited: readonly GraphNode[]): (Tensor | null)[] {
  const captured: (Tensor | null)[] = (task.targets ?? []).map(() => null);
  const needed = task.targets === null ? null : neededNodes(task, visited);
  const ready = new ReadyQueue();
  task.roots.forEach((root, i) => {
    receive(root, fitTo(task.gradients[i]!, root.node.outputs[root.index]!, root.node, i, null));
  });
  for (const root of new Set(task.roots.map((edge) => edge.node))) if (root.pending === 0) ready.push(root);
  while (ready.size > 0) {
    const node = ready.pop();
    const arrived = node.buffer ?? node.outputs.map(() => null);
    node.buffer = null;
    if (task.capture) collect(task.targets!, node, arrived, captured);
    if (needed === null || needed.has(node)) stepTidily(node, arrived, task, ready);
  }
  return captured;
}

/** The nodes on a way to a target; with `capture` the targets themselves need not run. */
function neededNodes(task: Task, visited: readonly GraphNode[]): Set<GraphNode> {
  const targets = new Set(task.targets!.map((edge) => edge?.node));
  const reaches = new Set<GraphNode>();
  const needed = new Set<GraphNode>();
  const order = [...visited].sort((a, b) => rank(a) - rank(b));
  for (const node of order) {
    if (node.next.some((edge) => edge !== null && reaches.has(edge.node))) needed.add(node);
    if (targets.has(node) && !task.capture) needed.add(node);
    if (needed.has(node) || targets.has(node)) reaches.add(node);
  }
  return needed;
}

/** Edges lead to lower ranks: `AccumulateGrad` first, then by age. */
const rank = (node: GraphNode): number => (node.variable === null ? node.sequence : -1);

function collect(
  targets: readonly (Edge | null)[],
  node: GraphNode,
  arrived: readonly (Tensor | null)[],
  captured: (Tensor | null)[],
): void {
  targets.forEach((target, i) => {
    if (target?.node !== node) return;
    captured[i] = arrived[target.index]!;
    if (captured[i] !== null) captured[i]!.storage.shared = true;
  });
}

function stepTidily(node: GraphNode, arrived: (Tensor | null)[], task: Task, ready: ReadyQueue): void {
  const mark = noteMade();
  try {
    step(node, arrived, task, ready);
  } finally {
    tidy(mark);
  }
}

/** One node's turn. */
function step(node: GraphNode, received: (Tensor | null)[], task: Task, ready: ReadyQueue): void {
  let arrived = received;
  let gradInputs: (Tensor | null)[];
  const held = received.slice();
  const unfit: Tensor[] = [];
  try {
    if (node.hooks !== null) runHooks(node.hooks, arrived);
    for (const hook of node.preHooks) arrived = copied(hook.call(arrived)) ?? arrived;
    if (node.variable !== null) accumulate(node.variable, arrived[0]!);
    gradInputs = context.anomaly === null ? node.backward(node, arrived) : watched(node, arrived);
    for (const hook of node.postHooks) gradInputs = copied(hook.call(gradInputs, arrived)) ?? gradInputs;
    for (let i = 0; i < node.next.length; i++) {
      const edge = node.next[i]!;
      const grad = gradInputs[i]!;
      if (edge === null) gradInputs[i] = null;
      else if (grad !== null) {
        const fitted = fitTo(grad, edge.node.outputs[edge.index]!, edge.node, i, node);
        if (fitted !== grad) unfit.push(grad);
        gradInputs[i] = fitted;
      }
    }
  } catch (error) {
    if (error instanceof EngineError) error.node ??= node;
    throw error;
  }
  const freed = task.retainGraph ? [] : release(node);
  context.passObserver?.step(node, arrived, gradInputs);
  if (context.anomaly?.checkNan) refuseNan(node, gradInputs);
  forward(node, gradInputs, ready);
  if (node.hooks !== null || node.preHooks.length > 0 || node.postHooks.length > 0) share(held, arrived, gradInputs);
  // Only now: what was saved may be what is sent on.
  letGoSaved(freed);
  for (const tensor of gradInputs) if (tensor !== null) takeBack(tensor.storage);
  for (const tensor of unfit) takeBack(tensor.storage);
  for (const tensor of held) if (tensor !== null) letGo(tensor.storage);
}

/** What hooks have seen may be held by the program. */
function share(...lists: (readonly (Tensor | null)[])[]): void {
  for (const list of lists) for (const tensor of list) if (tensor !== null) tensor.storage.shared = true;
}

function runHooks(hooks: readonly PreHook[], arrived: (Tensor | null)[]): void {
  for (const hook of hooks) {
    const grad = arrived[hook.output]!;
    if (grad !== null) arrived[hook.output] = hook.call(grad) ?? grad;
  }
}

/** A node's turn in anomaly mode. */
function watched(node: GraphNode, arrived: readonly (Tensor | null)[]): (Tensor | null)[] {
  const outer = context.running;
  context.running = node;
  try {
    return node.backward(node, arrived);
  } finally {
    context.running = outer;
  }
}

const copied = <T>(given: readonly T[] | null): T[] | null => (given === null ? null : [...given]);

function release(node: GraphNode): readonly SavedTensor[] {
  const saved = releaseSaved(node);
  return node.inner === null ? saved : [...saved, ...releaseSaved(node.inner)];
}

/** Hands on what a node sends; whatever has heard from all is ready. */
function forward(node: GraphNode, gradInputs: readonly (Tensor | null)[], ready: ReadyQueue): void {
  const { next } = node;
  for (let i = 0; i < next.length; i++) {
    const edge = next[i]!;
    if (edge === null) continue;
    receive(edge, gradInputs[i]!);
    if (--edge.node.pending === 0) ready.push(edge.node);
  }
}

/** Contributions that meet are summed. */
function receive(edge: Edge, grad: Tensor | null): void {
  const { node, index } = edge;
  node.buffer ??= node.outputs.length === 1 ? [null] : node.outputs.map(() => null);
  if (grad === null) return;
  const before = node.buffer[index]!;
  const sum = before === null ? grad : add(before, grad);
  node.buffer[index] = sum;
  sum.storage.holds++;
  if (before !== null) letGo(before.storage);
}

/** Makes a gradient fit what it is the gradient of: sums what was broadcast (unbroadcast), casts what was promoted; of a real input the real part. */
function fitTo(grad: Tensor, meta: OutputMeta, target: GraphNode, index: number, from: GraphNode | null): Tensor {
  let fitted = grad;
  if (!sameShape(grad.shape, meta.shape)) {
    if (!isBroadcastableTo(meta.shape, grad.shape)) {
      throw runtimeError(
        `Function ${(from ?? target).name} returned an invalid gradient at index ${index} - got ${formatShape(grad.shape)} but expected shape compatible with ${formatShape(meta.shape)}`,
      );
    }
    fitted = sumToSize(grad, meta.shape);
  }
  if (fitted.dtype === meta.dtype) return fitted;
  return isComplex(fitted.dtype) && !isComplex(meta.dtype)
    ? fitTo(real(fitted), meta, target, index, from)
    : cast(fitted, meta.dtype);
}
