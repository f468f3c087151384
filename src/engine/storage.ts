import { context } from './context.ts';
import type { Data, DType } from './dtype.ts';
import { runtimeError } from './errors.ts';
import { claim, giveBack, LEAST } from './wasm/memory.ts';

/** Memory that tensors share, and the version that in-place writes advance. */
export class Storage {
  /** Replaced only when `out=` grows a tensor. */
  data: Data;
  version = 0;
  /** The storage whose memory this is; another one only of what `.data` gives. */
  readonly memory: Storage;
  /** Writes to the memory through storages that have a version of their own. */
  unseen = 0;
  /** Made in inference mode: its tensors have no version and no place in a graph. */
  inference = context.inference;
  /**
   * How many hold it, views included, of those that say so: handles of the program's, saved tensors, gradients on their way, `.grad`. What the last of them lets
   * go is taken back at once; what none of them ever held is left to the collector.
   */
  holds = 0;
  /** Whether others may hold it too: then only the collector knows. */
  shared = false;

  constructor(data: Data, memory: Storage | null = null) {
    this.data = data;
    this.memory = memory ?? this;
    if (memory !== null || data.byteLength < LEAST) return;
    claim(data);
    if (context.noting > 0) context.made.push(this);
  }

  /** Grows with every write to the memory, whoever made it. */
  get stamp(): number {
    return this.memory.version + this.memory.unseen;
  }
}

/** One of those that hold a storage lets it go. */
export function letGo(storage: Storage): void {
  if (--storage.holds <= 0) takeBack(storage);
}

/** Whether neither code of the program's nor another pass runs inside the engine's own. */
export const isAlone = (): boolean => context.lent === 0 && context.passDepth <= 1;

/**
 * Takes back the memory of a storage that nobody holds, where nobody else can know of it: no code of the program's runs inside the engine's own. An
 * observer looks at values while it is told of them, and keeps none.
 */
export function takeBack(storage: Storage): void {
  if (storage.holds > 0 || storage.shared || storage.data.byteLength < LEAST) return;
  if (isAlone() && giveBack(storage.data)) storage.data = NOTHING;
}

const NOTHING = new Float32Array(0);

/**
 * Begins to note what large storages are made, until `tidy` is given the answer: a call of the program's, or a node's turn in a pass. What an op makes
 * on its way, and what nobody holds when it ends, is taken back then; the collector would know of it much later.
 */
export function noteMade(): number {
  context.noting++;
  return context.made.length;
}

/** Takes back what was made since and nobody holds. Inside of the program's own code it is left to the call around it. */
export function tidy(mark: number): void {
  const { made } = context;
  context.noting--;
  if (made.length === mark || (context.noting > 0 && !isAlone())) return;
  for (let i = mark; i < made.length; i++) takeBack(made[i]!);
  made.length = mark;
}

/** The same memory seen through other elements: what is written to the one advances the version of the other. */
export function aliasStorage(storage: Storage, data: Data): Storage {
  const alias = new Storage(data);
  alias.inference = storage.inference;
  storage.shared = true;
  alias.shared = true;
  return Object.defineProperty(alias, 'version', {
    get: () => storage.version,
    set: (version: number) => {
      storage.version = version;
    },
  });
}

/** The same memory with a version of its own, which counts on `from`: what autograd is not told of (`.data`). */
export function unversioned({ memory, inference }: Storage, from = 0): Storage {
  const own = new Storage(memory.data, memory);
  own.inference = inference;
  memory.shared = true;
  own.shared = true;
  let version = from;
  return Object.defineProperties(own, {
    data: {
      get: () => memory.data,
      set: (data: Data) => {
        memory.data = data;
      },
    },
    version: {
      get: () => version,
      set: (next: number) => {
        version = next;
        memory.unseen++;
      },
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
