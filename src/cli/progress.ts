import type { TraceEvent } from '../trace/events.ts';

/** How often the line changes. */
const EVERY_MS = 100;

/** A line on a terminal that says how far a long run is; nothing elsewhere. */
export interface Progress {
  see(event: TraceEvent): void;
  /** Takes the line away: before something else is written, and at the end. */
  clear(): void;
}

export function createProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  const began = now();
  let [passes, last, shown] = [0, began, false];

  function clear(): void {
    if (shown) stream.write('\r\u001b[K');
    shown = false;
  }

  return {
    see(event) {
      if (event.kind !== 'passEnd' || !stream.isTTY) return;
      passes++;
      if (now() - last < EVERY_MS) return;
      last = now();
      const seconds = (last - began) / 1000;
      stream.write(`\r\u001b[Kpass ${passes}, ${seconds.toFixed(1)} s, ${(passes / seconds).toFixed(0)} a second`);
      shown = true;
    },
    clear,
  };
}
