/** A group as a box: closed, with what sums up its inside; open, as the header of a frame. */
import { formatElement } from '../../trace/format.ts';
import { leafOf } from '../../trace/index-of.ts';
import type { TraceNode } from '../../trace/model.ts';
import type { BoxLine, BoxState, GraphBox, Picture } from '../graph.ts';
import { t } from '../l10n.ts';
import type { ModuleGroup } from './groups.ts';

/** `nodes` are those that are drawn of the group's, leaves not among them; `leaves` the tensors that it alone needs. */
export interface Members {
  readonly nodes: readonly TraceNode[];
  readonly leaves: ReadonlySet<number>;
}

export function groupBox(group: ModuleGroup, members: Members, open: boolean, picture: Picture): GraphBox {
  return {
    key: group.key,
    kind: 'group',
    node: null,
    tensor: null,
    title: titleOf(group),
    detail: '',
    badge: badgeOf(group),
    source: members.nodes[0]?.source ?? null,
    state: stateOf(members, picture),
    lines: open ? [] : linesOf(members, picture),
    inside: group.parent?.key ?? null,
    open,
    members: members.nodes.map(({ id }) => id),
  };
}

function titleOf({ label, repeats }: ModuleGroup): string {
  return repeats > 0 ? `${label} × ${repeats}` : label;
}

function badgeOf({ path, call, repeats }: ModuleGroup): string {
  if (repeats > 0) return t('{0} alike', repeats);
  return call !== null && call > 1 ? `${path} · ${t('call {0}', call)}` : path;
}

function stateOf({ nodes }: Members, { trace, pass, steps }: Picture): BoxState {
  if (nodes.some(({ id }) => trace.error?.node === id)) return 'failed';
  if (pass === null) return 'plain';
  return nodes.some(({ id }) => steps.has(id)) ? 'ran' : 'idle';
}

function linesOf({ nodes, leaves }: Members, { pass }: Picture): BoxLine[] {
  const operations = nodes.filter((node) => leafOf(node) === null).length;
  const counts = [
    operations === 1 ? t('1 node') : t('{0} nodes', operations),
    ...(leaves.size === 0 ? [] : [leaves.size === 1 ? t('1 leaf') : t('{0} leaves', leaves.size)]),
  ];
  const lines: BoxLine[] = [{ role: 'note', label: '', text: [counts.join(' · ')] }];
  let squares = 0;
  let taken = 0;
  for (const { tensor, after } of pass?.accumulations ?? []) {
    if (!leaves.has(tensor)) continue;
    taken += 1;
    squares += (after.stats.norm ?? Number.NaN) ** 2;
  }
  if (taken > 0) {
    const norm = formatElement(Number.isNaN(squares) ? 'nan' : Math.sqrt(squares), 'float32');
    lines.push({ role: 'after', label: t('norm of .grad'), text: [norm] });
  }
  return lines;
}
