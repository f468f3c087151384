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
  const polled = Object.freeze({
    get 0() {
      onPoll();
      return bytes[0]!;
    },
    set 0(value: number) {
      bytes[0] = value;
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
