/** Which groups stand open: few boxes at first, and then what the user opens and closes. */
import { indexOf, leafOf } from '../../trace/index-of.ts';
import type { Trace } from '../../trace/model.ts';
import type { GraphTarget } from '../protocol.ts';
import { type GroupTree, groupsOf, type ModuleGroup } from './groups.ts';

/** By key, what the user has opened (true) or closed (false). */
export type Folds = Readonly<Record<string, boolean>>;

/** Everything is open in a picture of so many boxes; else groups are opened, outer ones first, while it stays within that. */
const BUDGET = 40;
/** A node brings its parameters with it: so many boxes, about. */
const LEAVES = 1.5;

/** The keys of the open groups. `shown` are the nodes that are drawn at all, `loose` how many of them are in no group. */
export function openGroups(
  tree: GroupTree,
  folds: Folds,
  shown: (node: number) => boolean,
  loose: number,
): Set<string> {
  const open = new Set<string>();
  const small = (loose + [...tree.of.keys()].filter(shown).length) * LEAVES <= BUDGET;
  let boxes = tree.groups.length + loose;
  const waiting = [...tree.groups];
  for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
    const more = group.nodes.filter(shown).length * LEAVES + group.groups.length - 1;
    const opens = small || (!isRepeated(group) && boxes + more <= BUDGET);
    if (!(folds[group.key] ?? opens)) continue;
    open.add(group.key);
    waiting.push(...group.groups);
    boxes += more;
  }
  return open;
}

/** What is alike is one box until somebody asks for more. */
function isRepeated(group: ModuleGroup): boolean {
  for (let at: ModuleGroup | null = group; at !== null; at = at.parent) if (at.repeats > 0) return true;
  return false;
}

/** The outermost closed group around a group, itself included; null where all are open. */
export function closedAround(group: ModuleGroup | null, open: ReadonlySet<string>): ModuleGroup | null {
  let closed: ModuleGroup | null = null;
  for (let at = group; at !== null; at = at.parent) if (!open.has(at.key)) closed = at;
  return closed;
}

/** What has to be opened to see a node, a tensor's node, or a leaf where it is used first. */
export function foldsTo(trace: Trace, target: GraphTarget, folds: Folds): Folds {
  const { nodes, tensors, accumulators } = indexOf(trace);
  const node = target.kind === 'node' ? target.id : (tensors.get(target.id)?.gradFn ?? accumulators.get(target.id)?.id);
  const tree = groupsOf(trace);
  const made = nodes.get(node ?? -1);
  const user = made !== undefined && leafOf(made) !== null ? userOf(trace, made.id) : node;
  const next: Record<string, boolean> = { ...folds };
  for (let at = tree.of.get(user ?? -1) ?? null; at !== null; at = at.parent) next[at.key] = true;
  return next;
}

function userOf(trace: Trace, leaf: number): number | undefined {
  return trace.nodes.find(({ next }) => next.some((edge) => edge?.node === leaf))?.id;
}
