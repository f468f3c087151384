/** Questions to a trace. All are pure; ids and passes that do not exist answer with null or nothing. */
import { indexOf, leafOf, stepsOf } from './index-of.ts';
import type { Accumulation, Edge, Pass, Step, Trace, TraceNode, TraceTensor, Value } from './model.ts';

export { leafOf } from './index-of.ts';

export const nodeById = (trace: Trace, id: number): TraceNode | null => indexOf(trace).nodes.get(id) ?? null;
export const tensorById = (trace: Trace, id: number): TraceTensor | null => indexOf(trace).tensors.get(id) ?? null;
export const stepOf = (trace: Trace, pass: number, node: number): Step | null => {
  const found = trace.passes[pass];
  return found === undefined ? null : (stepsOf(found).get(node) ?? null);
};

/** The upstream gradient of a node in a pass, one per output; null where the pass did not run it. */
export const upstream = (trace: Trace, pass: number, node: number): readonly (Value | null)[] | null =>
  stepOf(trace, pass, node)?.gradOutputs ?? null;

/** The upstream gradient of a tensor: ∂L/∂tensor as it arrived in that pass. */
export function upstreamOfTensor(trace: Trace, pass: number, tensor: number): Value | null {
  const edge = gradientEdge(trace, tensor, trace.passes[pass]?.at);
  return edge === null ? null : (upstream(trace, pass, edge.node)?.[edge.index] ?? null);
}

/** Where the gradient of a tensor arrives: its `grad_fn`, or a leaf's `AccumulateGrad`, as it was at a time. */
export function gradientEdge(trace: Trace, tensor: number, at = Number.POSITIVE_INFINITY): Edge | null {
  const found = tensorById(trace, tensor);
  const node = found === null ? null : (gradFnAt(found, at) ?? indexOf(trace).accumulators.get(tensor)?.id ?? null);
  if (node === null) return null;
  return { node, index: Math.max(0, nodeById(trace, node)?.outputs.indexOf(tensor) ?? 0) };
}

/** In-place operations give a tensor a new `grad_fn`. */
export const gradFnAt = (tensor: TraceTensor, at: number): number | null =>
  tensor.updates.findLast((update) => update.at < at && update.gradFn !== null)?.gradFn ?? tensor.gradFn;

/** One of the summands of an upstream gradient. */
export interface Contribution {
  /** The node that sent it along its edge `input`; null: it entered the pass here, as `gradient`. */
  readonly from: number | null;
  readonly input: number;
  /** The schema's name of that input; '' for what entered here. */
  readonly inputName: string;
  /** Which of the receiving node's outputs it is the gradient of. */
  readonly output: number;
  readonly value: Value | null;
}

/** What arrived at a node in a pass, in the order of arrival. The upstream gradient is their sum. */
export function contributions(trace: Trace, pass: number, node: number): Contribution[] {
  const found = trace.passes[pass];
  if (found === undefined) return [];
  return [...entering(trace, found, node), ...found.steps.flatMap((step) => sent(trace, step, node))];
}

function entering(trace: Trace, pass: Pass, node: number): Contribution[] {
  return pass.roots.flatMap((root, i): Contribution[] => {
    const edge = gradientEdge(trace, root, pass.at);
    if (edge?.node !== node) return [];
    return [{ from: null, input: i, inputName: '', output: edge.index, value: pass.gradients[i] ?? null }];
  });
}

function sent(trace: Trace, step: Step, to: number): Contribution[] {
  const from = nodeById(trace, step.node);
  return (from?.next ?? []).flatMap((edge, input): Contribution[] => {
    if (edge?.node !== to) return [];
    const value = step.gradInputs[input] ?? null;
    return [{ from: step.node, input, inputName: from?.inputNames[input] ?? '', output: edge.index, value }];
  });
}

/** How a leaf's accumulated `.grad` grew, pass by pass. */
export interface GradGrowth extends Accumulation {
  readonly pass: number;
}

export const gradHistory = (trace: Trace, tensor: number): GradGrowth[] =>
  trace.passes.flatMap((pass) =>
    pass.accumulations.filter((item) => item.tensor === tensor).map((item) => ({ ...item, pass: pass.index })),
  );

/** What a tensor held at a time of the run's clock: its first value, or what the last in-place change before made of it. */
export function valueAt(trace: Trace, tensor: number, at: number): Value | null {
  const found = tensorById(trace, tensor);
  if (found === null) return null;
  return found.updates.findLast((update) => update.at < at)?.value ?? found.value;
}

/** What a tensor held when a pass began. */
export const valueAtPass = (trace: Trace, tensor: number, pass: number): Value | null =>
  valueAt(trace, tensor, trace.passes[pass]?.at ?? Number.POSITIVE_INFINITY);

/** The part of the graph that a pass can reach from its roots. */
export interface PassGraph {
  /** In the order in which they were made. */
  readonly nodes: readonly TraceNode[];
  /** `to` receives from `from` along `from`'s edge `input`. */
  readonly edges: readonly {
    readonly from: number;
    readonly input: number;
    readonly to: number;
    readonly output: number;
  }[];
}

export function graphOfPass(trace: Trace, pass: number): PassGraph {
  const found = trace.passes[pass];
  const reached = found === undefined ? new Set<number>() : nodesOfPass(trace, found);
  const nodes = trace.nodes.filter((node) => reached.has(node.id));
  const edges = nodes.flatMap((node) =>
    node.next.flatMap((edge, input) =>
      edge === null ? [] : [{ from: node.id, input, to: edge.node, output: edge.index }],
    ),
  );
  return { nodes, edges };
}

/** The nodes behind a pass's roots, and what it ran. */
export function nodesOfPass(trace: Trace, pass: Pass): Set<number> {
  const reached = new Set<number>();
  const roots = pass.roots.map((root) => gradientEdge(trace, root, pass.at)?.node ?? null);
  const waiting = [...pass.steps.map(({ node }) => node), ...roots];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === null || reached.has(id)) continue;
    reached.add(id);
    for (const edge of nodeById(trace, id)?.next ?? []) waiting.push(edge?.node ?? null);
  }
  return reached;
}

/** The program's name for a tensor, else what made it: `x`, `mul`, `tensor 7`. */
export const labelOfTensor = (tensor: TraceTensor): string => tensor.name ?? tensor.origin?.op ?? `tensor ${tensor.id}`;

/** `MulBackward0 (y)`, `AccumulateGrad (x)`, or the bare name where the program named nothing. */
export function labelOfNode(trace: Trace, node: TraceNode): string {
  const tensor = tensorById(trace, leafOf(node) ?? node.outputs[0] ?? -1);
  return tensor?.name == null ? node.name : `${node.name} (${tensor.name})`;
}

/** A module's row of a pass: the norm of the gradients of its own parameters, all together; null where one is not finite. */
export interface ModuleNorm {
  readonly module: string;
  readonly norm: number | null;
}

/** The modules of a pass's leaves, by their names: the parameter `encoder.0.weight` is of `encoder.0`. Leaves without such a name are of none. */
export function moduleNorms(trace: Trace, pass: Pass): ModuleNorm[] {
  const norms = new Map<string, (number | null)[]>();
  const leaves = [...(pass.summary?.leaves ?? [])].sort((a, b) => a.tensor - b.tensor);
  for (const { tensor, norm } of leaves) {
    const name = tensorById(trace, tensor)?.name ?? '';
    const module = name.slice(0, Math.max(0, name.lastIndexOf('.')));
    if (module !== '' && !norms.get(module)?.push(norm)) norms.set(module, [norm]);
  }
  return Array.from(norms, ([module, own]) => ({ module, norm: totalNorm(own) }));
}

/** The norm of what has these norms side by side. */
export const totalNorm = (norms: readonly (number | null)[]): number | null =>
  norms.some((norm) => norm === null) ? null : Math.hypot(...(norms as number[]));
