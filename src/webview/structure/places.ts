/** Where each node of the picture is drawn: as itself, or in a closed group; a leaf at each of its uses. */
import { leafOf } from '../../trace/index-of.ts';
import type { Trace, TraceNode } from '../../trace/model.ts';
import { closedAround, type Folds, openGroups } from './folds.ts';
import { type GroupTree, groupsOf, type ModuleGroup } from './groups.ts';

export interface Place {
  /** The key of the box. */
  readonly key: string;
  /** The open group that the box stands in. */
  readonly inside: ModuleGroup | null;
  /** The closed group that the box is, where it is not the node's own. */
  readonly closed: ModuleGroup | null;
}
export interface Places {
  readonly open: ReadonlySet<string>;
  readonly tree: GroupTree;
  readonly of: (node: TraceNode) => Place;
  /** Of the leaf that an `AccumulateGrad` belongs to, where `user` needs it. */
  readonly atUse: (accumulate: TraceNode, user: TraceNode) => Place;
  /** Each of a leaf's, in the order of its uses. */
  readonly ofLeaf: (accumulate: TraceNode) => readonly Place[];
}

/** From so many nodes on, a leaf with more than a few uses is drawn at each of them, also where there are no modules. */
const CROWD = 150;
const FEW_USES = 3;

export function placesOf(trace: Trace, shown: ReadonlySet<number>, folds: Folds): Places {
  const tree = groupsOf(trace);
  const nodes = trace.nodes.filter(({ id }) => shown.has(id));
  const loose = nodes.filter((node) => leafOf(node) === null && !tree.of.has(node.id)).length;
  const open = openGroups(tree, folds, (node) => shown.has(node), loose);
  const places = new Map<number, Place>();
  const placed = (own: string, group: ModuleGroup | null): Place => {
    const closed = closedAround(group, open);
    if (closed === null) return { key: own, inside: group, closed };
    return { key: closed.key, inside: closed.parent, closed };
  };
  for (const { id } of nodes) places.set(id, placed(`n${id}`, tree.of.get(id) ?? null));
  const uses = usesOf(nodes, trace, tree, places, placed);
  const of = (node: TraceNode): Place => places.get(node.id)!;
  return {
    open,
    tree,
    of,
    atUse: (leaf, user) => uses.get(leaf.id)?.byUser.get(user.id) ?? of(leaf),
    ofLeaf: (leaf) => uses.get(leaf.id)?.places ?? [placed(`t${leafOf(leaf)}`, null)],
  };
}

interface Uses {
  readonly byUser: Map<number, Place>;
  readonly places: Place[];
}

function usesOf(
  nodes: readonly TraceNode[],
  trace: Trace,
  tree: GroupTree,
  places: ReadonlyMap<number, Place>,
  placed: (own: string, group: ModuleGroup | null) => Place,
): Map<number, Uses> {
  const users = usersOf(nodes, places);
  const names = new Map(trace.tensors.map(({ id, name }) => [id, name]));
  const found = new Map<number, Uses>();
  for (const node of nodes) {
    const leaf = leafOf(node);
    if (leaf === null) continue;
    const using = users.get(node.id) ?? [];
    const each = using.length > FEW_USES && nodes.length > CROWD;
    const owned = tree.groups.length > 0 && isOwned(names.get(leaf) ?? null);
    const uses: Uses = { byUser: new Map(), places: [] };
    const known = new Map<string, Place>();
    for (const user of using) {
      const group = owned || each ? (tree.of.get(user) ?? null) : null;
      const at = each ? `n${user}` : (group?.key ?? '');
      const place = known.get(at) ?? placed(known.size === 0 ? `t${leaf}` : `t${leaf}@${at}`, group);
      if (!known.has(at)) uses.places.push(place);
      known.set(at, place);
      uses.byUser.set(user, place);
    }
    if (using.length > 0) found.set(node.id, uses);
  }
  return found;
}

/** By `AccumulateGrad`, the nodes that need its leaf. */
function usersOf(nodes: readonly TraceNode[], places: ReadonlyMap<number, Place>): Map<number, number[]> {
  const users = new Map<number, number[]>();
  for (const { id, next } of nodes) {
    for (const edge of next) {
      if (edge === null || !places.has(edge.node)) continue;
      const known = users.get(edge.node);
      if (known === undefined) users.set(edge.node, [id]);
      else if (known.at(-1) !== id) known.push(id);
    }
  }
  return users;
}

/** A parameter of a module stands where the module uses it; what the program made by itself stands outside. */
function isOwned(name: string | null): boolean {
  return name === null || /[.[]/.test(name);
}
