import type { Observer } from './observer.ts';

/** What belongs to one run. A fresh guest realm per run makes this one instance per run. */
class Context {
  gradEnabled = true;
  observer: Observer | null = null;
  nextTensor = 0;
  nextNode = 0;
  nextSequence = 0;
  /** Bytes that live tensors of size hold, as far as the collector has told. */
  bytes = 0;
  byteLimit = Number.POSITIVE_INFINITY;
  readonly released = new FinalizationRegistry<number>((bytes) => {
    this.bytes -= bytes;
  });
}

export const context = new Context();

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
