import { context } from './context.ts';
import type { Data, DType } from './dtype.ts';
import { runtimeError } from './errors.ts';

/** Memory that tensors share, and the version that in-place writes advance. */
export class Storage {
  /** Replaced only when `out=` grows a tensor. */
  data: Data;
  version = 0;

  constructor(data: Data) {
    this.data = data;
  }
}

/** The same memory seen through other elements: what is written to the one advances the version of the other. */
export function aliasStorage(storage: Storage, data: Data): Storage {
  const alias = new Storage(data);
  return Object.defineProperty(alias, 'version', {
    get: () => storage.version,
    set: (version: number) => {
      storage.version = version;
    },
  });
}

/** Zeroed memory for `length` elements; raises as PyTorch's allocator does when the run's limit is passed. */
export function allocate(dtype: DType, length: number): Storage {
  const bytes = length * dtype.bytes;
  if (bytes >= TRACKED) reserve(bytes);
  return new Storage(dtype.allocate(length));
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
