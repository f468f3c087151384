import { letGo, type Tensor } from '../../engine/index.ts';

/** Which engine tensor each Python `Tensor` stands for. A handle belongs to one Python object until that is gone. */
export interface Handles {
  add(tensor: Tensor): number;
  /** The same of what an op has just made, of which nobody else knows; what is let go again is then taken back at once. */
  addNew(tensor: Tensor): number;
  /** Runs code of the program's while the engine is at work: what it lets go may still be in use. */
  lending<T>(body: () => T): T;
  get(handle: number): Tensor;
  release(handle: number): void;
  /** The handle of a Python object that stands for `tensor`; -1 when there is none. Slow: looks at all of them. */
  find(tensor: Tensor): number;
  readonly live: number;
  /** Forgets all of them. */
  clear(): void;
}

export function createHandles(): Handles {
  const tensors: (Tensor | null)[] = [];
  const free: number[] = [];
  let lent = 0;
  const add = (tensor: Tensor): number => {
    const handle = free.length > 0 ? free.pop()! : tensors.length;
    tensors[handle] = tensor;
    return handle;
  };
  return {
    add(tensor) {
      tensor.storage.shared = true;
      return add(tensor);
    },
    addNew(tensor) {
      if (tensor.storage.handed) tensor.storage.shared = true;
      tensor.storage.handed = true;
      return add(tensor);
    },
    lending(body) {
      lent++;
      try {
        return body();
      } finally {
        lent--;
      }
    },
    get: (handle) => tensors[handle]!,
    release(handle) {
      const tensor = tensors[handle]!;
      tensors[handle] = null;
      free.push(handle);
      if (lent === 0) letGo(tensor);
    },
    find: (tensor) => tensors.indexOf(tensor),
    get live() {
      return tensors.length - free.length;
    },
    clear() {
      tensors.length = 0;
      free.length = 0;
    },
  };
}
