/** The way on which most of the gradient comes from the loss, and how much of it each node hands on. */
import { stepsOf } from '../../trace/index-of.ts';
import type { DrawnGraph, GraphEdge } from '../graph.ts';

export interface FoundPath {
  /** From the end where the gradient enters. */
  readonly boxes: readonly string[];
  readonly edges: readonly string[];
  /** Per node on the way: the norm of what it sends along it over the norm of what it was given. */
  readonly ratios: readonly number[];
  readonly product: number;
}

interface Way {
  readonly score: number;
  readonly edge: GraphEdge | null;
}

/** From `key` back to where the gradient enters; the contributions flow from an edge's `target` to its `source`. */
export function pathToLoss(graph: DrawnGraph, key: string): FoundPath | null {
  const ways = best(
    graph,
    key,
    ({ source }) => source,
    ({ target }) => target,
  );
  return pathThrough(graph, ways, key, ({ target }) => target, false);
}

/** From `key` on to the leaf to which most of it flows. */
export function pathToLeaf(graph: DrawnGraph, key: string): FoundPath | null {
  const ways = best(
    graph,
    key,
    ({ target }) => target,
    ({ source }) => source,
  );
  return pathThrough(graph, ways, key, ({ source }) => source, true);
}

type End = (edge: GraphEdge) => string;

/** The best way from each box that `key` leads to, worked out from its end: no recursion, as a chain may be long. */
function best(graph: DrawnGraph, key: string, here: End, there: End): Map<string, Way> {
  const from = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) {
    if (edge.contribution === null && edge.state !== 'seed') continue;
    const known = from.get(here(edge));
    if (known === undefined) from.set(here(edge), [edge]);
    else known.push(edge);
  }
  const ways = new Map<string, Way>();
  const waiting = [key];
  for (let at = waiting.at(-1); at !== undefined; at = waiting.at(-1)) {
    const edges = from.get(at) ?? [];
    const unknown = edges.map(there).filter((next) => !ways.has(next));
    if (unknown.length > 0) {
      ways.set(at, { score: Number.NEGATIVE_INFINITY, edge: null });
      waiting.push(...unknown);
      continue;
    }
    ways.set(at, edges.length === 0 ? { score: 0, edge: null } : strongest(graph, edges, ways, there));
    waiting.pop();
  }
  return ways;
}

function strongest(graph: DrawnGraph, edges: readonly GraphEdge[], ways: ReadonlyMap<string, Way>, there: End): Way {
  let found: Way = { score: Number.NEGATIVE_INFINITY, edge: edges[0] ?? null };
  for (const edge of edges) {
    const score = Math.log(ratioOf(graph, edge) + 1e-300) + (ways.get(there(edge))?.score ?? 0);
    if (score > found.score) found = { score, edge };
  }
  return found;
}

function pathThrough(
  graph: DrawnGraph,
  ways: ReadonlyMap<string, Way>,
  key: string,
  there: End,
  fromLoss: boolean,
): FoundPath | null {
  const edges: GraphEdge[] = [];
  const boxes = [key];
  for (let edge = ways.get(key)?.edge ?? null; edge !== null; edge = ways.get(there(edge))?.edge ?? null) {
    edges.push(edge);
    boxes.push(there(edge));
  }
  if (edges.length === 0) return null;
  const ratios = edges.filter(({ state }) => state !== 'seed').map((edge) => ratioOf(graph, edge));
  if (!fromLoss) {
    for (const list of [edges, boxes, ratios] as unknown[][]) list.reverse();
  }
  return { boxes, edges: edges.map((edge) => edge.key), ratios, product: ratios.reduce((a, b) => a * b, 1) };
}

/** 1 for what enters. */
function ratioOf({ pass, boxes }: DrawnGraph, edge: GraphEdge): number {
  if (edge.state === 'seed' || pass === null) return 1;
  const node = keysOf(boxes).get(edge.target) ?? -1;
  const upstream = stepsOf(pass)
    .get(node)
    ?.gradOutputs.find((value) => value !== null);
  const [sent, given] = [edge.contribution?.stats.norm ?? 0, upstream?.stats.norm ?? 0];
  return given === 0 ? 0 : sent / given;
}

const indexes = new WeakMap<DrawnGraph['boxes'], Map<string, number>>();

function keysOf(boxes: DrawnGraph['boxes']): Map<string, number> {
  const made = indexes.get(boxes) ?? new Map(boxes.map(({ key, node }) => [key, node ?? -1]));
  indexes.set(boxes, made);
  return made;
}
