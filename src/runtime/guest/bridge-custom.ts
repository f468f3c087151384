import type { Packed, Tensor } from '../../engine/index.ts';
import * as engine from '../../engine/index.ts';
import type { Callbacks } from './bridge-callback.ts';
import type { Failures } from './bridge-failure.ts';
import type { Handles } from './bridge-handles.ts';
import type { Nodes } from './bridge-nodes.ts';
import type { Results } from './bridge-results.ts';
import { NONE, numbers } from './bridge-tensors.ts';

/** Functions with a backward of the program's own, and its ways to keep saved tensors. */
export function customEntries(
  nodes: Nodes,
  handles: Handles,
  results: Results,
  callbacks: Callbacks,
  { guard }: Failures,
  at: (stack: number) => void,
) {
  const optional = (list: string): (Tensor | null)[] =>
    numbers(list).map((handle) => (handle === NONE ? null : handles.get(handle)));
  const tensors = (list: string): Tensor[] => numbers(list).map((handle) => handles.get(handle));
  let attached = NONE;

  return {
    /** Lists are handles. `key`: takes the gradients that arrive (`materialize`: zeros for what did not) and answers with one per input.
     *  The answer: a handle per output, that of an argument or, after an `n`, a new one. */
    attachCustom: guard(
      (
        site: number,
        name: string,
        inputNames: string,
        inputs: string,
        outputs: string,
        dirty: string,
        nonDifferentiable: string,
        saved: string,
        key: number,
        materialize: boolean,
      ) => {
        at(site);
        const given = [...tensors(inputs), ...tensors(outputs)];
        const result = engine.attachCustom({
          name,
          inputNames: inputNames === '' ? [] : inputNames.split(','),
          inputs: tensors(inputs),
          outputs: tensors(outputs),
          dirty: tensors(dirty),
          nonDifferentiable: tensors(nonDifferentiable),
          saved: optional(saved),
          backward: callbacks.leased<engine.Backward>(key, (node, arrived) => {
            const filled = materialize ? arrived.map((grad, i) => grad ?? engine.zerosFor(node, i)) : arrived;
            return callbacks.call(key, filled)!;
          }),
          released: () => callbacks.release(key),
        });
        attached = nodes.keep(result.node);
        const known = numbers(`${inputs},${outputs}`.replace(/^,/, ''));
        return result.outputs
          .map((output) => {
            const same = given.indexOf(output);
            return same < 0 ? `n${handles.addShared(output)}` : known[same];
          })
          .join();
      },
    ),
    /** The node of the last call; `NONE` where nothing requires grad. */
    attachedNode: () => attached,
    savedCustom: guard((id: number, which: string) =>
      results.encode(engine.savedCustom(nodes.get(id), numbers(which)), [], []),
    ),

    /** JSON. */
    savedNames: (id: number) => JSON.stringify(engine.savedNames(nodes.get(id))),
    /** The handle of the Python object that an operand was saved from; NONE where there is none. */
    savedInput: guard((id: number, name: string) => {
      const value = engine.savedInput(nodes.get(id), name);
      const handle = value === null ? -1 : handles.find(value);
      return handle < 0 ? NONE : handle;
    }),
    savedValue: guard((id: number, name: string) => results.encode(engine.savedValue(nodes.get(id), name), [], [])),

    /** `place` answers with where the program stands; 0: off. */
    setAnomaly: (place: number, checkNan: boolean) =>
      engine.setAnomaly(place === 0 ? null : { place: () => callbacks.text(place), checkNan }),
    /** `pack` answers with the key that unpacks what it was given; 0: no hooks. */
    setSavedHooks: (pack: number) =>
      engine.setSavedHooks(
        pack === 0
          ? null
          : (tensor): Packed => {
              const key = callbacks.number(pack, [tensor]);
              return {
                unpack: callbacks.leased(key, () => callbacks.call(key)![0]!),
                release: () => callbacks.release(key),
              };
            },
      ),
  };
}
