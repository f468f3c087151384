/** Lays out one connected part. */
import { orderLayers } from './order.ts';
import { gapBetween, placeAcross } from './place.ts';
import { type Pair, rankNodes } from './rank.ts';
import { route } from './route.ts';
import type { Chain, Direction, LayoutEdge, PartNode, PlacedEdge, PlacedNode, Size, Vertex } from './types.ts';

export interface Part extends Size {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** An edge over more layers than this goes round by a lane instead of holding a place in each. */
const LONG = 40;
/** Where the line runs beside a label: under it, or left of it when the flow is down. */
const LINE_INSET = 6;

export function buildComponent(
  part: { readonly nodes: readonly PartNode[]; readonly edges: readonly LayoutEdge[] },
  direction: Direction,
): Part {
  const edges = part.edges.filter(({ source, target }) => source !== target);
  const { vertices, chains } = expand(part.nodes, edges, direction);
  const results = part.nodes.map((_, at) => at).filter((at) => vertices[at]!.after.length === 0);
  const layers = orderLayers(vertices, results);
  const header = part.nodes.findIndex((node) => node.header === true);
  if (header >= 0) moveFirst(layers[0]!, header);
  placeAcross(layers, vertices);
  if (header >= 0) standAtStart(header, layers[0]!, vertices);
  return route({ nodes: part.nodes, edges, vertices, chains, layers, direction });
}

function moveFirst(layer: number[], vertex: number): void {
  layer.splice(layer.indexOf(vertex), 1);
  layer.unshift(vertex);
}

/** As far at the start as the content reaches, and clear of what follows it. */
function standAtStart(header: number, layer: readonly number[], vertices: readonly Vertex[]): void {
  const vertex = vertices[header]!;
  const next = layer[1] === undefined ? null : vertices[layer[1]]!;
  let at = next === null ? Number.POSITIVE_INFINITY : next.at - vertex.cross - gapBetween(vertex, next);
  for (const other of vertices) if (other !== vertex) at = Math.min(at, other.at);
  vertex.at = at;
}

interface Expanded {
  readonly vertices: Vertex[];
  readonly chains: Chain[];
}

/** Nodes keep even layers; each edge gets a vertex in every layer that it passes. */
function expand(nodes: readonly PartNode[], edges: readonly LayoutEdge[], direction: Direction): Expanded {
  const index = new Map(nodes.map(({ id }, at) => [id, at]));
  const pairs = edges.map(({ source, target }): Pair => [index.get(source)!, index.get(target)!]);
  const { rank, reversed } = rankNodes(
    nodes.length,
    pairs,
    nodes.map(({ pin }) => pin ?? null),
  );
  const lowest = rank.reduce((min, value) => Math.min(min, value), Number.POSITIVE_INFINITY);
  const vertices = nodes.map((node, at) => nodeVertex(node, 2 * (rank[at]! - lowest), direction));
  const sides = labelSides(edges, direction);
  const chains = edges.map((edge, at) => {
    const [source, target] = reversed[at] ? [pairs[at]![1], pairs[at]![0]] : pairs[at]!;
    const link = { edge: at, source, target, reversed: reversed[at]!, label: edge.label, line: sides[at]! };
    return addChain(vertices, link, direction);
  });
  return { vertices, chains };
}

/** Labels of one node's edges turn outwards: the first half above (or left of) their lines, the rest below (or right). */
function labelSides(edges: readonly LayoutEdge[], direction: Direction): Link['line'][] {
  const total = new Map<string, number>();
  for (const { target, label } of edges) if (label !== null) total.set(target, (total.get(target) ?? 0) + 1);
  const seen = new Map<string, number>();
  return edges.map(({ target, label }) => {
    const at = seen.get(target) ?? 0;
    if (label !== null) seen.set(target, at + 1);
    const count = total.get(target) ?? 0;
    if (count === 1) return direction === 'right' ? 'end' : 'start';
    return at < Math.floor(count / 2) ? 'end' : 'start';
  });
}

function nodeVertex(node: PartNode, rank: number, direction: Direction): Vertex {
  const [main, cross] = direction === 'right' ? [node.width, node.height] : [node.height, node.width];
  return {
    kind: node.pin == null ? 'node' : 'border',
    main,
    cross,
    port: cross / 2,
    rank,
    before: [],
    after: [],
    at: 0,
  };
}

interface Link {
  readonly edge: number;
  readonly source: number;
  readonly target: number;
  readonly reversed: boolean;
  readonly label: Size | null;
  readonly line: 'start' | 'end';
}

function addChain(vertices: Vertex[], link: Link, direction: Direction): Chain {
  const from = vertices[link.source]!.rank;
  const to = vertices[link.target]!.rank;
  const lane = to - from > LONG;
  const ranks = lane ? [to - 1] : Array.from({ length: to - from - 1 }, (_, i) => from + 1 + i);
  const inner = ranks.map((rank) => {
    const label = rank === to - 1 ? link.label : null;
    vertices.push(label === null ? bendVertex(rank) : labelVertex(label, rank, link.line, direction));
    return vertices.length - 1;
  });
  const path = lane ? [...inner, link.target] : [link.source, ...inner, link.target];
  for (let i = 1; i < path.length; i++) {
    vertices[path[i - 1]!]!.after.push(path[i]!);
    vertices[path[i]!]!.before.push(path[i - 1]!);
  }
  const label = link.label === null ? null : inner.at(-1)!;
  return { edge: link.edge, vertices: [link.source, ...inner, link.target], label, reversed: link.reversed, lane };
}

function bendVertex(rank: number): Vertex {
  return { kind: 'bend', main: 0, cross: 2, port: 1, rank, before: [], after: [], at: 0 };
}

function labelVertex(label: Size, rank: number, line: Link['line'], direction: Direction): Vertex {
  const right = direction === 'right';
  const cross = (right ? label.height : label.width) + 2 * LINE_INSET;
  const port = line === 'end' ? cross - LINE_INSET : LINE_INSET;
  const main = right ? label.width : label.height;
  return { kind: 'label', main, cross, port, rank, before: [], after: [], at: 0 };
}
