/** Neighbours that are alike, such as the layers of an encoder or the steps of a recurrent cell, become one group. */
import type { ModuleGroup } from './groups.ts';

/** As many are worth a group of their own. */
const LEAST = 3;

/** What an inside is made of: the names of the modules in it, at every depth, and how many nodes. */
interface Shape {
  readonly modules: string;
  readonly size: number;
}
type Shapes = Map<ModuleGroup, Shape>;

/** The first of many often differs a little: what it is given needs no gradient. */
const SLACK = 0.2;

export function wrapRepeats(root: ModuleGroup): ModuleGroup {
  wrapIn(root, new Map());
  return root;
}

function wrapIn(group: ModuleGroup, shapes: Shapes): void {
  for (const inner of group.groups) wrapIn(inner, shapes);
  group.groups = group.groups.map((inner) => onlyChild(group, inner));
  const parts = group.groups.map((inner) => [lastName(inner), shapes.get(inner)!] as const);
  shapes.set(group, {
    modules: parts.map(([name, { modules }]) => `${name}(${modules})`).join(' '),
    size: parts.reduce((sum, [, { size }]) => sum + size, group.nodes.length),
  });
  wrapRuns(group, shapes);
}

function alike(a: Shape, b: Shape): boolean {
  return a.modules === b.modules && Math.abs(a.size - b.size) <= SLACK * Math.max(a.size, b.size);
}

/** A frame around one frame says no more than that. */
function onlyChild(parent: ModuleGroup, group: ModuleGroup): ModuleGroup {
  const [child] = group.groups;
  if (child === undefined || group.nodes.length > 0 || group.groups.length > 1) return group;
  child.label = `${group.label}.${child.label}`;
  child.parent = parent;
  return child;
}

/** Inside of what repeats, numbers at the end of a name make no difference. */
function lastName({ label }: ModuleGroup): string {
  return label.replace(/\d+$/, '#');
}

function wrapRuns(group: ModuleGroup, shapes: Shapes): void {
  const made: ModuleGroup[] = [];
  for (let at = 0; at < group.groups.length; ) {
    const run = runAt(group.groups, at, shapes);
    if (run.length < LEAST) {
      made.push(group.groups[at]!);
      at += 1;
      continue;
    }
    made.push(repeated(group, run, shapes));
    at += run.length;
  }
  group.groups = made;
}

function runAt(groups: readonly ModuleGroup[], from: number, shapes: Shapes): ModuleGroup[] {
  const first = groups[from]!;
  let end = from + 1;
  while (
    end < groups.length &&
    alike(shapes.get(groups[end]!)!, shapes.get(first)!) &&
    follows(groups[end - 1]!, groups[end]!)
  ) {
    end += 1;
  }
  return groups.slice(from, end);
}

/** The next of a list's entries, or the next call of one module. */
function follows(before: ModuleGroup, after: ModuleGroup): boolean {
  if (before.path === after.path) return true;
  const [a, b] = [/^(.*?)(\d+)$/.exec(before.path), /^(.*?)(\d+)$/.exec(after.path)];
  return a !== null && b !== null && a[1] === b[1] && Number(a[2]) + 1 === Number(b[2]);
}

/** With the nodes that the parent made between them: a group that is left is not entered again. */
function repeated(parent: ModuleGroup, run: readonly ModuleGroup[], shapes: Shapes): ModuleGroup {
  const [first, last] = [run[0]!, run.at(-1)!];
  const [from, to] = [firstNode(first), firstNode(last)];
  const nodes = parent.nodes.filter((node) => node > from && node < to);
  parent.nodes = parent.nodes.filter((node) => node <= from || node >= to);
  const group: ModuleGroup = {
    key: `${first.key}×`,
    label: labelOf(first, last),
    path: first.path,
    call: null,
    repeats: run.length,
    parent,
    nodes,
    groups: [...run],
  };
  for (const inner of run) inner.parent = group;
  const sizes = run.reduce((sum, inner) => sum + shapes.get(inner)!.size, nodes.length);
  shapes.set(group, { modules: `${run.length} × ${shapes.get(first)!.modules}`, size: sizes });
  return group;
}

function labelOf(first: ModuleGroup, last: ModuleGroup): string {
  if (first.path === last.path) return first.label;
  return `${first.label}–${/\d+$/.exec(last.path)?.[0] ?? last.label}`;
}

function firstNode(group: ModuleGroup): number {
  let least = group.nodes[0] ?? Number.POSITIVE_INFINITY;
  for (const inner of group.groups) least = Math.min(least, firstNode(inner));
  return least;
}
