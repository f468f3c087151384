import type { Tensor } from '../../engine/index.ts';

/** Which engine tensor each Python `Tensor` stands for. A handle belongs to one Python object until that is gone. */
export interface Handles {
  add(tensor: Tensor): number;
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
  return {
    add(tensor) {
      const handle = free.length > 0 ? free.pop()! : tensors.length;
      tensors[handle] = tensor;
      return handle;
    },
    get: (handle) => tensors[handle]!,
    release(handle) {
      tensors[handle] = null;
      free.push(handle);
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
