/**
 * `setTimeout` inside the realm. Nothing fires by itself: a program runs in one long call, and whoever waits pumps the queue.
 */
export interface Timers {
  set(callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): number;
  clear(id: number): void;
  /** Runs what is due. Answers the milliseconds until the next, or -1 when nothing waits. */
  pump(): number;
}

interface Timer {
  id: number;
  due: number;
  run: () => void;
}

export function createTimers(now: () => number): Timers {
  let queue: Timer[] = [];
  let last = 0;

  function set(callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): number {
    last += 1;
    queue.push({ id: last, due: now() + Math.max(0, Number(ms) || 0), run: () => callback(...args) });
    return last;
  }

  function clear(id: number): void {
    queue = queue.filter((timer) => timer.id !== id);
  }

  function pump(): number {
    const time = now();
    const due = queue.filter((timer) => timer.due <= time).sort((a, b) => a.due - b.due || a.id - b.id);
    queue = queue.filter((timer) => timer.due > time);
    for (const timer of due) timer.run();
    if (queue.length === 0) return -1;
    return Math.max(0, Math.min(...queue.map((timer) => timer.due)) - now());
  }

  return { set, clear, pump };
}
