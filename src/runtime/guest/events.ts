import type { TraceEvent } from '../../trace/events.ts';

const FLUSH_MS = 16;
const FLUSH_CHARS = 64 * 1024;

export interface EventBatch {
  add(event: TraceEvent): void;
  /** Sends what has waited longer than a frame; called often while the program runs. */
  tick(): void;
  flush(): void;
}

/** Gathers events and sends them as one JSON array, each frame or each 64 KB: a message per event would cost more than the event. */
export function createEventBatch(emit: (json: string) => void, now: () => number): EventBatch {
  let waiting: string[] = [];
  let size = 0;
  let last = 0;
  const { stringify } = JSON;

  function add(event: TraceEvent): void {
    const json = stringify(event);
    waiting.push(json);
    size += json.length;
    if (size >= FLUSH_CHARS || now() - last >= FLUSH_MS) flush();
  }

  function tick(): void {
    if (waiting.length > 0 && now() - last >= FLUSH_MS) flush();
  }

  function flush(): void {
    if (waiting.length === 0) return;
    const json = `[${waiting.join(',')}]`;
    waiting = [];
    size = 0;
    last = now();
    emit(json);
  }

  return { add, tick, flush };
}
