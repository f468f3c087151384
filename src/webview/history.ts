/** What a tensor was at a moment of the run, and what a pass can reach. */
import type { Pass, TraceTensor, Value } from '../trace/model.ts';
import { gradFnAt } from '../trace/queries.ts';
import type { Lookup } from './expression.ts';

/** The value after the last change in place before `at`; the last one of all for null. */
export function valueAt(tensor: TraceTensor, at: number | null): Value {
  return tensor.updates.findLast((update) => at === null || update.at < at)?.value ?? tensor.value;
}

/** The nodes that lie behind a pass's roots, the roots' own leaves among them. */
export function reachableNodes(pass: Pass, { tensors, nodes }: Lookup): Set<number> {
  const stack = [...pass.steps.map(({ node }) => node)];
  for (const root of pass.roots) {
    const tensor = tensors.get(root);
    const node = tensor === undefined ? null : gradFnAt(tensor, pass.at);
    if (node !== null) stack.push(node);
  }
  const seen = new Set<number>();
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const node = nodes.get(id);
    if (node === undefined || seen.has(id)) continue;
    seen.add(id);
    for (const next of node.next) if (next !== null) stack.push(next.node);
  }
  return seen;
}
