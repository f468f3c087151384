import type { GraphNode, Tensor } from '../../engine/index.ts';
import * as engine from '../../engine/index.ts';
import { CallbackFailed, FAILED, type Failures } from './bridge-failure.ts';
import type { Handles } from './bridge-handles.ts';
import type { Results } from './bridge-results.ts';
import { NONE, numbers } from './bridge-tensors.ts';

/** Runs the hook that Python keeps under `key`; answers with a handle, `NONE` or `FAILED`. */
export type RunHook = (key: number, grad: number) => number;

/** Passes, grad mode, hooks and the nodes that Python holds as `grad_fn`. Lists of handles cross as `3,7`. */
export function autogradEntries(
  handles: Handles,
  results: Results,
  { guard }: Failures,
  at: (stack: number) => void,
  runHook: RunHook,
) {
  const nodes = new Map<number, GraphNode>();
  const tensors = (list: string): Tensor[] => numbers(list).map((handle) => handles.get(handle));
  const optional = (list: string): (Tensor | null)[] | null =>
    list === '' ? null : numbers(list).map((handle) => (handle === NONE ? null : handles.get(handle)));
  const keep = (node: GraphNode | null): number => {
    if (node === null) return NONE;
    nodes.set(node.id, node);
    return node.id;
  };

  return {
    /** `retain`: 1, 0, or -1 for None. */
    backward: guard((site: number, roots: string, grads: string, retain: number, create: boolean, inputs: string) => {
      at(site);
      engine.backward(tensors(roots), optional(grads), {
        retainGraph: retain < 0 ? null : retain === 1,
        createGraph: create,
        inputs: inputs === '' ? null : tensors(inputs),
      });
      return 0;
    }),
    autogradGrad: guard(
      (
        site: number,
        outputs: string,
        inputs: string,
        grads: string,
        retain: number,
        create: boolean,
        allowUnused: boolean,
      ) => {
        at(site);
        const found = engine.grad(tensors(outputs), tensors(inputs), optional(grads), {
          retainGraph: retain < 0 ? null : retain === 1,
          createGraph: create,
          allowUnused,
        });
        return results.encode(found, [], []);
      },
    ),

    registerHook: guard((a: number, key: number) =>
      engine.registerHook(handles.get(a), (grad) => {
        const answer = runHook(key, handles.add(grad));
        if (answer === FAILED) throw new CallbackFailed();
        return answer === NONE ? null : handles.get(answer);
      }),
    ),
    removeHook: (a: number, hook: number) => engine.removeHook(handles.get(a), hook),

    gradFn: guard((a: number) => keep(handles.get(a).gradFn)),
    nodeName: (id: number) => nodes.get(id)!.name,
    /** `12:0,n,7:1`: each edge's node and index. */
    nodeNext: (id: number) =>
      nodes
        .get(id)!
        .next.map((edge) => (edge === null ? 'n' : `${keep(edge.node)}:${edge.index}`))
        .join(),
    /** The handle of a Python object that stands for an `AccumulateGrad`'s leaf, else of a new one as `-3 - handle`. */
    nodeVariable: (id: number) => {
      const { variable } = nodes.get(id)!;
      if (variable === null) return NONE;
      const handle = handles.find(variable);
      return handle >= 0 ? handle : -3 - handles.add(variable);
    },
    releaseNode: (id: number) => nodes.delete(id),
  };
}
