/**
 * The memory snapshot's file, as tools/snapshot-file.mjs writes it: words (the mark, bytes of Pyodide's own head, bytes of the heap, number
 * of runs), two words for each run (where in the heap, how many bytes), Pyodide's head, and the runs' bytes one after the other. What no run
 * holds is zero, as it is in a new heap: more than half of the heap, which is neither stored nor touched.
 */
import { host } from './shims.ts';

/** "BPSN". */
const MARK = 0x4e535042;
const WORDS = 4;

export interface Snapshot {
  /** What Pyodide reads itself: its mark, its build, and what it keeps outside the heap. */
  readonly head: Uint8Array;
  readonly heapBytes: number;
  /** Writes the heap's contents over a new module's heap. */
  fill(heap: Uint8Array): void;
}

/** Throws when the file is not such a snapshot. */
export function openSnapshot(asset: string): Snapshot {
  const [mark, headBytes, heapBytes, count] = read(asset, 0, 4 * WORDS, Uint32Array);
  if (mark !== MARK) throw new Error('It is not a snapshot.');
  const runs = read(asset, 4 * WORDS, 8 * count!, Uint32Array);
  const headStart = 4 * WORDS + runs.byteLength;
  const head = read(asset, headStart, headBytes!, Uint8Array);
  return {
    head,
    heapBytes: heapBytes!,
    fill(heap) {
      let position = headStart + head.length;
      for (let i = 0; i < runs.length; i += 2) {
        const run = heap.subarray(runs[i]!, runs[i]! + runs[i + 1]!);
        host.readAsset(asset, run, position);
        position += run.length;
      }
    },
  };
}

type Kind<T> = new (buffer: ArrayBuffer) => T;

function read<T>(asset: string, position: number, size: number, Kind: Kind<T>): T {
  const bytes = new Uint8Array(size);
  host.readAsset(asset, bytes, position);
  return new Kind(bytes.buffer);
}
