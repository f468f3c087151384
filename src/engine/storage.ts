import { context } from './context.ts';
import type { Data, DType } from './dtype.ts';
import { runtimeError } from './errors.ts';
import { giveBack } from './wasm/memory.ts';

/** Memory that tensors share, and the version that in-place writes advance. */
export class Storage {
  /** Replaced only when `out=` grows a tensor. */
  data: Data;
  version = 0;
  /** Whether somebody beside one tensor may hold it: another tensor, a node, `.grad`. Never taken back: only the collector releases it. */
  shared = false;
  /** How many tensors were made over it. */
  tensors = 0;
  /** Whether the program has a handle of a tensor over it. */
  handed = false;

  constructor(data: Data) {
    this.data = data;
  }
}

/** Takes back the memory of a tensor that the program has let go. */
export function releaseStorage(storage: Storage): void {
  if (storage.shared || storage.tensors !== 1) return;
  const { data } = storage;
  storage.data = NOTHING;
  giveBack(data);
}

const NOTHING = new Float32Array(0);

/** The same memory seen through other elements: what is written to the one advances the version of the other. */
export function aliasStorage(storage: Storage, data: Data): Storage {
  const alias = new Storage(data);
  storage.shared = true;
  alias.shared = true;
  return Object.defineProperty(alias, 'version', {
    get: () => storage.version,
    set: (version: number) => {
      storage.version = version;
    },
  });
}

/** Memory for `length` elements, zeroed unless all of it will be written; raises as PyTorch's allocator does when the run's limit is passed. */
export function allocate(dtype: DType, length: number, zeroed = true): Storage {
  const bytes = length * dtype.bytes;
  if (bytes >= TRACKED) reserve(bytes);
  return new Storage(dtype.allocate(length, zeroed));
}

/** Smaller storages are not counted: 100,000 of them are 25 MB. */
const TRACKED = 256;

function reserve(bytes: number): void {
  if (context.bytes + bytes > context.byteLimit && bytes <= context.byteLimit && context.held)
    context.bytes = context.held();
  if (context.bytes + bytes > context.byteLimit) {
    throw runtimeError(
      `[enforce fail at alloc_cpu.cpp:66] . DefaultCPUAllocator: can't allocate memory: you tried to allocate ${bytes} bytes. Error code 12 (Cannot allocate memory)`,
    );
  }
  context.bytes += bytes;
}
