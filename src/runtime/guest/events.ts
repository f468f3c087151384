import { TraceEvent } from '../../trace/events.ts';
import { createPacker, type Pack } from '../../trace/packing.ts';

const FLUSH_MS = 16;
/** Words and characters. */
const FLUSH_SIZE = 32 * 1024;
/** Events after which the clock is looked at. */
const PATIENCE = 16;

export interface EventBatch {
  add(event: TraceEvent): void;
  /** Sends what has waited longer than a frame; called often while the program runs. */
  tick(): void;
  flush(): void;
}

/** Gathers events and sends them together, each frame or when they are many: a message per event would cost more than the event. */
export function createEventBatch(emit: (pack: Pack) => void, now: () => number): EventBatch {
  const packer = createPacker(TraceEvent);
  let last = 0;
  let patience = 0;

  function add(event: TraceEvent): void {
    packer.add(event);
    if (packer.size >= FLUSH_SIZE) flush();
    else if (--patience <= 0) {
      patience = PATIENCE;
      tick();
    }
  }

  function tick(): void {
    if (packer.size > 0 && now() - last >= FLUSH_MS) flush();
  }

  function flush(): void {
    if (packer.size === 0) return;
    last = now();
    emit(packer.take());
  }

  return { add, tick, flush };
}
