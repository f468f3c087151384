/** Lays out the connected parts of a graph without groups, and packs them. */
import { buildComponent, type Part } from './component.ts';
import { packRows } from './pack.ts';
import type { Direction, LayoutEdge, PartNode, Point, Size } from './types.ts';

export interface FlatInput {
  readonly nodes: readonly PartNode[];
  readonly edges: readonly LayoutEdge[];
  readonly direction: Direction;
}

export function layoutFlat(input: FlatInput): Part {
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
  return { nodes, edges, ...extent(parts, origins) };
}

function extent(parts: readonly Size[], origins: readonly Point[]): Size {
  let [width, height] = [0, 0];
  parts.forEach((part, i) => {
    width = Math.max(width, origins[i]!.x + part.width);
    height = Math.max(height, origins[i]!.y + part.height);
  });
  return { width, height };
}

export function shift<T extends Point>(item: T, by: Point): T {
  return { ...item, x: item.x + by.x, y: item.y + by.y };
}

interface Connected {
  readonly nodes: PartNode[];
  readonly edges: LayoutEdge[];
}

/** Connected parts in the order of their first node. */
function components({ nodes, edges }: FlatInput): Connected[] {
  const parent = new Map(nodes.map(({ id }) => [id, id]));
  const find = (id: string): string => {
    let root = id;
    while (parent.get(root) !== root) root = parent.get(root)!;
    parent.set(id, root);
    return root;
  };
  const known = edges.filter(({ source, target }) => parent.has(source) && parent.has(target));
  for (const { source, target } of known) parent.set(find(target), find(source));
  const parts = new Map<string, Connected>();
  for (const node of nodes) {
    const root = find(node.id);
    if (!parts.has(root)) parts.set(root, { nodes: [], edges: [] });
    parts.get(root)!.nodes.push(node);
  }
  for (const edge of known) parts.get(find(edge.source))!.edges.push(edge);
  return [...parts.values()];
}
