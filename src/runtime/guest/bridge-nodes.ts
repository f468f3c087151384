import type { GraphNode } from '../../engine/index.ts';
import * as engine from '../../engine/index.ts';
import type { Callbacks } from './bridge-callback.ts';
import type { Failures } from './bridge-failure.ts';
import type { Handles } from './bridge-handles.ts';
import { NONE } from './bridge-tensors.ts';

type Gradients = readonly (engine.Tensor | null)[];

/** The backward functions that Python holds as `grad_fn`, by their ids. */
export interface Nodes {
  keep(node: GraphNode | null): number;
  get(id: number): GraphNode;
  release(id: number): void;
}

export function createNodes(): Nodes {
  const nodes = new Map<number, GraphNode>();
  return {
    keep(node) {
      if (node === null) return NONE;
      nodes.set(node.id, node);
      return node.id;
    },
    get: (id) => nodes.get(id)!,
    release(id) {
      nodes.delete(id);
    },
  };
}

/** What `grad_fn` can be asked. */
export function nodeEntries(nodes: Nodes, handles: Handles, callbacks: Callbacks, { guard }: Failures) {
  return {
    gradFn: guard((a: number) => {
      engine.refuseStale(handles.get(a));
      return nodes.keep(handles.get(a).gradFn);
    }),
    nodeName: (id: number) => nodes.get(id).name,
    /** `12:0,n,7:1`: each edge's node and index. */
    nodeNext: (id: number) =>
      nodes
        .get(id)
        .next.map((edge) => (edge === null ? 'n' : `${nodes.keep(edge.node)}:${edge.index}`))
        .join(),
    /** The handle of a Python object that stands for an `AccumulateGrad`'s leaf, else of a new one as `-3 - handle`. */
    nodeVariable: (id: number) => {
      const { variable } = nodes.get(id);
      if (variable === null) return NONE;
      const handle = handles.find(variable);
      return handle >= 0 ? handle : -3 - handles.addShared(variable);
    },
    /** Likewise of a view's base. */
    base: (a: number) => {
      const { base } = handles.get(a);
      if (base === null) return NONE;
      const handle = handles.find(base);
      return handle >= 0 ? handle : -3 - handles.addShared(base);
    },
    releaseNode: (id: number) => nodes.release(id),
    nodePreHook: (id: number, key: number) =>
      engine.registerNodePreHook(
        nodes.get(id),
        callbacks.leased(key, (gradOutputs: Gradients) => callbacks.call(key, gradOutputs)),
      ),
    nodeHook: (id: number, key: number) =>
      engine.registerNodeHook(
        nodes.get(id),
        callbacks.leased(key, (gradInputs: Gradients, gradOutputs: Gradients) =>
          callbacks.call(key, gradInputs, gradOutputs),
        ),
      ),
    removeNodeHook: (id: number, hook: number) => engine.removeNodeHook(nodes.get(id), hook),
  };
}
