import { formatElement } from '../../trace/format.ts';
import type { Accumulation, Pass, Source, TraceTensor, Update } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import { type Fix, type Related, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { listed, nameOf } from '../support/naming.ts';
import { optimizersOf, receiverOf } from '../support/optimizers.ts';

/** A step was made with a gradient, and the next one with that gradient and another: nothing cleared it in between. */
export const gradAccumulated: Rule = {
  code: 'BP008',
  title: '.grad is not cleared between steps',
  check(subject) {
    const stale = [...growths(subject)].flatMap(([id, turns]) => staleIn(tensorById(subject.trace, id), turns));
    const first = stale[0];
    if (first === undefined) return [];
    const range = first.turn.pass.source;
    return range === null ? [] : [complaint(subject, first, stale, range)];
  },
};

/** A leaf's `.grad` in one pass. */
interface Turn {
  readonly pass: Pass;
  readonly accumulation: Accumulation;
}

interface Stale {
  readonly leaf: TraceTensor;
  /** The step that used the gradient, and the one that used it again. */
  readonly first: Update;
  readonly second: Update;
  readonly turn: Turn;
}

function growths({ trace }: Subject): Map<number, Turn[]> {
  const found = new Map<number, Turn[]>();
  for (const pass of trace.passes) {
    for (const accumulation of pass.accumulations) {
      const turns = found.get(accumulation.tensor) ?? [];
      turns.push({ pass, accumulation });
      found.set(accumulation.tensor, turns);
    }
  }
  return found;
}

/** Once may be a demonstration of what accumulates; twice is a loop. */
const LEAST = 2;

function staleIn(leaf: TraceTensor | null, turns: readonly Turn[]): Stale[] {
  if (leaf === null || leaf.updates.length < 2) return [];
  const found = turns.flatMap((turn, i): Stale[] => {
    const before = turns[i - 1];
    // Of a long run what lies between two passes may be gone.
    if (before === undefined || turn.pass.index !== before.pass.index + 1) return [];
    const until = turns[i + 1]?.pass.at ?? Number.POSITIVE_INFINITY;
    const stale = staleBetween(leaf, before.pass.at, turn, until);
    return stale === null ? [] : [stale];
  });
  return found.length < LEAST ? [] : [found[0]!];
}

function staleBetween(leaf: TraceTensor, from: number, turn: Turn, until: number): Stale | null {
  const { at } = turn.pass;
  if ((turn.accumulation.before?.stats.norm ?? 0) === 0) return null;
  const first = leaf.updates.find((update) => update.at > from && update.at < at);
  const second = leaf.updates.find((update) => update.at > at && update.at < until);
  if (first === undefined || second === undefined) return null;
  const touched = leaf.gradChanges.some((change) => change.at > first.at && change.at < at);
  const cleared = leaf.gradChanges.some(
    (change) => change.at > at && change.at < second.at && (change.value?.stats.norm ?? 0) === 0,
  );
  return touched || cleared ? null : { leaf, first, second, turn };
}

function complaint(subject: Subject, { leaf, first, turn }: Stale, all: readonly Stale[], range: Source): Complaint {
  const names = listed([...new Set(all.map((stale) => nameOf(subject, stale.leaf)))]);
  const { before, after } = turn.accumulation;
  const message = t(
    'The `.grad` of {0} is not cleared between steps: pass {1} adds to what was left of the passes before (for {2} its norm goes from {3} to {4}), and the next step uses the sum. Clear it before each pass, with `zero_grad()`.',
    names,
    turn.pass.index + 1,
    nameOf(subject, leaf),
    number(before?.stats.norm ?? null),
    number(after.stats.norm),
  );
  const related: Related[] =
    first.source === null ? [] : [{ message: t('a step has used that gradient already here'), range: first.source }];
  return { severity: 'warning', message, range, related, fixes: clearing(subject, leaf, range) };
}

const number = (x: number | null): string => (x === null ? '?' : formatElement(x, 'float32'));

/** `optimizer.zero_grad()` above the pass, by the name that its step is called by. */
function clearing({ trace, texts }: Subject, leaf: TraceTensor, pass: Source): Fix[] {
  const steps = optimizersOf(trace)
    .filter(({ params }) => params.includes(leaf))
    .flatMap(({ steps: made }) => made);
  const step = steps.find(({ source }) => source?.file === pass.file);
  const name = step === undefined ? null : receiverOf(texts, step);
  const row = texts.line(pass.file, pass.line);
  if (name === null || row === null || row.slice(0, pass.column).trim() !== '') return [];
  const code = `${name}.zero_grad()`;
  const range = { ...pass, endLine: pass.line, endColumn: pass.column };
  return [{ title: t('Clear first: `{0}`', code), edits: [{ range, text: `${code}\n${row.slice(0, pass.column)}` }] }];
}
