import { EngineError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { GraphNode, OutputMeta } from './node.ts';

/** What a backward rule sees of the call that made its node. Subclasses have a getter per parameter of the schema. */
export class SavedArgs {
  readonly node: GraphNode;

  constructor(node: GraphNode) {
    this.node = node;
  }

  /** The op's only (or first) output. */
  get result(): Tensor {
    return unpack(this.node, 'result');
  }

  /** One of several outputs. */
  outputAt(index: number): Tensor {
    return unpack(this.node, `results[${index}]`);
  }

  /** A saved tensor. One that is no differentiable input lies among the arguments. */
  unpackArg(name: string, position: number): Tensor | null {
    const arg = this.node.args[position];
    return arg === undefined || arg === null ? unpackOptional(this.node, name) : (arg as Tensor);
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

function unpackOptional(node: GraphNode, name: string): Tensor | null {
  if (node.saved === null) throw freed(node);
  return node.saved.some((saved) => saved.name === name) ? unpack(node, name) : null;
}

/** The saved tensor, if it is still there and still what it was. */
export function unpack(node: GraphNode, name: string): Tensor {
  const { saved } = node;
  if (saved === null) throw freed(node);
  for (let i = 0; i < saved.length; i++) {
    const entry = saved[i]!;
    if (entry.name !== name) continue;
    if (entry.tensor.storage.version !== entry.version) throw modified(node, entry.tensor, entry.version);
    return entry.tensor;
  }
  throw new Error(`${node.name} did not save ${name}`);
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

function modified(node: GraphNode, tensor: Tensor, version: number): EngineError {
  const maker = tensor.gradFn;
  const origin = maker === null ? '' : `, which is output ${tensor.outputIndex} of ${maker.name},`;
  return fail(
    node,
    'one of the variables needed for gradient computation has been modified by an inplace operation: ' +
      `[${tensor.dtype.tensorType} ${formatShape(tensor.shape)}]${origin} is at version ${tensor.version}; ` +
      `expected version ${version} instead. ` +
      'Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True).',
  );
}
