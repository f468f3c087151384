import type { Tensor } from '../../engine/index.ts';
import * as engine from '../../engine/index.ts';
import type { Callbacks } from './bridge-callback.ts';
import type { Failures } from './bridge-failure.ts';
import type { Handles } from './bridge-handles.ts';
import type { Results } from './bridge-results.ts';
import { NONE, numbers } from './bridge-tensors.ts';
import type { PassLimit } from './pass-limit.ts';

/** Passes, and hooks on tensors. Lists of handles cross as `3,7`. */
export function autogradEntries(
  handles: Handles,
  results: Results,
  { guard }: Failures,
  at: (stack: number) => void,
  callbacks: Callbacks,
  passes: PassLimit,
) {
  const tensors = (list: string): Tensor[] => numbers(list).map((handle) => handles.get(handle));
  const optional = (list: string): (Tensor | null)[] | null =>
    list === '' ? null : numbers(list).map((handle) => (handle === NONE ? null : handles.get(handle)));

  return {
    /** `retain`: 1, 0, or -1 for None. */
    backward: guard((site: number, roots: string, grads: string, retain: number, create: boolean, inputs: string) => {
      at(site);
      const options = {
        retainGraph: retain < 0 ? null : retain === 1,
        createGraph: create,
        inputs: inputs === '' ? null : tensors(inputs),
      };
      passes.run(() => engine.backward(tensors(roots), optional(grads), options));
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
        const options = { retainGraph: retain < 0 ? null : retain === 1, createGraph: create, allowUnused };
        const found = passes.run(() => engine.grad(tensors(outputs), tensors(inputs), optional(grads), options));
        return results.encode(found, [], []);
      },
    ),

    partialPass: () => engine.isPartialPass(),
    registerHook: guard((a: number, key: number) =>
      engine.registerHook(
        handles.get(a),
        callbacks.leased(key, (grad: engine.Tensor) => callbacks.call(key, [grad])?.[0] ?? null),
      ),
    ),
    removeHook: (a: number, hook: number) => engine.removeHook(handles.get(a), hook),
    registerAfterGrad: guard((a: number, key: number) =>
      engine.registerAfterGrad(
        handles.get(a),
        callbacks.leased(key, () => callbacks.call(key)),
      ),
    ),
    removeAfterGrad: (a: number, hook: number) => engine.removeAfterGrad(handles.get(a), hook),
  };
}
