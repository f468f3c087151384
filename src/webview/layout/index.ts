/**
 * A layered drawing: layers along the flow, labels in layers of their own between those of the nodes.
 *
 * Lines run straight inside a layer, where they hold a place like a box does, and bend only in the gaps between
 * layers, which are empty: so no line can pass through a box, and no label can lie on another.
 */
import { buildComponent } from './component.ts';
import { packRows } from './pack.ts';
import type { Layout, LayoutEdge, LayoutInput, LayoutNode, Rect } from './types.ts';

export type * from './types.ts';

export function layoutGraph(input: LayoutInput): Layout {
  const parts = components(input).map((part) => buildComponent(part, input.direction));
  const origins = packRows(parts, input.direction);
  const nodes = parts.flatMap((part, i) => part.nodes.map((node) => shift(node, origins[i]!)));
  const edges = parts.flatMap((part, i) =>
    part.edges.map((edge) => ({
      id: edge.id,
      points: edge.points.map((point) => shift(point, origins[i]!)),
      label: edge.label === null ? null : shift(edge.label, origins[i]!),
    })),
  );
  const extents = parts.map((part, i) => shift({ x: part.width, y: part.height }, origins[i]!));
  return {
    direction: input.direction,
    nodes,
    edges,
    width: extents.reduce((max, { x }) => Math.max(max, x), 0),
    height: extents.reduce((max, { y }) => Math.max(max, y), 0),
  };
}

function shift<T extends Pick<Rect, 'x' | 'y'>>(item: T, by: Pick<Rect, 'x' | 'y'>): T {
  return { ...item, x: item.x + by.x, y: item.y + by.y };
}

interface Part {
  readonly nodes: LayoutNode[];
  readonly edges: LayoutEdge[];
}

/** Connected parts in the order of their first node. */
function components({ nodes, edges }: LayoutInput): Part[] {
  const parent = new Map(nodes.map(({ id }) => [id, id]));
  const find = (id: string): string => {
    let root = id;
    while (parent.get(root) !== root) root = parent.get(root)!;
    parent.set(id, root);
    return root;
  };
  const known = edges.filter(({ source, target }) => parent.has(source) && parent.has(target));
  for (const { source, target } of known) parent.set(find(target), find(source));
  const parts = new Map<string, Part>();
  for (const node of nodes) {
    const root = find(node.id);
    if (!parts.has(root)) parts.set(root, { nodes: [], edges: [] });
    parts.get(root)!.nodes.push(node);
  }
  for (const edge of known) parts.get(find(edge.source))!.edges.push(edge);
  return [...parts.values()];
}
