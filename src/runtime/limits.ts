/** What a run may use, unless its request says otherwise. */
export const LIMITS = {
  /** Bytes on stdout and stderr together. */
  output: 4 * 1024 * 1024,
  /** Bytes that tensors may hold. */
  tensor: 1024 * 1024 * 1024,
  /** Between the interrupt and the end of the worker: what a program has to run its `finally` blocks. */
  graceMs: 600,
  /** For a worker to be ready. A machine that is slower than this has another problem. */
  startMs: 60_000,
  /** A program that runs this long gets a successor ready beside it. */
  spareMs: 1000,
} as const;

/**
 * Of a worker's JavaScript; Python's heap and the engine's arrays are bounded in the guest. The stack is address space, not memory: with
 * this much, Python reaches its own limits first (RecursionError) and releases a chain of a million objects, which kills it otherwise.
 */
export const WORKER_LIMITS = { maxOldGenerationSizeMb: 2048, maxYoungGenerationSizeMb: 64, stackSizeMb: 256 } as const;
