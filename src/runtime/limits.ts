/** What a run may use, unless its request says otherwise. */
export const LIMITS = {
  /** Bytes on stdout and stderr together. */
  output: 4 * 1024 * 1024,
  /** Bytes that tensors may hold. */
  tensor: 1024 * 1024 * 1024,
  /** Between the interrupt and the end of the worker: what a program has to run its `finally` blocks. */
  graceMs: 400,
  /** For a worker to be ready. A machine that is slower than this has another problem. */
  startMs: 60_000,
} as const;

/** Of a worker's JavaScript, not of Python's heap or the engine's arrays, which are bounded in the guest. */
export const WORKER_LIMITS = { maxOldGenerationSizeMb: 2048, maxYoungGenerationSizeMb: 64, stackSizeMb: 8 } as const;
