/**
 * What Python keeps for the engine to call lives as long as what calls it: a hook as long as its tensor, a custom backward as long as its
 * node. The engine's own objects go when the collector takes them, of which nobody is told; so now and then it is asked.
 */
import type { Nodes } from './bridge-nodes.ts';

export interface Leases {
  /** `key` may be let go when `holder`, which alone calls it, has gone. */
  add(key: number, holder: object): void;
  /** It has been let go. */
  end(key: number): void;
  clear(): void;
}

export interface Landlord {
  /** The ids of nodes whose Python objects nobody but the kept functions holds. */
  idleNodes(): readonly number[];
  letGo(key: number): void;
  collect(): void;
}

/** Leases between two looks, at least. */
const PATIENCE = 1000;

export function createLeases(nodes: Nodes, { idleNodes, letGo, collect }: Landlord): Leases {
  const leases = new Map<number, WeakRef<object>>();
  let limit = PATIENCE;

  function look(): void {
    const idle = idleNodes().map((id) => new WeakRef(nodes.get(id)));
    for (const node of idle) nodes.release(node.deref()!.id);
    collect();
    for (const node of idle) nodes.keep(node.deref() ?? null);
    const ended = [...leases].filter(([, holder]) => holder.deref() === undefined);
    for (const [key] of ended) letGo(key);
    limit = Math.max(PATIENCE, 2 * leases.size);
  }

  return {
    add(key, holder) {
      if (leases.size >= limit) look();
      leases.set(key, new WeakRef(holder));
    },
    end(key) {
      leases.delete(key);
    },
    clear() {
      leases.clear();
      limit = PATIENCE;
    },
  };
}
