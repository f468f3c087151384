/** A layout as arrays of numbers, which pass between threads without being copied. Names stay where they are: order stands for them. */
import type { Layout, LayoutInput, PlacedEdge, PlacedNode } from './types.ts';

export interface PackedLayout {
  readonly width: number;
  readonly height: number;
  /** x, y, width and height of each node of the input, then of each header. */
  readonly nodes: Float64Array<ArrayBuffer>;
  /** The same of each frame, and before them which group of the input each is of. */
  readonly frames: Float64Array<ArrayBuffer>;
  readonly frameOrder: Int32Array<ArrayBuffer>;
  /** Which edge of the input each is, where its points begin, and all points. */
  readonly edgeOrder: Int32Array<ArrayBuffer>;
  readonly starts: Int32Array<ArrayBuffer>;
  readonly points: Float64Array<ArrayBuffer>;
  /** Five numbers for each edge: x, y, width, height, and 1 for a line at the end; NaN without a label. */
  readonly labels: Float64Array<ArrayBuffer>;
}

export function packLayout(layout: Layout, input: LayoutInput): PackedLayout {
  const groups = new Map((input.groups ?? []).map(({ id }, at) => [id, at]));
  const edges = new Map(input.edges.map(({ id }, at) => [id, at]));
  const starts = new Int32Array(layout.edges.length + 1);
  layout.edges.forEach(({ points }, at) => {
    starts[at + 1] = starts[at]! + points.length;
  });
  const points = new Float64Array(2 * starts.at(-1)!);
  const labels = new Float64Array(5 * layout.edges.length).fill(Number.NaN);
  let next = 0;
  layout.edges.forEach((edge, at) => {
    for (const { x, y } of edge.points) {
      points[next++] = x;
      points[next++] = y;
    }
    if (edge.label === null) return;
    const { x, y, width, height, line } = edge.label;
    labels.set([x, y, width, height, line === 'end' ? 1 : 0], 5 * at);
  });
  return {
    width: layout.width,
    height: layout.height,
    nodes: packRects(layout.nodes),
    frames: packRects(layout.groups),
    frameOrder: Int32Array.from(layout.groups, ({ id }) => groups.get(id)!),
    edgeOrder: Int32Array.from(layout.edges, ({ id }) => edges.get(id)!),
    starts,
    points,
    labels,
  };
}

/** What need not be copied. */
export function buffersOf(packed: PackedLayout): ArrayBuffer[] {
  const { nodes, frames, frameOrder, edgeOrder, starts, points, labels } = packed;
  return [nodes, frames, frameOrder, edgeOrder, starts, points, labels].map(({ buffer }) => buffer);
}

export function unpackLayout(packed: PackedLayout, input: LayoutInput): Layout {
  const groups = input.groups ?? [];
  const names = [...input.nodes, ...groups];
  return {
    direction: input.direction,
    width: packed.width,
    height: packed.height,
    nodes: names.map(({ id }, at) => rectAt(packed.nodes, at, id)),
    groups: Array.from(packed.frameOrder, (group, at) => rectAt(packed.frames, at, groups[group]!.id)),
    edges: Array.from(packed.edgeOrder, (edge, at) => edgeAt(packed, at, input.edges[edge]!.id)),
  };
}

function packRects(rects: readonly PlacedNode[]): Float64Array<ArrayBuffer> {
  const packed = new Float64Array(4 * rects.length);
  rects.forEach(({ x, y, width, height }, at) => {
    packed.set([x, y, width, height], 4 * at);
  });
  return packed;
}

function rectAt(packed: Float64Array, at: number, id: string): PlacedNode {
  const i = 4 * at;
  return { id, x: packed[i]!, y: packed[i + 1]!, width: packed[i + 2]!, height: packed[i + 3]! };
}

function edgeAt({ starts, points, labels }: PackedLayout, at: number, id: string): PlacedEdge {
  const found: { x: number; y: number }[] = [];
  for (let point = starts[at]!; point < starts[at + 1]!; point++) {
    found.push({ x: points[2 * point]!, y: points[2 * point + 1]! });
  }
  const i = 5 * at;
  if (Number.isNaN(labels[i]!)) return { id, points: found, label: null };
  const [x, y, width, height] = [labels[i]!, labels[i + 1]!, labels[i + 2]!, labels[i + 3]!];
  return { id, points: found, label: { x, y, width, height, line: labels[i + 4] === 1 ? 'end' : 'start' } };
}
