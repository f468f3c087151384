/** The order within each layer: as an expression reads, then swept by barycentres while crossings fall. */
import type { Vertex } from './types.ts';

const SWEEPS = 8;
/** Above this many vertices fewer sweeps are affordable. */
const LARGE = 6000;

export function orderLayers(vertices: readonly Vertex[], roots: readonly number[]): number[][] {
  let best = firstOrder(vertices, roots);
  let fewest = crossings(best, vertices);
  let current = best;
  const sweeps = vertices.length > LARGE ? 2 : SWEEPS;
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    current = sweepOnce(current, vertices, sweep % 2 === 0);
    const count = crossings(current, vertices);
    if (count < fewest) [best, fewest] = [current, count];
  }
  return best;
}

/** Depth first from the results, arguments in their order. */
function firstOrder(vertices: readonly Vertex[], roots: readonly number[]): number[][] {
  const layers: number[][] = [];
  const seen = new Set<number>();
  const stack = [...vertices.keys()].reverse();
  stack.push(...roots.toReversed());
  for (let vertex = stack.pop(); vertex !== undefined; vertex = stack.pop()) {
    if (seen.has(vertex)) continue;
    seen.add(vertex);
    const { rank, before } = vertices[vertex]!;
    while (layers.length <= rank) layers.push([]);
    layers[rank]!.push(vertex);
    stack.push(...before.toReversed());
  }
  return layers;
}

function sweepOnce(layers: readonly number[][], vertices: readonly Vertex[], forward: boolean): number[][] {
  const next = layers.map((layer) => [...layer]);
  const place = new Array<number>(vertices.length).fill(0);
  const ranks = [...next.keys()];
  for (const rank of forward ? ranks : ranks.reverse()) {
    const layer = next[rank]!;
    const keys = new Map(layer.map((vertex, at) => [vertex, barycentre(vertices[vertex]!, forward, place, at)]));
    layer.sort((a, b) => keys.get(a)! - keys.get(b)!);
    layer.forEach((vertex, at) => {
      place[vertex] = at;
    });
  }
  return next;
}

function barycentre(vertex: Vertex, forward: boolean, place: readonly number[], at: number): number {
  const linked = forward ? vertex.before : vertex.after;
  if (linked.length === 0) return at;
  return linked.reduce((sum, other) => sum + place[other]!, 0) / linked.length;
}

function crossings(layers: readonly number[][], vertices: readonly Vertex[]): number {
  const place = new Map<number, number>();
  for (const layer of layers) layer.forEach((vertex, at) => void place.set(vertex, at));
  let total = 0;
  for (const layer of layers) total += layerCrossings(layer, vertices, place);
  return total;
}

/** Inversions between one layer and the next, counted with a Fenwick tree. */
function layerCrossings(
  layer: readonly number[],
  vertices: readonly Vertex[],
  place: ReadonlyMap<number, number>,
): number {
  const ends = layer.flatMap((vertex) => vertices[vertex]!.after.map((to) => place.get(to)!).sort((a, b) => a - b));
  let size = 0;
  for (const end of ends) size = Math.max(size, end + 1);
  const tree = new Array<number>(size + 1).fill(0);
  let total = 0;
  ends.forEach((end, seen) => {
    let upTo = 0;
    for (let at = end + 1; at > 0; at -= at & -at) upTo += tree[at]!;
    total += seen - upTo;
    for (let at = end + 1; at <= size; at += at & -at) tree[at]! += 1;
  });
  return total;
}
