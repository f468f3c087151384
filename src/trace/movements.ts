import type { Tensor } from '../engine/index.ts';
import type { TraceEvent } from './events.ts';
import type { LeafSummary } from './model.ts';

/** How far leaves move between two passes: whatever stepped, an optimizer or the program itself. */
export interface Movements {
  /** A leaf got a gradient. */
  note(leaf: Tensor): void;
  /** Tells of the noted leaves that were written to since. */
  tell(): void;
}

type Floats = Float32Array | Float64Array;
type Moved = Pick<LeafSummary, 'tensor' | 'ratio'>;

interface Copy {
  readonly data: Floats;
  stamp: number;
}

export function createMovements(emit: (event: TraceEvent) => void): Movements {
  const copies = new WeakMap<Tensor, Copy>();
  let noted: Tensor[] = [];

  /** Of what has changed; the copy's place serves again. */
  function note(leaf: Tensor): void {
    const data = floatsOf(leaf);
    if (data === null) return;
    const { stamp } = leaf.storage;
    const copy = copies.get(leaf);
    noted.push(leaf);
    if (copy === undefined || copy.data.length !== data.length) copies.set(leaf, { data: data.slice(), stamp });
    else if (copy.stamp !== stamp) {
      copy.data.set(data);
      copy.stamp = stamp;
    }
  }

  function movedOf(leaf: Tensor): Moved | null {
    const [now, before] = [floatsOf(leaf), copies.get(leaf)!];
    if (now === null || before.stamp === leaf.storage.stamp || now.length !== before.data.length) return null;
    return { tensor: leaf.id, ratio: ratioOf(before.data, now) };
  }

  return {
    note,
    tell() {
      const leaves = noted.map(movedOf).filter((moved) => moved !== null);
      noted = [];
      if (leaves.length > 0) emit({ kind: 'moved', leaves });
    },
  };
}

/** The elements of a leaf that lie in one stretch; null for any other. */
function floatsOf({ storage: { data }, offset, numel, isContiguous, dtype }: Tensor): Floats | null {
  const plain = isContiguous && dtype.lanes === 1 && (data instanceof Float32Array || data instanceof Float64Array);
  return plain ? data.subarray(offset, offset + numel) : null;
}

/** |now - before| / |before|; null where that is not finite. */
function ratioOf(before: Floats, now: Floats): number | null {
  let [moved, size] = [0, 0];
  for (let i = 0; i < before.length; i++) {
    const was = before[i]!;
    const by = now[i]! - was;
    moved += by * by;
    size += was * was;
  }
  const ratio = Math.sqrt(moved / size);
  return Number.isFinite(ratio) ? ratio : null;
}
