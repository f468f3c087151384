import { host } from './shims.ts';

/** Written by the host to stop the program: Python's number for SIGINT. */
const SIGINT = 2;

export interface Interrupt {
  readonly memory: SharedArrayBuffer;
  /** What Pyodide polls in place of an array. Each look also calls `onPoll`: the only clock that ticks while Python runs. */
  readonly polled: Uint8Array;
  raise(): void;
  pending(): boolean;
  /** Waits that long, or until an interrupt comes. */
  wait(ms: number): void;
}

export function createInterrupt(onPoll: () => void): Interrupt {
  const memory = new SharedArrayBuffer(4);
  const bytes = new Uint8Array(memory);
  const word = new Int32Array(memory);
  let seen = 0;
  const polled = Object.freeze({
    get 0() {
      onPoll();
      seen = Atomics.load(bytes, 0);
      return seen;
    },
    /** Written after each look, whatever it saw: an interrupt that came in between must stay. */
    set 0(value: number) {
      Atomics.compareExchange(bytes, 0, seen, value);
    },
  });
  return {
    memory,
    polled: polled as unknown as Uint8Array,
    raise() {
      bytes[0] = SIGINT;
    },
    pending: () => bytes[0] === SIGINT,
    wait(ms) {
      const end = host.now() + ms;
      for (let left = ms; left > 0 && bytes[0] !== SIGINT; left = end - host.now()) {
        Atomics.wait(word, 0, word[0]!, Math.min(left, 1000));
      }
    },
  };
}
