/** From layers to coordinates: layers along the flow, ports on the boxes, lines through the gaps. */

import type { Part } from './component.ts';
import { settle } from './isotonic.ts';
import { anchor } from './place.ts';
import type { Chain, Direction, LayoutEdge, PartNode, Point, Rect, Vertex } from './types.ts';

const GAP = 22;
/** A gap grows with the height of the steepest line in it, up to this. */
const GAP_MAX = 76;
const STEEPNESS = 0.22;
const LANE = 18;
const PORT_INSET = 14;
const PORT_GAP = 10;

export interface Laid {
  readonly nodes: readonly PartNode[];
  readonly edges: readonly LayoutEdge[];
  readonly vertices: readonly Vertex[];
  readonly chains: readonly Chain[];
  readonly layers: readonly number[][];
  readonly direction: Direction;
}

interface Band {
  readonly start: number;
  readonly end: number;
}
/** A point in the layout's own axes: along the flow, across it. */
type Pair = readonly [main: number, cross: number];

export function route(laid: Laid): Part {
  const ports = assignPorts(laid);
  const bands = layerBands(laid, ports);
  const lanes = assignLanes(laid);
  const paths = laid.chains.map((chain) => chainPath(chain, laid, bands, ports, lanes));
  const nodes = laid.nodes.map((node, at) => ({ id: node.id, ...vertexRect(laid.vertices[at]!, bands) }));
  const edges = laid.chains.map((chain, at) => ({
    id: laid.edges[chain.edge]!.id,
    points: chain.reversed ? paths[at]!.toReversed() : paths[at]!,
    label: chain.label === null ? null : labelBox(laid, chain, bands),
  }));
  return toPart(nodes, edges, laid.direction);
}

/** Per chain, where its line leaves its first and enters its last vertex. */
type Ports = readonly { source: number; target: number }[];

function assignPorts(laid: Laid): Ports {
  const { vertices, chains } = laid;
  const ports = chains.map(() => ({ source: 0, target: 0 }));
  const sides = new Map<string, { chain: number; end: 'source' | 'target'; want: number; box: Vertex }[]>();
  chains.forEach(({ vertices: path, lane }, chain) => {
    const first = vertices[path[0]!]!;
    const last = vertices[path.at(-1)!]!;
    const leave = lane ? first.at + first.cross : anchor(vertices[path[1]!]!);
    push(sides, `${path[0]} out`, { chain, end: 'source', want: leave, box: first });
    push(sides, `${path.at(-1)} in`, { chain, end: 'target', want: anchor(vertices[path.at(-2)!]!), box: last });
  });
  for (const users of sides.values()) {
    const box = users[0]!.box;
    const sorted = users.toSorted((a, b) => a.want - b.want || a.chain - b.chain);
    const at = spread(
      sorted.map(({ want }) => want),
      box.at + PORT_INSET,
      box.at + box.cross - PORT_INSET,
    );
    sorted.forEach(({ chain, end }, i) => {
      ports[chain]![end] = fixedPort(laid, chains[chain]!, end) ?? at[i]!;
    });
  }
  return ports;
}

/** Where an edge meets a group, its inside has decided. */
function fixedPort({ nodes, edges, vertices }: Laid, chain: Chain, end: 'source' | 'target'): number | undefined {
  const vertex = end === 'source' ? chain.vertices[0]! : chain.vertices.at(-1)!;
  const offset = nodes[vertex]!.ports?.get(edges[chain.edge]!.id);
  return offset === undefined ? undefined : vertices[vertex]!.at + offset;
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

/** As near as wanted within a side, at least `PORT_GAP` apart while there is room. */
function spread(wants: readonly number[], low: number, high: number): number[] {
  const gap = Math.min(PORT_GAP, (high - low) / Math.max(1, wants.length - 1));
  const room = gap * (wants.length - 1);
  const wishes = wants.map((want) => ({ at: Math.min(high, Math.max(low, want)), extent: gap, weight: 1 }));
  return settle(wishes).map((at, i) => Math.min(high - room + gap * i, Math.max(low + gap * i, at)));
}

function layerBands({ layers, vertices, chains }: Laid, ports: Ports): Band[] {
  const steep = new Array<number>(layers.length).fill(0);
  chains.forEach(({ vertices: path, lane }, chain) => {
    const at = path.map((vertex) => anchor(vertices[vertex]!));
    at[0] = ports[chain]!.source;
    at[path.length - 1] = ports[chain]!.target;
    for (let i = lane ? 2 : 1; i < path.length; i++) {
      const rank = vertices[path[i]!]!.rank;
      steep[rank] = Math.max(steep[rank]!, Math.abs(at[i]! - at[i - 1]!));
    }
  });
  let end = 0;
  return layers.map((layer, rank) => {
    const gap = rank === 0 ? 0 : Math.min(GAP_MAX, GAP + steep[rank]! * STEEPNESS);
    const start = end + gap;
    end = start + layer.reduce((max, vertex) => Math.max(max, vertices[vertex]!.main), 0);
    return { start, end };
  });
}

/** One lane per source, after everything else across the flow: long ways lead to weights, which are later arguments. */
function assignLanes({ chains, vertices }: Laid): ReadonlyMap<number, number> {
  const edge = vertices.reduce((max, { at, cross }) => Math.max(max, at + cross), 0);
  const lanes = new Map<number, number>();
  for (const { lane, vertices: path } of chains) {
    if (lane && !lanes.has(path[0]!)) lanes.set(path[0]!, edge + LANE * (lanes.size + 1));
  }
  return lanes;
}

function chainPath(
  chain: Chain,
  laid: Laid,
  bands: readonly Band[],
  ports: Ports,
  lanes: ReadonlyMap<number, number>,
): Pair[] {
  const { vertices } = laid;
  const path = chain.vertices;
  const first = vertices[path[0]!]!;
  const last = vertices[path.at(-1)!]!;
  const { source, target } = ports[chain.edge]!;
  const points: Pair[] = [
    [vertexEnd(first, bands), source],
    [bands[first.rank]!.end, source],
  ];
  if (chain.lane) {
    const lane = lanes.get(path[0]!)!;
    points.push([bands[first.rank + 1]!.start, lane], [bands[last.rank - 2]!.end, lane]);
  }
  for (const inner of path.slice(1, -1)) {
    const vertex = vertices[inner]!;
    if (vertex.kind === 'bend' && !chain.lane && isEmpty(bands[vertex.rank]!)) continue;
    points.push([bands[vertex.rank]!.start, anchor(vertex)], [bands[vertex.rank]!.end, anchor(vertex)]);
  }
  points.push([bands[last.rank]!.start, target], [vertexStart(last, bands), target]);
  return points.filter((point, i) => i === 0 || point[0] !== points[i - 1]![0] || point[1] !== points[i - 1]![1]);
}

/** A layer without extent is one with the gaps around it: lines need not bend there. */
function isEmpty({ start, end }: Band): boolean {
  return start === end;
}

function vertexStart(vertex: Vertex, bands: readonly Band[]): number {
  const { start, end } = bands[vertex.rank]!;
  return start + (end - start - vertex.main) / 2;
}

function vertexEnd(vertex: Vertex, bands: readonly Band[]): number {
  return vertexStart(vertex, bands) + vertex.main;
}

interface Box {
  readonly main: number;
  readonly cross: number;
  readonly mainSize: number;
  readonly crossSize: number;
}

function vertexRect(vertex: Vertex, bands: readonly Band[]): Box {
  return { main: vertexStart(vertex, bands), cross: vertex.at, mainSize: vertex.main, crossSize: vertex.cross };
}

interface LabelBox extends Box {
  readonly line: 'start' | 'end';
}

/** The label's own rectangle, without the room for the line. */
function labelBox({ vertices }: Laid, chain: Chain, bands: readonly Band[]): LabelBox {
  const vertex = vertices[chain.label!]!;
  const box = vertexRect(vertex, bands);
  const line = vertex.port < vertex.cross / 2 ? 'start' : 'end';
  const room = 2 * Math.min(vertex.port, vertex.cross - vertex.port);
  return { ...box, cross: box.cross + (line === 'start' ? room : 0), crossSize: box.crossSize - room, line };
}

interface RawEdge {
  readonly id: string;
  readonly points: readonly Pair[];
  readonly label: LabelBox | null;
}

/** Turns the layout's axes into x and y, with the smallest coordinate at 0. */
function toPart(
  nodes: readonly (Box & { readonly id: string })[],
  edges: readonly RawEdge[],
  direction: Direction,
): Part {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  let long = 0;
  const see = (main: number, from: number, to: number): void => {
    [low, high, long] = [Math.min(low, from), Math.max(high, to), Math.max(long, main)];
  };
  for (const box of nodes) see(box.main + box.mainSize, box.cross, box.cross + box.crossSize);
  for (const { points, label } of edges) {
    for (const [main, cross] of points) see(main, cross, cross);
    if (label !== null) see(label.main + label.mainSize, label.cross, label.cross + label.crossSize);
  }
  high -= low;
  const rect = (box: Box): Rect =>
    direction === 'right'
      ? { x: box.main, y: box.cross - low, width: box.mainSize, height: box.crossSize }
      : { x: box.cross - low, y: box.main, width: box.crossSize, height: box.mainSize };
  const point = ([main, cross]: Pair): Point =>
    direction === 'right' ? { x: main, y: cross - low } : { x: cross - low, y: main };
  return {
    nodes: nodes.map((node) => ({ id: node.id, ...rect(node) })),
    edges: edges.map(({ id, points, label }) => ({
      id,
      points: points.map(point),
      label: label && { ...rect(label), line: label.line },
    })),
    ...(direction === 'right' ? { width: long, height: high } : { width: high, height: long }),
  };
}
