import { context } from '../context.ts';
import { typeText } from '../dtype.ts';
import { EngineError, runtimeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import { letGo } from '../storage.ts';
import { Tensor } from '../tensor.ts';
import { edgeOf } from './edges.ts';
import type { Edge, GraphNode, OutputMeta, Packed, SavedTensor } from './node.ts';

/** What a backward rule sees of the call that made its node. Subclasses have a getter per parameter of the schema. */
export class SavedArgs {
  readonly node: GraphNode;
  /** Unpacked by the program's hooks, each once and in the order of packing. */
  private readonly unpacked: ReadonlyMap<string, Tensor> | null;

  constructor(node: GraphNode) {
    this.node = node;
    this.unpacked = node.onRelease === null ? null : unpackAll(node);
  }

  /** The op's only (or first) output. */
  get result(): Tensor {
    return this.unpack('result');
  }

  /** One of several outputs. */
  outputAt(index: number): Tensor {
    return this.unpack(`results[${index}]`);
  }

  /** A saved argument; null where none was given. */
  unpackArg(name: string): Tensor | null {
    const { saved } = this.node;
    return saved === null || saved.some((entry) => entry.name === name) ? this.unpack(name) : null;
  }

  private unpack(name: string): Tensor {
    return this.unpacked?.get(name) ?? unpack(this.node, name);
  }

  /** Whether the i-th differentiable input wants its gradient. */
  isNeeded(input: number): boolean {
    return this.node.next[input] !== null;
  }

  /** Of the i-th differentiable input, which must require grad: its shape, its dtype and where it lies in its memory. */
  metaOf(input = 0): OutputMeta {
    const edge = this.node.next[input]!;
    return edge.node.outputs[edge.index]!;
  }

  /** Of the entries of a `Tensor[]` argument: their shapes and dtypes, whether or not they require grad. */
  listOf(position: number): readonly OutputMeta[] {
    return this.node.args[position] as readonly OutputMeta[];
  }

  /** The shape of the i-th differentiable input, which must require grad. */
  shapeOf(input = 0): Shape {
    return this.metaOf(input).shape;
  }
}

function unpackAll(node: GraphNode): Map<string, Tensor> {
  refuseFreed(node);
  const packed = node.saved!.filter((entry) => entry.packed !== null);
  return new Map(packed.map((entry) => [entry.name, entry.packed!.unpack()]));
}

/** The saved tensor, if it is still there and still what it was. */
export function unpack(node: GraphNode, name: string): Tensor {
  const { saved } = node;
  if (saved === null) throw freed(node);
  for (let i = 0; i < saved.length; i++) {
    const entry = saved[i]!;
    if (entry.name !== name) continue;
    const { tensor, version } = entry;
    if (tensor === null) return entry.packed!.unpack();
    if (tensor.storage.version !== version) throw modified(node, name.startsWith('result'), tensor, version);
    return tensor;
  }
  throw new Error(`${node.name} did not save ${name}`);
}

/** What was made in inference mode is not kept for a backward pass. */
export function refuseInference({ storage }: Tensor): void {
  if (!storage.inference) return;
  throw runtimeError(
    'Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.',
  );
}

/** Keeps a tensor as it is, or as the program's hooks pack it. A Python number is not shown to hooks. */
export function saveTensor(name: string, tensor: Tensor): SavedTensor {
  const { version } = tensor.storage;
  if (!tensor.isWrappedNumber) refuseInference(tensor);
  if (context.savedHooks === null || tensor.isWrappedNumber) {
    tensor.storage.holds++;
    return { name, tensor, version, packed: null };
  }
  return { name, tensor: null, version, packed: pack(tensor, context.savedHooks(tensor)) };
}

/** What is unpacked has the history of what was packed, so that it can be differentiated again. */
function pack(original: Tensor, { unpack, release }: Packed): Packed {
  const edge = edgeOf(original);
  return { unpack: () => withHistory(unpack(), edge), release };
}

function withHistory({ storage, shape, strides, offset, dtype, conj }: Tensor, edge: Edge | null): Tensor {
  const tensor = new Tensor(storage, shape, strides, offset, dtype);
  tensor.conj = conj;
  if (edge === null) return tensor;
  if (edge.node.variable === null) {
    tensor.node = edge.node;
    tensor.outputIndex = edge.index;
  } else {
    tensor.leafRequiresGrad = true;
    tensor.accumulator = edge.node;
  }
  return tensor;
}

/** Throws when a pass has freed what the node kept. */
export function refuseFreed(node: GraphNode): void {
  if (node.saved === null) throw freed(node);
}

export function releasePacked(saved: readonly SavedTensor[]): void {
  for (const { packed } of saved) packed?.release();
}

/** Frees what a node kept; a node that keeps nothing can run again. Answers with what is to be let go (`letGoSaved`). */
export function releaseSaved(node: GraphNode): readonly SavedTensor[] {
  if (node.onRelease !== null) node.onRelease();
  const { saved } = node;
  node.saved = null;
  return saved ?? [];
}

export function letGoSaved(saved: readonly SavedTensor[]): void {
  for (const { tensor } of saved) if (tensor !== null) letGo(tensor.storage);
}

function fail(node: GraphNode, message: string): EngineError {
  const error = new EngineError('RuntimeError', message);
  error.node = node;
  return error;
}

function freed(node: GraphNode): EngineError {
  return fail(
    node,
    'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). ' +
      'Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). ' +
      'Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.',
  );
}

function modified(node: GraphNode, isOutput: boolean, tensor: Tensor, version: number): EngineError {
  const maker = isOutput ? node : tensor.gradFn;
  const origin = maker === null ? '' : `, which is output ${tensor.outputIndex} of ${maker.name},`;
  return fail(
    node,
    'one of the variables needed for gradient computation has been modified by an inplace operation: ' +
      `[${typeText(tensor.dtype)} ${formatShape(tensor.shape)}]${origin} is at version ${tensor.version}; ` +
      `expected version ${version} instead. ` +
      (context.anomaly === null
        ? 'Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True).'
        : 'Hint: the backtrace further above shows the operation that failed to compute its gradient. The variable in question was changed in there or anywhere later. Good luck!'),
  );
}
