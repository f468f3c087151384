import { repeatedId, unknownId } from './errors.ts';

/**
 * Where a run is: its stretches go from the end of one pass that is in no other to the end of the next. Of a long run's some are forgotten,
 * with all that no other stretch spoke of.
 */
export interface Stretches {
  now: number;
  readonly forgotten: Set<number>;
}

/** What a stream has announced, by id. */
export interface Register<T> {
  /** Whether the id is new; not so where it is known still although the stretch that told of it was forgotten. Throws where it is taken. */
  isNew(id: number): boolean;
  add(id: number, item: T): void;
  /** Throws where the id is not known. The present stretch has spoken of it from now on. */
  get(id: number, event: string): T;
  find(id: number): T | undefined;
  /** Lets it be there to the end. */
  pin(id: number): void;
  /** Lets go of what only forgotten stretches spoke of, this one the last. */
  forget(stretch: number): void;
  values(): T[];
}

interface Entry<T> {
  readonly id: number;
  readonly item: T;
  readonly born: number;
  told: number;
  used: number;
  pinned: boolean;
}

export function createRegister<T>(kind: string, stretches: Stretches): Register<T> {
  const entries = new Map<number, Entry<T>>();
  const usedIn = new Map<number, Entry<T>[]>();

  function use(entry: Entry<T>): void {
    const { now } = stretches;
    if (entry.used === now) return;
    entry.used = now;
    if (!usedIn.get(now)?.push(entry)) usedIn.set(now, [entry]);
  }

  return {
    isNew(id) {
      const entry = entries.get(id);
      if (entry === undefined) return true;
      if (!stretches.forgotten.has(entry.told)) throw repeatedId(kind, id);
      entry.told = stretches.now;
      use(entry);
      return false;
    },
    add(id, item) {
      const entry = { id, item, born: stretches.now, told: stretches.now, used: -1, pinned: false };
      entries.set(id, entry);
      use(entry);
    },
    get(id, event) {
      const entry = entries.get(id);
      if (entry === undefined) throw unknownId(kind, id, event);
      use(entry);
      return entry.item;
    },
    find: (id) => entries.get(id)?.item,
    pin(id) {
      const entry = entries.get(id);
      if (entry !== undefined) entry.pinned = true;
    },
    forget(stretch) {
      for (const { id, used, born, pinned } of usedIn.get(stretch) ?? [])
        if (used === stretch && !pinned && stretches.forgotten.has(born)) entries.delete(id);
      usedIn.delete(stretch);
    },
    values: () => Array.from(entries.values(), ({ item }) => item),
  };
}
