/** Two passes side by side: the picture of one, with what differs from the other in the place of its gradients. */

import { stepsOf } from '../../trace/index-of.ts';
import type { Pass, Value } from '../../trace/model.ts';
import { statsOf, toNumber } from '../../trace/stats.ts';
import { flatData, nest } from '../../trace/value.ts';
import { makeCard } from '../card.ts';
import { short } from '../explain/numbers.ts';
import { formatLines, NUMBERS_LIMIT } from '../format.ts';
import type { BoxLine, GraphBox } from '../graph.ts';
import { t } from '../l10n.ts';
import type { Scene, SceneBox } from '../scene.ts';

/** Places stay: a difference stands where the sum or the upstream gradient stood. */
export function sceneCompared(scene: Scene, other: Pass): Scene {
  const { pass } = scene.graph;
  if (pass === null || pass === other) return scene;
  const boxes = scene.boxes.map((item) => comparedBox(item, pass, other));
  return { ...scene, graph: { ...scene.graph, boxes: boxes.map(({ box }) => box) }, boxes };
}

/** In the longest form that fits. */
function comparedBox(item: SceneBox, pass: Pass, other: Pass): SceneBox {
  for (const form of FORMS) {
    const box = { ...item.box, lines: linesOf(item.box, pass, other, form) };
    if (box.lines === item.box.lines) return item;
    const card = makeCard(box, item.at);
    if (card.width <= item.at.width || form === norm) return { ...item, box, card };
  }
  return item;
}

type Form = (value: Value) => string[];
const norm: Form = ({ stats }) => [`|·| ${stats.norm === null ? '—' : short(stats.norm)}`];
const compact: Form = (value) => {
  const elements = flatData(value);
  if (elements === null || value.shape.length !== 1 || elements.length > NUMBERS_LIMIT) return norm(value);
  return [`[${elements.map((x) => short(toNumber(x)).replace('−', '-')).join(', ')}]`];
};
const FORMS: readonly Form[] = [(value) => formatLines(value), compact, norm];

function linesOf(box: GraphBox, pass: Pass, other: Pass, form: Form): readonly BoxLine[] {
  if (box.kind === 'leaf') return leafLines(box, pass, other, form);
  const [mine, theirs] = [pass, other].map((each) => stepsOf(each).get(box.node ?? -1)?.gradOutputs[0] ?? null);
  if (box.kind !== 'op' || mine == null || theirs == null) return box.lines;
  const label = t('upstream − that of pass {0}', other.index + 1);
  return box.lines.map((line) =>
    line.role === 'upstream' ? { ...line, label, text: difference(mine, theirs, form) } : line,
  );
}

function leafLines(box: GraphBox, pass: Pass, other: Pass, form: Form): readonly BoxLine[] {
  const [mine, theirs] = [pass, other].map(
    (each) => each.accumulations.find(({ tensor }) => tensor === box.tensor)?.incoming,
  );
  if (mine === undefined || theirs === undefined) return box.lines;
  const told: Readonly<Partial<Record<BoxLine['role'], Omit<BoxLine, 'role'>>>> = {
    before: { label: t('pass {0}', pass.index + 1), text: form(mine) },
    incoming: { label: `− ${t('pass {0}', other.index + 1)}`, text: form(theirs) },
    after: { label: '= Δ', text: difference(mine, theirs, form) },
  };
  return box.lines.map((line) => ({ ...line, ...told[line.role] }));
}

/** Element by element; where the trace keeps no elements, how the norm changed. */
function difference(mine: Value, theirs: Value, form: Form): string[] {
  const [a, b] = [flatData(mine), flatData(theirs)];
  if (a === null || b === null || a.length !== b.length || mine.dtype.includes('complex')) {
    const of = ({ stats }: Value): string => (stats.norm === null ? '—' : short(stats.norm));
    return [t('norm {0}, was {1}', of(mine), of(theirs))];
  }
  const data = a.map((x, i) => Math.fround(toNumber(x) - toNumber(b[i]!)));
  const told = data.map((x) => (Number.isFinite(x) ? x : String(x).replace('Infinity', 'inf').replace('NaN', 'nan')));
  return form({ ...mine, data: nest(told, mine.shape), stats: statsOf(told) });
}
