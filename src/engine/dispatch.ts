import { notePlace } from './autograd/anomaly.ts';
import { edgeOf } from './autograd/edges.ts';
import { type Edge, GraphNode, metaOf, type OutputMeta, onlyMetaOf, type SavedTensor } from './autograd/node.ts';
import { applyRules } from './autograd/rules.ts';
import { refuseInference, releasePacked, saveTensor } from './autograd/saved.ts';
import { context, withoutAutocast } from './context.ts';
import { isComplex } from './dtype.ts';
import { type EngineError, runtimeError } from './errors.ts';
import { laidOut } from './laid-out.ts';
import type { OpDef } from './registry.ts';
import { contiguousStrides } from './shape.ts';
import { Storage } from './storage.ts';
import { gather } from './strided.ts';
import { Tensor } from './tensor.ts';
import type { Result } from './values.ts';

/** Runs an op on arguments in the order of its schema, and records it: a node where grad is required, and what the observer is told. */
export function dispatch(op: OpDef, args: readonly unknown[]): Result {
  if (context.autocast === null) return dispatchAsIs(op, args);
  const converted = context.autocast(op, args);
  if (converted === null && op.composite) return dispatchAsIs(op, args);
  return withoutAutocast(() => dispatchAsIs(op, converted ?? args));
}

function dispatchAsIs(op: OpDef, args: readonly unknown[]): Result {
  const result = runKernel(op, args);
  if (op.composite) return result;
  const { layout } = op;
  if (result instanceof Tensor) return finish(op, args, layout === null ? result : laidOut(layout, result, args));
  if (!Array.isArray(result)) return result;
  const outputs = result as readonly Tensor[];
  return finishMany(op, args, layout === null ? outputs : outputs.map((output) => laidOut(layout, output, args)));
}

/** Runs the kernel; what it wrote in more precision than the dtype has is rounded. */
export function runKernel(op: OpDef, args: readonly unknown[]): Result {
  const lazy = op.view || op.composite || op.lazy;
  const result = callKernel(op.kernel, context.conjugates && !lazy ? args.map(resolveArg) : args);
  if (result instanceof Tensor) {
    if (result.dtype.narrow !== null && !op.view && !op.composite) result.dtype.narrow(result.storage.data);
  } else if (Array.isArray(result) && !op.view && !op.composite) {
    for (const tensor of result as readonly Tensor[]) tensor.dtype.narrow?.(tensor.storage.data);
  }
  return result;
}

/** Kernels are given no lazy conjugates. */
function resolveArg(arg: unknown): unknown {
  if (arg instanceof Tensor) return resolved(arg);
  return Array.isArray(arg) ? arg.map(resolveArg) : arg;
}

/** The tensor itself, or a copy of what a lazy conjugate stands for, without history. */
export function resolved(tensor: Tensor): Tensor {
  if (!tensor.conj) return tensor;
  const { shape, dtype } = tensor;
  return new Tensor(new Storage(gather(tensor, shape)), shape, contiguousStrides(shape), 0, dtype);
}

/** Spreading into a call costs more than small kernels do. */
function callKernel(kernel: OpDef['kernel'], args: readonly unknown[]): Result {
  switch (args.length) {
    case 1:
      return kernel(args[0]) as Result;
    case 2:
      return kernel(args[0], args[1]) as Result;
    case 3:
      return kernel(args[0], args[1], args[2]) as Result;
    default:
      return kernel(...args) as Result;
  }
}

function finish(op: OpDef, args: readonly unknown[], output: Tensor): Tensor {
  if (op.view && output.base === null) markView(output, args[0] as Tensor);
  const node = context.gradEnabled && output.dtype.category >= 2 && requiresGrad(op, args) ? record(op, args) : null;
  if (node !== null) {
    if (op.realGradients && isComplex(output.dtype)) throw noComplexGradient(op);
    output.node = node;
    node.outputs = onlyMetaOf(output);
    saveFor(op, node, args, output);
  }
  if (context.observer !== null) announce(op, args, [output], node);
  return output;
}

const noComplexGradient = ({ name }: OpDef): EngineError =>
  runtimeError(`${name} does not support automatic differentiation for outputs with complex dtype.`);

function finishMany(op: OpDef, args: readonly unknown[], outputs: readonly Tensor[]): readonly Tensor[] {
  const node = context.gradEnabled && requiresGrad(op, args) ? record(op, args) : null;
  if (op.view) for (const output of outputs) markView(output, args[0] as Tensor, true);
  const made = node === null ? [] : outputs.filter((_, i) => isDifferentiable(op, outputs, i));
  made.forEach((output, index) => {
    output.node = node;
    output.outputIndex = index;
  });
  if (node !== null) {
    node.outputs = made.map(metaOf);
    saveFor(op, node, args, outputs[0]!, outputs);
  }
  if (context.observer !== null) announce(op, args, outputs, node, made);
  return outputs;
}

/** Indices and the like are no outputs of the node, which counts only what a gradient can arrive for. */
const isDifferentiable = (op: OpDef, outputs: readonly Tensor[], i: number): boolean =>
  outputs[i]!.dtype.category >= 2 && op.differentiable?.includes(i) !== false;

function markView(output: Tensor, self: Tensor, several = false): void {
  if (output === self) return;
  output.base = self.base ?? self;
  output.viewVersion = self.storage.version;
  const origin = !context.gradEnabled ? 'no_grad' : several ? 'several' : 'one';
  output.viewOrigin = origin === 'one' ? self.viewOrigin : origin;
  if (context.inference && !self.storage.inference) output.viewOrigin = 'inference';
}

/** Whether an input that has a derivative requires grad. */
export function requiresGrad(op: OpDef, args: readonly unknown[]): boolean {
  const { inputs } = op;
  for (let i = 0; i < inputs.length; i++) {
    const arg = args[inputs[i]!];
    if (arg instanceof Tensor) {
      if (arg.requiresGrad) return true;
    } else if (Array.isArray(arg) && (arg as Tensor[]).some((tensor) => tensor.requiresGrad)) return true;
  }
  return false;
}

/** The op's node with its edges; outputs and saved tensors come later. */
export function record(op: OpDef, args: readonly unknown[], name: string = op.nodeName): GraphNode {
  const { inputs } = op;
  const next: (Edge | null)[] = [];
  let names: string[] | null = null;
  for (let i = 0; i < inputs.length; i++) {
    const arg = args[inputs[i]!];
    if (arg instanceof Tensor) next.push(edgeOf(arg));
    else if (Array.isArray(arg)) {
      for (const tensor of arg as Tensor[]) next.push(edgeOf(tensor));
      names = arg.map((_, k) => `${op.inputNames[i]}[${k}]`);
    } else next.push(null);
  }
  const node = new GraphNode(name, op, applyRules, next);
  if (context.anomaly !== null) notePlace(node);
  if (names !== null) node.inputNames = names;
  if (op.keepsArgs) node.args = args.map((arg, i) => keptArg(op, arg, i));
  return node;
}

/** What a rule may ask for that is not saved as a tensor. Of a list of differentiable tensors only the shapes are kept. */
function keptArg(op: OpDef, arg: unknown, position: number): unknown {
  if (arg instanceof Tensor) return null;
  if (Array.isArray(arg)) for (const part of arg) if (part instanceof Tensor) part.storage.shared = true;
  if (op.inputs.includes(position)) return listMeta(arg);
  if (Array.isArray(arg)) for (const one of arg) if (one instanceof Tensor) refuseInference(one);
  return arg;
}

function listMeta(arg: unknown): readonly OutputMeta[] | null {
  return Array.isArray(arg) ? (arg as Tensor[]).map(metaOf) : null;
}

/** Keeps the tensors that the needed derivatives read. `self` stands for what an in-place op is about to overwrite. */
export function saveFor(
  op: OpDef,
  node: GraphNode,
  args: readonly unknown[],
  result: Tensor,
  results: readonly Tensor[] | null = null,
): void {
  const { slots } = op;
  if (slots.length === 0) return;
  const saved: SavedTensor[] = [];
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!;
    if (!slot.neededBy.some((input) => node.next[input] !== null)) continue;
    if (slot.name === 'results') {
      results!.forEach((tensor, k) => {
        saved.push(saveTensor(`results[${k}]`, tensor));
      });
      continue;
    }
    const tensor = slot.position < 0 ? result : args[slot.position];
    if (tensor instanceof Tensor) saved.push(saveTensor(slot.name, tensor));
  }
  node.saved = saved;
  if (context.savedHooks !== null) node.onRelease = () => releasePacked(saved);
}

/** Tells the observer of the outputs, then of the node with those that it `made`. A Python number is no tensor of the program's. */
export function announce(
  op: OpDef,
  args: readonly unknown[],
  outputs: readonly Tensor[],
  node: GraphNode | null,
  made = outputs,
): void {
  const observer = context.observer!;
  const inputs = args.flat().filter((arg): arg is Tensor => arg instanceof Tensor && !arg.isWrappedNumber);
  for (const output of outputs) observer.tensor(output, op.name, inputs);
  if (node !== null) observer.node(node, nodeInputs(op, args), made);
}

/** The tensor behind each edge. */
export function nodeInputs(op: OpDef, args: readonly unknown[]): (Tensor | null)[] {
  return op.inputs.flatMap((position) => {
    const arg = args[position];
    if (Array.isArray(arg)) return arg as Tensor[];
    return [arg instanceof Tensor && !arg.isWrappedNumber ? arg : null];
  });
}
