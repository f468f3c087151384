/**
 * A layered drawing: layers along the flow, labels in layers of their own between those of the nodes.
 *
 * Lines run straight inside a layer, where they hold a place like a box does, and bend only in the gaps between
 * layers, which are empty: so no line can pass through a box, and no label can lie on another.
 *
 * A group's inside is a drawing of its own, which its container places as one box. An edge that crosses a border is laid
 * out in pieces, which meet there. Insides that are alike are laid out once.
 */
import { layoutFlat, shift } from './flat.ts';
import { type Box, type Inside, layoutInside } from './inside.ts';
import { type Container, type Nest, nestInput } from './nest.ts';
import type { Layout, LayoutInput, PlacedEdge, PlacedNode, Point, Rect } from './types.ts';

export { boundsOf, overlaps } from './geometry.ts';
export type * from './types.ts';

/** Insides by their structure, for as long as the cache is kept. */
export type LayoutCache = Map<string, Inside>;
/** An inside of this many parts is not looked for again: its description would be as long. */
const CACHE_PARTS = 2000;
const CACHE_SIZE = 4000;

export function layoutGraph(input: LayoutInput, cache: LayoutCache = new Map()): Layout {
  const nest = nestInput(input);
  if (cache.size > CACHE_SIZE) cache.clear();
  const insides = new Array<Inside>(nest.parents.length);
  for (const group of nest.innerFirst) insides[group] = insideOf(input, nest, insides, group, cache);
  return compose(input, nest, insides);
}

function insideOf(
  input: LayoutInput,
  nest: Nest,
  insides: readonly Inside[],
  group: number,
  cache: LayoutCache,
): Inside {
  const container = nest.containers[group]!;
  const boxes = boxesOf(input, nest, insides, group);
  const { header } = input.groups![group]!;
  const make = (): Inside => layoutInside(container, boxes, header, input.direction);
  if (container.members.length + container.pieces.length > CACHE_PARTS) return make();
  const key = structureOf(container, boxes, [input.direction, header.width, header.height]);
  const made = cache.get(key) ?? make();
  cache.set(key, made);
  return made;
}

/** The members of a container with their sizes, and where its pieces meet the groups among them. */
function boxesOf(input: LayoutInput, nest: Nest, insides: readonly Inside[], group: number): Box[] {
  const { members, pieces } = nest.containers[group]!;
  const pieceOf = new Map(pieces.map(({ edge }, at) => [edge, at]));
  return members.map(({ kind, at }) => {
    if (kind === 'node') return { width: input.nodes[at]!.width, height: input.nodes[at]!.height, ports: null };
    const ports = new Map<number, number>();
    nest.containers[at]!.pieces.forEach(({ edge }, piece) => {
      const offset = insides[at]!.ports[piece]!;
      if (!Number.isNaN(offset)) ports.set(pieceOf.get(edge)!, offset);
    });
    return { width: insides[at]!.width, height: insides[at]!.height, ports };
  });
}

function structureOf({ pieces }: Container, boxes: readonly Box[], head: readonly (string | number)[]): string {
  const parts = [head.join(' ')];
  for (const { width, height, ports } of boxes) {
    parts.push(`${width} ${height} ${ports === null ? '' : [...ports].join(' ')}`);
  }
  for (const { source, target, label } of pieces) {
    parts.push(`${source} ${target} ${label === null ? '' : `${label.width} ${label.height}`}`);
  }
  return parts.join('\n');
}

/** From the outermost container inwards, every drawing is moved to where its box stands. */
function compose(input: LayoutInput, nest: Nest, insides: readonly Inside[]): Layout {
  const root = nest.parents.length;
  const outer = outermost(input, nest, insides);
  const nodes = new Array<PlacedNode>(input.nodes.length);
  const headers = new Array<PlacedNode>(root);
  const frames = new Array<PlacedNode>(root);
  const pieces = new Map<number, Pick<PlacedEdge, 'points' | 'label'>[]>();
  const ids = { nodes: input.nodes, groups: input.groups ?? [] };
  for (const group of [root, ...nest.innerFirst.toReversed()]) {
    const drawn = group === root ? outer : insides[group]!;
    const origin: Point = group === root ? { x: 0, y: 0 } : frames[group]!;
    nest.containers[group]!.members.forEach(({ kind, at }, place) => {
      const { x, y, width, height } = shift(drawn.members[place]!, origin);
      const placed = { id: ids[`${kind}s`][at]!.id, x, y, width, height };
      if (kind === 'node') nodes[at] = placed;
      else frames[at] = placed;
    });
    if (group !== root) headers[group] = { ...shift(insides[group]!.header, origin), id: ids.groups[group]!.id };
    nest.containers[group]!.pieces.forEach(({ edge }, at) => {
      const { points, label } = drawn.pieces[at]!;
      const moved = {
        points: points.map((point) => shift(point, origin)),
        label: label && shift(label, origin),
        container: group,
      };
      const known = pieces.get(edge);
      if (known === undefined) pieces.set(edge, [moved]);
      else known.push(moved);
    });
  }
  return {
    direction: input.direction,
    nodes: [...nodes, ...headers],
    groups: nest.innerFirst.toReversed().map((group) => frames[group]!),
    edges: joined(input, nest, pieces),
    width: outer.width,
    height: outer.height,
  };
}

type Drawn = Pick<Inside, 'members' | 'pieces' | 'width' | 'height'>;

/** The outermost container has no border: parts of it that are not connected stand side by side. */
function outermost(input: LayoutInput, nest: Nest, insides: readonly Inside[]): Drawn {
  const { pieces } = nest.containers.at(-1)!;
  const boxes = boxesOf(input, nest, insides, nest.parents.length);
  const flat = layoutFlat({
    nodes: boxes.map(({ width, height, ports }, at) => ({
      id: String(at),
      width,
      height,
      ...(ports !== null && { ports: new Map([...ports].map(([piece, offset]) => [String(piece), offset])) }),
    })),
    edges: pieces.map(({ source, target, label }, at) => ({
      id: String(at),
      source: String(source),
      target: String(target),
      label,
    })),
    direction: input.direction,
  });
  const members = new Array<Rect>(boxes.length);
  for (const node of flat.nodes) members[Number(node.id)] = node;
  const edges = new Array<Pick<PlacedEdge, 'points' | 'label'>>(pieces.length);
  for (const edge of flat.edges) edges[Number(edge.id)] = edge;
  return { members, pieces: edges, width: flat.width, height: flat.height };
}

function joined(
  input: LayoutInput,
  nest: Nest,
  pieces: ReadonlyMap<number, readonly (Pick<PlacedEdge, 'points' | 'label'> & { container?: number })[]>,
): PlacedEdge[] {
  return input.edges.flatMap(({ id }, at): PlacedEdge[] => {
    const way = nest.ways[at]!;
    const found = pieces.get(at);
    if (found === undefined) return [];
    const ordered = way.map((container) => found.find((piece) => piece.container === container)!);
    const points = ordered.flatMap((piece, i) => (i === 0 ? piece.points : piece.points.slice(1)));
    return [{ id, points, label: ordered.find(({ label }) => label !== null)?.label ?? null }];
  });
}
