import type { Edge, Pass, PassSummary, Saved, TraceNode, TraceTensor, Value } from './model.ts';

/** What remains of a pass when it is over, however long the run is. */
export function summaryOf(
  pass: Pass,
  ms: number | null,
  find: (tensor: number) => TraceTensor | undefined,
): PassSummary {
  return {
    roots: pass.roots.map((root) => {
      const tensor = find(root);
      const data = (tensor?.updates.at(-1)?.value ?? tensor?.value)?.data;
      return data === undefined ? null : theOne(data);
    }),
    leaves: pass.accumulations.map(({ tensor, after }) => ({ tensor, norm: after.stats.norm, ratio: null })),
    ms,
  };
}

/** The element of a value that has one. */
function theOne(data: NonNullable<Value['data']>): PassSummary['roots'][number] {
  let inner = data;
  while (Array.isArray(inner) && inner.length === 1) inner = inner[0] as typeof data;
  return typeof inner === 'object' ? null : (inner as PassSummary['roots'][number]);
}

/** The same where something was let go of, without what would name it. */
export function connected(
  tensors: TraceTensor[],
  nodes: TraceNode[],
  forgotten: boolean,
): { tensors: TraceTensor[]; nodes: TraceNode[] } {
  if (!forgotten) return { tensors, nodes };
  const [haveTensor, haveNode] = [new Set(tensors.map(({ id }) => id)), new Set(nodes.map(({ id }) => id))];
  const tensorOr = (id: number | null): number | null => (id !== null && haveTensor.has(id) ? id : null);
  const nodeOr = (id: number | null): number | null => (id !== null && haveNode.has(id) ? id : null);
  const edgeOr = (edge: Edge | null): Edge | null => (edge !== null && haveNode.has(edge.node) ? edge : null);
  const savedOr = (saved: Saved): Saved => ({ ...saved, tensor: tensorOr(saved.tensor) });
  return {
    tensors: tensors.map((tensor) => ({
      ...tensor,
      gradFn: nodeOr(tensor.gradFn),
      origin: tensor.origin && { ...tensor.origin, inputs: tensor.origin.inputs.filter((id) => haveTensor.has(id)) },
      updates: tensor.updates.map((update) => ({ ...update, gradFn: nodeOr(update.gradFn) })),
    })),
    nodes: nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(tensorOr),
      outputs: node.outputs.filter((id) => haveTensor.has(id)),
      next: node.next.map(edgeOr),
      saved: node.saved.map(savedOr),
    })),
  };
}
