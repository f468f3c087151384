import type { Tensor } from '../../engine/index.ts';
import { asProgram, lending } from '../../engine/index.ts';
import { CallbackFailed } from './bridge-failure.ts';
import type { Handles } from './bridge-handles.ts';
import { createLeases } from './bridge-leases.ts';
import type { Nodes } from './bridge-nodes.ts';
import { NONE, numbers } from './bridge-tensors.ts';

/**
 * Runs the function that Python keeps under `key`. Its arguments are groups of handles (`3,-2|7`), of which Python becomes the owner; it answers
 * with a group (`()`: none at all), with nothing when it left things as they are, or with `!` when it raised. A negative key: that one is let go;
 * `IDLE`: which nodes' Python objects nobody but kept functions holds.
 */
export type PythonCallback = (key: number, groups: string) => string;

const IDLE = 0;

type Group = readonly (Tensor | null)[];

/** Calls back into Python: hooks, custom functions. */
export interface Callbacks {
  /** For a function that answers with a number. */
  number(key: number, ...groups: Group[]): number;
  text(key: number, ...groups: Group[]): string;
  /** The function will not be called again. */
  release(key: number): void;
  /** The same function, which calls `key` and is the only one to do so: when it has gone, `key` is let go. */
  leased<F extends object>(key: number, caller: F): F;
  /** All keys are void. */
  forget(): void;
  /** Null: Python answered None. */
  call(key: number, ...groups: Group[]): (Tensor | null)[] | null;
}

export function createCallbacks(
  handles: Handles,
  nodes: Nodes,
  collect: () => void,
  python: () => PythonCallback | null,
): Callbacks {
  const listed = (group: Group): string =>
    group.map((tensor) => (tensor === null ? NONE : handles.addShared(tensor))).join();
  const run = (key: number, groups: readonly Group[]): string => {
    const answer = asProgram(() => lending(() => python()?.(key, groups.map(listed).join('|')) ?? '!'));
    if (answer.startsWith('!')) throw new CallbackFailed(answer.slice(1));
    return answer;
  };
  const release = (key: number): void => {
    leases.end(key);
    run(-key, []);
  };
  const leases = createLeases(nodes, { idleNodes: () => numbers(run(IDLE, [])), letGo: release, collect });
  return {
    number: (key, ...groups) => Number(run(key, groups)),
    text: (key, ...groups) => run(key, groups),
    release,
    leased(key, caller) {
      leases.add(key, caller);
      return caller;
    },
    forget: () => leases.clear(),
    call(key, ...groups) {
      const answer = run(key, groups);
      if (answer === '') return null;
      return answer === '()' ? [] : numbers(answer).map((handle) => (handle === NONE ? null : handles.get(handle)));
    },
  };
}
