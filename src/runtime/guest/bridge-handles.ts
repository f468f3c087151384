import { letGo, type Tensor } from '../../engine/index.ts';

/** Which engine tensor each Python `Tensor` stands for. A handle belongs to one Python object until that is gone. */
export interface Handles {
  add(tensor: Tensor): number;
  /** The same of a tensor that the engine may hold in ways that it does not count. */
  addShared(tensor: Tensor): number;
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
  const add = (tensor: Tensor): number => {
    const handle = free.length > 0 ? free.pop()! : tensors.length;
    tensors[handle] = tensor;
    tensor.storage.holds++;
    return handle;
  };
  return {
    add,
    addShared(tensor) {
      tensor.storage.shared = true;
      return add(tensor);
    },
    get: (handle) => tensors[handle]!,
    release(handle) {
      const { storage } = tensors[handle]!;
      tensors[handle] = null;
      free.push(handle);
      letGo(storage);
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
