import type { Anomaly } from './autograd/anomaly.ts';
import type { GraphNode, Packed } from './autograd/node.ts';
import { type DType, float32 } from './dtype.ts';
import type { Observer } from './observer.ts';
import { defaultPrintOptions, type PrintOptions } from './print-options.ts';
import { Generator } from './random.ts';
import type { OpDef } from './registry.ts';
import type { Storage } from './storage.ts';
import type { Tensor } from './tensor.ts';

/** What every generator is seeded with before the program says otherwise. */
export const DEFAULT_SEED = 67280421310721n;

/** What belongs to one run. A fresh guest realm per run makes this one instance per run. */
class Context {
  gradEnabled = true;
  /** Inference mode: nothing is recorded, whatever grad mode says, and what is made can't be recorded later either. */
  inference = false;
  /** Grad mode as the program set it inside of inference mode. */
  gradInside = false;
  /** Passes that run inside each other, and a number for each. */
  passDepth = 0;
  passStamp = 0;
  /** The running pass is for some inputs only. */
  partialPass = false;
  observer: Observer | null = null;
  /** Who is told of the running pass; `observer` is null inside rules that make no graph. */
  passObserver: Observer | null = null;
  defaultDtype: DType = float32;
  readonly print: PrintOptions = defaultPrintOptions();
  readonly generator = new Generator(DEFAULT_SEED);
  /** The program's own generators, by number; 0 is the one that ops draw from where none is given. */
  readonly generators: Generator[] = [this.generator];
  /** Whether the run has made a lazy conjugate: until then no op need look for one. */
  conjugates = false;
  /** Inside of autocast: an op's arguments in the dtype that it runs in; null where it takes them as they are. */
  autocast: ((op: OpDef, args: readonly unknown[]) => readonly unknown[] | null) | null = null;
  nextTensor = 0;
  nextNode = 0;
  nextSequence = 0;
  nextHook = 0;
  anomaly: Anomaly | null = null;
  /** The node whose backward runs, while anomaly mode is on. */
  running: GraphNode | null = null;
  /** What saved tensors are packed by: `saved_tensors_hooks`. */
  savedHooks: ((tensor: Tensor) => Packed) | null = null;
  /** How many calls of the program's code run inside the engine's own: what is let go there may still be in use. */
  lent = 0;
  /** How many calls note what large storages they make, and those that they have made (`noteMade`). */
  noting = 0;
  made: Storage[] = [];
  /** Bytes that were allocated since `held` was last asked, and what it said then. */
  bytes = 0;
  byteLimit = Number.POSITIVE_INFINITY;
  /** Bytes that tensors really hold. Costly; while a program runs nobody else tells what was released. */
  held: (() => number) | null = null;
}

export const context = new Context();

/** Puts the run back to its beginning. */
export function resetContext(): void {
  Object.assign(context, new Context());
}

/** Runs `body` with grad mode set, whatever happens in it. */
export function withGradMode<T>(enabled: boolean, body: () => T): T {
  const before = context.gradEnabled;
  context.gradEnabled = enabled;
  try {
    return body();
  } finally {
    context.gradEnabled = before;
  }
}

/** Runs `body` outside of autocast. */
export function withoutAutocast<T>(body: () => T): T {
  const before = context.autocast;
  context.autocast = null;
  try {
    return body();
  } finally {
    context.autocast = before;
  }
}

/** Runs `body` unobserved: what the engine does for itself is not the program's. */
export function unobserved<T>(body: () => T): T {
  const before = context.observer;
  context.observer = null;
  try {
    return body();
  } finally {
    context.observer = before;
  }
}

/** Runs code of the program's inside a pass, such as a hook: what it does is observed, as outside. */
export function asProgram<T>(body: () => T): T {
  if (context.passObserver === null) return body();
  const before = context.observer;
  context.observer = context.passObserver;
  try {
    return body();
  } finally {
    context.observer = before;
  }
}

/** Calls the program's code from within the engine's. */
export function lending<T>(body: () => T): T {
  context.lent++;
  try {
    return body();
  } finally {
    context.lent--;
  }
}

/** Runs `body` without grad and unobserved: a kernel that is made of other ops is still one op. */
export function quietly<T>(body: () => T): T {
  return withGradMode(false, () => unobserved(body));
}
