/** Ways through a trace that several rules go. */
import type { Pass, Trace, TraceNode, TraceTensor } from '../../trace/model.ts';
import { gradFnAt, nodeById, tensorById } from '../../trace/queries.ts';

/** The nodes behind some tensors as they were at a time, nearest first. */
export function nodesBehind(trace: Trace, tensors: readonly number[], at: number): TraceNode[] {
  const seen = new Set<number>();
  const found: TraceNode[] = [];
  let waiting = tensors.map((id) => gradFn(trace, id, at));
  while (waiting.length > 0) {
    const next: (number | null)[] = [];
    for (const id of waiting) {
      if (id === null || seen.has(id)) continue;
      seen.add(id);
      const node = nodeById(trace, id);
      if (node === null) continue;
      found.push(node);
      for (const edge of node.next) next.push(edge?.node ?? null);
    }
    waiting = next;
  }
  return found;
}

function gradFn(trace: Trace, id: number, at: number): number | null {
  const tensor = tensorById(trace, id);
  return tensor === null ? null : gradFnAt(tensor, at);
}

/** What a node made, if that is still known. */
export const madeBy = (trace: Trace, node: TraceNode): TraceTensor[] =>
  node.outputs.flatMap((id) => tensorById(trace, id) ?? []);

/** The passes before one, the last first. */
export const passesBefore = (trace: Trace, { index }: Pass): Pass[] => trace.passes.slice(0, index).reverse();

/** What a tensor was computed from, nearest first, over operations that are not differentiated too. */
export function ancestry(trace: Trace, start: TraceTensor): TraceTensor[] {
  const seen = new Set([start.id]);
  const found = [start];
  for (const tensor of found) {
    for (const id of tensor.origin?.inputs ?? []) {
      if (seen.has(id)) continue;
      seen.add(id);
      const input = tensorById(trace, id);
      if (input !== null) found.push(input);
    }
  }
  return found;
}

const ofPasses = new WeakMap<Trace, ReadonlySet<number>>();

/** All nodes that a pass ran or would have run. */
export function nodesOfPasses(trace: Trace): ReadonlySet<number> {
  const known = ofPasses.get(trace);
  if (known !== undefined) return known;
  const found = new Set<number>();
  for (const pass of trace.passes) {
    for (const { node } of pass.steps) found.add(node);
    if (pass.error !== null) for (const { id } of nodesBehind(trace, pass.roots, pass.at)) found.add(id);
  }
  ofPasses.set(trace, found);
  return found;
}
