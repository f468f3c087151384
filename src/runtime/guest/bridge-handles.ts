import type { Tensor } from '../../engine/index.ts';

/** Bytes of new tensors after which Python is asked to hand in the handles of its dead objects. */
const PRESSURE = 64 * 2 ** 20;

/** Which engine tensor each Python `Tensor` stands for. A handle belongs to one Python object until it is released. */
export interface Handles {
  add(tensor: Tensor): number;
  get(handle: number): Tensor;
  release(handles: readonly number[]): void;
  /** The handle of a Python object that stands for `tensor`; -1 when there is none. Slow: looks at all of them. */
  find(tensor: Tensor): number;
  readonly live: number;
  /** Forgets all of them. */
  clear(): void;
}

/** `relieve` is called from inside `add`, when much memory was taken since the last time. */
export function createHandles(relieve: () => void): Handles {
  const tensors: (Tensor | null)[] = [];
  const free: number[] = [];
  let pressure = 0;
  return {
    add(tensor) {
      pressure += tensor.storage.data.byteLength;
      if (pressure > PRESSURE) {
        pressure = 0;
        relieve();
      }
      const handle = free.pop() ?? tensors.length;
      tensors[handle] = tensor;
      return handle;
    },
    get: (handle) => tensors[handle]!,
    release(handles) {
      for (const handle of handles) {
        tensors[handle] = null;
        free.push(handle);
      }
    },
    find: (tensor) => tensors.indexOf(tensor),
    get live() {
      return tensors.length - free.length;
    },
    clear() {
      tensors.length = 0;
      free.length = 0;
      pressure = 0;
    },
  };
}
