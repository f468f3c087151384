/** Which group lays out which piece of which edge: an edge is cut at the border of every group that it crosses. */
import type { LayoutEdge, LayoutInput, Size } from './types.ts';

/** What a container holds: a node, or a group as one box. Counts index the input's lists. */
export interface Member {
  readonly kind: 'node' | 'group';
  readonly at: number;
}
/** An end of a piece: a member, by its place in the container, or the container's own border. */
export type End = number | 'border';
export interface Piece {
  readonly edge: number;
  readonly source: End;
  readonly target: End;
  readonly label: Size | null;
}
export interface Container {
  readonly members: readonly Member[];
  readonly pieces: readonly Piece[];
}
export interface Nest {
  /** By group; the last is the outermost container. */
  readonly containers: readonly Container[];
  /** By group, that of its parent; the outermost container's number where it has none. */
  readonly parents: readonly number[];
  /** Inner groups before those around them. */
  readonly innerFirst: readonly number[];
  /** By edge, the containers of its pieces from source to target. */
  readonly ways: readonly (readonly number[])[];
}

interface Draft {
  readonly members: Member[];
  readonly pieces: Piece[];
}

/** Edges that lead nowhere, or from a node to itself, have no pieces. */
export function nestInput({ nodes, edges, groups = [] }: LayoutInput): Nest {
  const root = groups.length;
  const numbers = new Map(groups.map(({ id }, at) => [id, at]));
  const numberOf = (id: string | null | undefined): number => (id == null ? root : (numbers.get(id) ?? root));
  const parents = groups.map(({ parent }) => numberOf(parent));
  const drafts = Array.from({ length: root + 1 }, (): Draft => ({ members: [], pieces: [] }));
  const places = new Array<number>(root).fill(-1);
  const ends = new Map<string, { container: number; place: number }>();
  const settleGroup = (group: number): void => {
    for (let at = group; at !== root && places[at] === -1; at = parents[at]!) {
      places[at] = drafts[parents[at]!]!.members.push({ kind: 'group', at }) - 1;
    }
  };
  nodes.forEach(({ id, group }, at) => {
    const container = numberOf(group);
    settleGroup(container);
    ends.set(id, { container, place: drafts[container]!.members.push({ kind: 'node', at }) - 1 });
  });
  for (let group = 0; group < root; group++) settleGroup(group);
  const depths = depthsOf(parents, root);
  const ways = edges.map((edge, at) => {
    const [source, target] = [ends.get(edge.source), ends.get(edge.target)];
    if (source === undefined || target === undefined || edge.source === edge.target) return [];
    return cut(edge, at, source, target, { drafts, parents, places, depths });
  });
  const innerFirst = [...parents.keys()].sort((a, b) => depths[b]! - depths[a]! || a - b);
  return { containers: drafts, parents, innerFirst, ways };
}

/** The outermost container has depth 0. */
function depthsOf(parents: readonly number[], root: number): number[] {
  return [...parents, root].map((_, group) => {
    let depth = 0;
    for (let at = group; at !== root; at = parents[at]!) depth += 1;
    return depth;
  });
}

interface Tree {
  readonly drafts: readonly Draft[];
  readonly parents: readonly number[];
  readonly places: readonly number[];
  readonly depths: readonly number[];
}
interface Place {
  readonly container: number;
  readonly place: number;
}

/** Out of the source's groups up to the one that holds both ends, and down into the target's. */
function cut(edge: LayoutEdge, at: number, from: Place, to: Place, tree: Tree): number[] {
  const { drafts, parents, places, depths } = tree;
  const [out, into]: [number[], number[]] = [[], []];
  let [source, target] = [from, to];
  const up = ({ container }: Place): Place => ({ container: parents[container]!, place: places[container]! });
  while (source.container !== target.container) {
    if (depths[source.container]! >= depths[target.container]!) {
      drafts[source.container]!.pieces.push({ edge: at, source: source.place, target: 'border', label: null });
      out.push(source.container);
      source = up(source);
    } else {
      drafts[target.container]!.pieces.push({ edge: at, source: 'border', target: target.place, label: null });
      into.push(target.container);
      target = up(target);
    }
  }
  const label = edge.label;
  drafts[source.container]!.pieces.push({ edge: at, source: source.place, target: target.place, label });
  return [...out, source.container, ...into.reverse()];
}
