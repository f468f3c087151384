/** Layers: every edge leads to a later one, and what is used late stands late. */
import type { Pin } from './types.ts';

export interface Ranking {
  readonly rank: readonly number[];
  /** Edges that run against the order (only where the input has a cycle). */
  readonly reversed: readonly boolean[];
}
export type Pair = readonly [source: number, target: number];

/** `pins` holds nodes in the first or the last layer, where nothing else then stands. */
export function rankNodes(count: number, pairs: readonly Pair[], pins: readonly (Pin | null)[] = []): Ranking {
  const order = topological(count, pairs);
  const place = new Array<number>(count).fill(0);
  order.forEach((node, at) => {
    place[node] = at;
  });
  const reversed = pairs.map(([source, target]) => place[source]! > place[target]!);
  const forward = pairs.map(([source, target], at): Pair => (reversed[at] ? [target, source] : [source, target]));
  const rank = pullLate(order, forward, longestPaths(order, forward, pins), pins);
  if (!pins.includes('last')) return { rank, reversed };
  const last = 1 + rank.reduce((max, value, node) => (pins[node] === 'last' ? max : Math.max(max, value)), 0);
  return { rank: rank.map((value, node) => (pins[node] === 'last' ? last : value)), reversed };
}

/** Kahn's order; a cycle is opened at its first node. */
function topological(count: number, pairs: readonly Pair[]): number[] {
  const after = neighbours(count, pairs);
  const waiting = new Array<number>(count).fill(0);
  for (const [, target] of pairs) waiting[target]! += 1;
  const order: number[] = [];
  const done = new Array<boolean>(count).fill(false);
  const emit = (start: number): void => {
    const ready = [start];
    done[start] = true;
    for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
      order.push(node);
      for (const next of after[node]!) {
        waiting[next]! -= 1;
        if (waiting[next] !== 0 || done[next]) continue;
        done[next] = true;
        ready.push(next);
      }
    }
  };
  for (let node = 0; node < count; node++) if (waiting[node] === 0 && !done[node]) emit(node);
  for (let node = 0; node < count; node++) if (!done[node]) emit(node);
  return order;
}

function longestPaths(order: readonly number[], pairs: readonly Pair[], pins: readonly (Pin | null)[]): number[] {
  const rank = new Array<number>(order.length).fill(0);
  if (pins.includes('first')) for (const node of order) rank[node] = pins[node] === 'first' ? 0 : 1;
  const after = neighbours(order.length, pairs);
  for (const node of order) {
    for (const next of after[node]!) rank[next] = Math.max(rank[next]!, rank[node]! + 1);
  }
  return rank;
}

/** A node with more ways out than in moves up to its first use: a weight stands beside the layer that needs it. */
function pullLate(
  order: readonly number[],
  pairs: readonly Pair[],
  rank: number[],
  pins: readonly (Pin | null)[],
): number[] {
  const after = neighbours(order.length, pairs);
  const waysIn = new Array<number>(order.length).fill(0);
  for (const [, target] of pairs) waysIn[target]! += 1;
  for (const node of order.toReversed()) {
    if (after[node]!.length <= waysIn[node]! || pins[node] != null) continue;
    let first = Number.POSITIVE_INFINITY;
    for (const next of after[node]!) first = Math.min(first, rank[next]!);
    rank[node] = first - 1;
  }
  return rank;
}

function neighbours(count: number, pairs: readonly Pair[]): number[][] {
  const after = Array.from({ length: count }, (): number[] => []);
  for (const [source, target] of pairs) if (source !== target) after[source]!.push(target);
  return after;
}
