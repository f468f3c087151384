/** The quantities of a box as values: what its lines say in words. */
import { indexOf, stepsOf } from '../../trace/index-of.ts';
import type { Pass, Trace, Value } from '../../trace/model.ts';
import { valueAt } from '../../trace/queries.ts';
import { tensorName } from '../expression.ts';
import type { GraphBox, LineRole } from '../graph.ts';
import { t } from '../l10n.ts';

export interface Quantity {
  readonly key: string;
  readonly role: LineRole;
  readonly label: string;
  readonly value: Value;
}

/** What the box's lines show and nothing more: at a step, what is not there yet is not here either. */
export function quantitiesOf(box: GraphBox, trace: Trace, pass: Pass | null): Quantity[] {
  const shown = new Set(box.lines.map(({ role }) => role));
  return all(box, trace, pass).flatMap(({ role, label, value }, at) =>
    value === null || !shown.has(role) ? [] : [{ key: `${role}${at}`, role, label, value }],
  );
}

type Found = Pick<Quantity, 'role' | 'label'> & { readonly value: Value | null };

function all(box: GraphBox, trace: Trace, pass: Pass | null): Found[] {
  if (box.kind === 'seed') return [seed(box, pass)];
  const found = box.node !== null && box.kind === 'op' ? upstreams(box.node, trace, pass) : [];
  const at = pass?.at ?? Number.POSITIVE_INFINITY;
  if (box.tensor !== null) found.push({ role: 'value', label: t('value'), value: valueAt(trace, box.tensor, at) });
  return [...found, ...accumulated(box, trace, pass)];
}

function seed({ tensor }: GraphBox, pass: Pass | null): Found {
  const at = pass?.roots.indexOf(tensor ?? -1) ?? -1;
  return { role: 'upstream', label: t('given to this pass'), value: pass?.gradients[at] ?? null };
}

function upstreams(node: number, trace: Trace, pass: Pass | null): Found[] {
  const step = pass === null ? undefined : stepsOf(pass).get(node);
  const { nodes, tensors } = indexOf(trace);
  return (step?.gradOutputs ?? []).map((value, i) => {
    const name = tensorName(tensors.get(nodes.get(node)?.outputs[i] ?? -1));
    return { role: 'upstream', label: name === null ? t('upstream') : `${t('upstream')} ∂L/∂${name}`, value };
  });
}

function accumulated({ kind, tensor }: GraphBox, trace: Trace, pass: Pass | null): Found[] {
  if (kind !== 'leaf') return [];
  if (pass === null) {
    return [{ role: 'after', label: '.grad', value: indexOf(trace).tensors.get(tensor ?? -1)?.grad ?? null }];
  }
  const taken = pass.accumulations.find((item) => item.tensor === tensor);
  if (taken === undefined) return [];
  return [
    { role: 'before', label: t('before'), value: taken.before },
    { role: 'incoming', label: t('+ incoming'), value: taken.incoming },
    { role: 'after', label: '= .grad', value: taken.after },
  ];
}
