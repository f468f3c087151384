/** The nodes of a run by the module calls that made them: a tree, in which repeats are one group. */
import { leafOf } from '../../trace/index-of.ts';
import type { Trace, TraceNode } from '../../trace/model.ts';
import { isolate } from '../text.ts';
import { wrapRepeats } from './repeats.ts';

export interface ModuleGroup {
  /** Stable over runs of the same program. */
  readonly key: string;
  /** Below the parent: `layers.0`, or `layers.0–11` where they are alike. */
  label: string;
  readonly path: string;
  /** Which of the module's calls; null for one that only holds others, such as a list. */
  call: number | null;
  /** Of how many alike this is the whole; 0 for a module. */
  readonly repeats: number;
  parent: ModuleGroup | null;
  /** Nodes that are in no inner group, in the order in which they were made. No leaves. */
  nodes: number[];
  groups: ModuleGroup[];
}
export interface GroupTree {
  readonly groups: readonly ModuleGroup[];
  /** The innermost group of a node that is not a leaf. */
  readonly of: ReadonlyMap<number, ModuleGroup>;
  readonly byKey: ReadonlyMap<string, ModuleGroup>;
}

const trees = new WeakMap<Trace, GroupTree>();

export function groupsOf(trace: Trace): GroupTree {
  const made = trees.get(trace) ?? makeTree(trace);
  trees.set(trace, made);
  return made;
}

function makeTree(trace: Trace): GroupTree {
  const root = outermost();
  const standing = new Standing(root);
  for (const node of trace.nodes) {
    if (leafOf(node) !== null) continue;
    standing.groupOf(node).nodes.push(node.id);
  }
  const tidy = wrapRepeats(dissolve(root));
  const of = new Map<number, ModuleGroup>();
  const byKey = new Map<string, ModuleGroup>();
  const waiting = [...tidy.groups];
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    byKey.set(group.key, group);
    for (const node of group.nodes) of.set(node, group);
    waiting.push(...group.groups);
  }
  for (const group of tidy.groups) group.parent = null;
  return { groups: tidy.groups, of, byKey };
}

function outermost(): ModuleGroup {
  return { key: '', label: '', path: '', call: null, repeats: 0, parent: null, nodes: [], groups: [] };
}

/** Where the program stands in its modules while it makes node after node. What it has left it does not enter again. */
class Standing {
  readonly #counts = new Map<string, number>();
  #top: ModuleGroup;

  constructor(root: ModuleGroup) {
    this.#top = root;
  }

  groupOf({ module, moduleCall }: TraceNode): ModuleGroup {
    const path = module === null || isOutermost(module) ? '' : module;
    while (!holds(this.#top, path, moduleCall)) this.#top = this.#top.parent!;
    if (this.#top.path !== path) this.#enter(path.split('.'), moduleCall);
    else if (path !== '') this.#top.call = moduleCall;
    return this.#top;
  }

  #enter(names: readonly string[], call: number | null): void {
    const from = this.#top.path === '' ? 0 : this.#top.path.split('.').length;
    for (let at = from; at < names.length; at++) {
      const path = names.slice(0, at + 1).join('.');
      const count = (this.#counts.get(path) ?? 0) + 1;
      this.#counts.set(path, count);
      const made: ModuleGroup = {
        ...outermost(),
        key: `g${path}#${count}`,
        label: isolate(names[at]!),
        path,
        call: at === names.length - 1 ? call : null,
        parent: this.#top,
        nodes: [],
        groups: [],
      };
      this.#top.groups.push(made);
      this.#top = made;
    }
  }
}

/** The outermost module is told by its class, what it holds by the names that lead there. */
function isOutermost(path: string): boolean {
  return /^[A-Z]\w*$/.test(path);
}

function holds({ path: own, call: known }: ModuleGroup, path: string, call: number | null): boolean {
  if (own === '') return true;
  if (own === path) return known === null || known === call;
  return path.startsWith(`${own}.`);
}

/** A frame around one node says no more than the node. */
function dissolve(group: ModuleGroup): ModuleGroup {
  const inner = group.groups.map(dissolve);
  group.groups = [];
  for (const each of inner) {
    if (each.groups.length === 0 && each.nodes.length < 2) group.nodes.push(...each.nodes);
    else group.groups.push(each);
  }
  group.nodes.sort((a, b) => a - b);
  return group;
}
