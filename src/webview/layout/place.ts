/** Coordinates across the flow: vertices near the middle of what they join, without overlap. */
import { settle } from './isotonic.ts';
import type { Vertex } from './types.ts';

const SWEEPS = 10;
/** Long lines stay straight before boxes stay centred. */
const WEIGHT = { node: 1, label: 1, bend: 4, border: 1 } as const;
const GAP = { node: 28, label: 12, bend: 12, border: 12 } as const;

/** From so many vertices on, what stands beside a long way must not push it aside, step after step. */
const LONG_WAY = 150;

export function placeAcross(layers: readonly number[][], vertices: readonly Vertex[]): void {
  const beside = vertices.length > LONG_WAY ? besideOf(vertices) : new Set<number>();
  for (const layer of layers) stack(layer, vertices);
  const ranks = [...layers.keys()];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const side = sweep >= SWEEPS - 2 ? 'both' : sweep % 2 === 0 ? 'before' : 'after';
    for (const rank of sweep % 2 === 0 ? ranks : ranks.toReversed()) align(layers[rank]!, vertices, side, beside);
  }
}

/** What nothing leads to and what is needed once, such as a weight, and the lines from there: these follow, and do not pull. */
function besideOf(vertices: readonly Vertex[]): Set<number> {
  const beside = new Set<number>();
  vertices.forEach(({ kind, before, after }, at) => {
    if (kind !== 'node' || before.length > 0 || after.length !== 1) return;
    beside.add(at);
    for (let next = after[0]!; vertices[next]!.kind !== 'node'; next = vertices[next]!.after[0]!) {
      if (vertices[next]!.after.length === 0) break;
      beside.add(next);
    }
  });
  return beside;
}

/** The gap that two neighbours in a layer keep. */
export function gapBetween(a: Vertex, b: Vertex): number {
  return Math.max(GAP[a.kind], GAP[b.kind]);
}

/** The line's coordinate at a vertex. */
export function anchor(vertex: Vertex): number {
  return vertex.at + vertex.port;
}

function stack(layer: readonly number[], vertices: readonly Vertex[]): void {
  let at = 0;
  layer.forEach((index, i) => {
    const vertex = vertices[index]!;
    vertex.at = at;
    const next = layer[i + 1];
    if (next !== undefined) at += vertex.cross + gapBetween(vertex, vertices[next]!);
  });
}

function align(
  layer: readonly number[],
  vertices: readonly Vertex[],
  side: 'before' | 'after' | 'both',
  beside: ReadonlySet<number>,
): void {
  const wishes = layer.map((index, i) => {
    const vertex = vertices[index]!;
    const next = layer[i + 1];
    const gap = next === undefined ? 0 : gapBetween(vertex, vertices[next]!);
    const wanted = middle(linked(vertex, side), vertices, beside);
    return {
      at: wanted === null ? vertex.at : wanted - vertex.port,
      extent: vertex.cross + gap,
      weight: wanted === null ? 0.2 : isLoose(vertex) ? 0.02 : beside.has(index) ? 0.004 : WEIGHT[vertex.kind],
    };
  });
  settle(wishes).forEach((at, i) => {
    vertices[layer[i]!]!.at = at;
  });
}

function linked(vertex: Vertex, side: 'before' | 'after' | 'both'): readonly number[] {
  if (side === 'both') return [...vertex.before, ...vertex.after];
  return vertex[side].length > 0 ? vertex[side] : [];
}

function middle(linkedTo: readonly number[], vertices: readonly Vertex[], beside: ReadonlySet<number>): number | null {
  const anchored = linkedTo.filter((index) => !isLoose(vertices[index]!) && !beside.has(index));
  const pulls = anchored.length > 0 ? anchored : linkedTo;
  if (pulls.length === 0) return null;
  return pulls.reduce((sum, index) => sum + anchor(vertices[index]!), 0) / pulls.length;
}

/** The end of a lane goes where its node is; were the node to follow it in turn, a chain would drift aside. */
function isLoose(vertex: Vertex): boolean {
  return (vertex.kind === 'bend' || vertex.kind === 'label') && vertex.before.length === 0;
}
