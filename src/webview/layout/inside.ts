/** The inside of one group: its members layered as a small graph, between a border where lines enter and one where they leave. */
import { buildComponent } from './component.ts';
import { shift } from './flat.ts';
import type { Container, End } from './nest.ts';
import type { Direction, LayoutEdge, PartNode, PlacedEdge, Rect, Size } from './types.ts';

/** Around the content, across the flow; and under a header that stands above it. */
const PAD = 18;

export interface Inside extends Size {
  readonly header: Rect;
  /** By member. */
  readonly members: readonly Rect[];
  /** By piece, with points from source to target. */
  readonly pieces: readonly Pick<PlacedEdge, 'points' | 'label'>[];
  /** By piece that crosses the border, how far along the border it does so; NaN for others. */
  readonly ports: readonly number[];
}

/** A member as its container sees it: its size, and for a group where each piece of the container meets it. */
export interface Box extends Size {
  readonly ports: ReadonlyMap<number, number> | null;
}

export function layoutInside(container: Container, boxes: readonly Box[], header: Size, direction: Direction): Inside {
  const part = buildComponent(partOf(container, boxes, header, direction), direction);
  const placed = new Map(part.nodes.map((node) => [node.id, node]));
  const down = direction === 'down';
  const width = down ? Math.max(part.width, header.width) + 2 * PAD : Math.max(part.width, header.width + 2 * PAD);
  const height = down ? part.height : part.height + header.height + 2 * PAD;
  const by = down ? { x: PAD, y: 0 } : { x: 0, y: header.height + PAD };
  const edges = new Map(part.edges.map((edge) => [edge.id, edge]));
  const pieces = container.pieces.map(({ target }, at) => {
    const { points, label } = edges.get(String(at))!;
    const moved = points.map((point) => shift(point, by));
    // A header that is wider than the content leaves room before the border.
    if (target === 'border' && !down) moved.push({ x: width, y: moved.at(-1)!.y });
    return { points: moved, label: label && shift(label, by) };
  });
  const ports = container.pieces.map(({ source, target }, at) => {
    const end = target === 'border' ? pieces[at]!.points.at(-1) : source === 'border' ? pieces[at]!.points[0] : null;
    return end == null ? Number.NaN : down ? end.x : end.y;
  });
  const top = down ? shift(placed.get('header')!, by) : { x: PAD, y: 4, ...header };
  return { width, height, header: top, members: boxes.map((_, at) => shift(placed.get(`m${at}`)!, by)), pieces, ports };
}

/** Lines enter in the first layer, beside the header where that lies across the flow, and leave in the last one. */
function partOf(
  { pieces }: Container,
  boxes: readonly Box[],
  header: Size,
  direction: Direction,
): { nodes: PartNode[]; edges: LayoutEdge[] } {
  const nodes = boxes.map(({ width, height, ports }, at): PartNode => {
    return ports === null ? { id: `m${at}`, width, height } : { id: `m${at}`, width, height, ports: byName(ports) };
  });
  const size = direction === 'down' ? header : { width: 0, height: 0 };
  nodes.push({ id: 'header', ...size, pin: 'first', header: true });
  nodes.push({ id: 'foot', width: 0, height: 0, pin: 'last' });
  const edges = pieces.map(({ source, target, label }, at): LayoutEdge => {
    for (const [end, pin] of [[source, 'first'] as const, [target, 'last'] as const]) {
      if (end === 'border') nodes.push(borderNode(at, pin, direction));
    }
    return { id: String(at), source: nameOf(source, at), target: nameOf(target, at), label };
  });
  return { nodes, edges };
}

function nameOf(end: End, piece: number): string {
  return end === 'border' ? `b${piece}` : `m${end}`;
}

function byName(ports: ReadonlyMap<number, number>): ReadonlyMap<string, number> {
  return new Map([...ports].map(([piece, offset]) => [String(piece), offset]));
}

function borderNode(piece: number, pin: 'first' | 'last', direction: Direction): PartNode {
  const size = direction === 'down' ? { width: 2, height: 0 } : { width: 0, height: 2 };
  return { id: `b${piece}`, ...size, pin, ports: new Map([[String(piece), 1]]) };
}
