import type { Pass, Source, Trace, TraceNode, TraceTensor, Value } from '../../trace/model.ts';
import { nodeById, tensorById, valueAt } from '../../trace/queries.ts';
import { toNumber } from '../../trace/stats.ts';
import { flatData } from '../../trace/value.ts';
import { type Fix, joined, type Message, type Related, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { doubleWhere } from '../support/double-where.ts';
import { listed, nameOf } from '../support/naming.ts';
import { firstBadStep, handsOutBad, isMeant, type Production, wayTo } from '../support/not-finite.ts';
import { badShare, badWord, isBad, short } from '../support/numbers.ts';
import { whyNoDerivative, whyNotFinite } from '../support/singular.ts';

/** A pass that begins with nan or an infinity, or hands it out: which operation made the first one, and of what. */
export const notFinite: Rule = {
  code: 'BP010',
  title: 'nan or inf: where it came from',
  check(subject) {
    const { trace } = subject;
    const severity = looksItself(trace) ? 'hint' : 'warning';
    const found: Omit<Complaint, 'severity'>[] = [];
    for (const pass of trace.passes) {
      const complaint = ofPass(subject, pass, found.length > 0);
      if (complaint !== null) found.push(complaint);
    }
    return found.map((complaint) => ({
      severity: complaint.explainsError === true ? 'error' : severity,
      ...complaint,
    }));
  },
};

/** A program that asks `isfinite` of what it computed, or catches what anomaly mode raises, knows of them. */
function looksItself({ tensors, passes, error }: Trace): boolean {
  const asks = tensors.some(({ origin }) => /^(isfinite|isnan|isinf)$/.test(origin?.op ?? ''));
  return asks || passes.some((pass) => NAN_ERROR.test(pass.error ?? '') && pass.error !== error?.message);
}

const NAN_ERROR = /returned nan values in its \d+th output/;

type Body = Omit<Complaint, 'severity'>;

function ofPass(subject: Subject, pass: Pass, isLater: boolean): Body | null {
  if (!pass.whole) return isLater ? null : ofForgotten(subject, pass);
  if (pass.error !== null) return ofAnomaly(subject, pass);
  const root = pass.roots
    .flatMap((id) => tensorById(subject.trace, id) ?? [])
    .find((t) => isBadAt(subject, t, pass.at));
  if (root !== undefined) return ofForward(subject, pass, root, isLater);
  if (isScaled(subject, pass) || !handsOutBad(subject.trace, pass)) return null;
  return ofBackward(subject, pass);
}

const isBadAt = ({ trace }: Subject, { id }: TraceTensor, at: number): boolean => isBad(valueAt(trace, id, at));

/** What a `GradScaler` scaled may overflow: it skips the step. */
function isScaled({ trace, texts }: Subject, { roots, source }: Pass): boolean {
  const places = [source, ...roots.map((id) => tensorById(trace, id)?.source ?? null)];
  return places.some((place) => place !== null && /\.scale\(/.test(texts.slice(place) ?? ''));
}

function ofForward(subject: Subject, pass: Pass, root: TraceTensor, isLater: boolean): Body | null {
  const way = wayTo(subject.trace, root, pass.at);
  const first = way[0]!;
  const range = first.source ?? pass.source;
  if (range === null || (isLater && isLeaf(first))) return null;
  const message = joined(startOf(subject, first), consequence(subject, pass, root));
  return { message, range, related: [...stations(subject, way), ...began(pass)], fixes: [] };
}

/** What an optimizer wrote after a pass that had gone wrong. */
const isLeaf = ({ isUpdate, tensor }: Production): boolean => isUpdate && tensor.isLeaf;

function startOf(subject: Subject, first: Production): Message {
  const name = nameOf(subject, first.tensor);
  if (first.inputs.length === 0)
    return t(
      '{0} holds {1} from the start, before anything is computed: {2}.',
      name,
      badWord(first.value),
      badShare(first.value),
    );
  return t('{0} is the first to hold {1}: {2}', name, badWord(first.value), whyNotFinite(subject, first));
}

function consequence(subject: Subject, pass: Pass, root: TraceTensor): Message {
  const place = pass.source === null ? t('the pass') : t('the pass of line {0}', pass.source.line);
  const value = valueAt(subject.trace, root.id, pass.at) ?? root.value;
  const grown = growth(subject.trace, pass);
  const after = t(
    'So {0} is {1} in {2}, and no gradient of it means anything.',
    nameOf(subject, root),
    badWord(value),
    place,
  );
  return grown === null ? after : joined(after, grown);
}

/** The losses of the passes of the same place, if they blew up. */
function growth({ passes }: Trace, { index, source }: Pass): Message | null {
  const before = passes.slice(0, index).filter((pass) => pass.source !== null && isSame(pass.source, source));
  const losses = before.map(({ summary }) => toNumber(summary?.roots[0] ?? Number.NaN)).filter(Number.isFinite);
  const last = losses.slice(-3);
  if (last.length < 2 || !last.every((loss, i) => loss > 0 && (i === 0 || loss > 3 * last[i - 1]!))) return null;
  return t(
    'Before, it grew from pass to pass ({0}): the steps are too large, so that training diverges. Lower the learning rate.',
    last.map(short).join(', '),
  );
}

const isSame = (a: Source, b: Source | null): boolean => b !== null && a.file === b.file && a.line === b.line;

/** Where it went through, from where it began. */
function stations(subject: Subject, way: readonly Production[]): Related[] {
  const [first, ...others] = way;
  const inputs = first!.inputs.flatMap(({ tensor, value }): Related[] =>
    tensor.source === null || tensor.id === first!.tensor.id
      ? []
      : [{ message: t('{0} was made here: {1}', nameOf(subject, tensor), rangeOf(value)), range: tensor.source }],
  );
  const nan = others.find(({ value }) => value.stats.nans > 0 && first!.value.stats.nans === 0);
  if (nan === undefined || nan.source === null) return inputs;
  const message = t('here the infinity becomes nan: {0}', whyNotFinite(subject, nan));
  return [...inputs, { message, range: nan.source }];
}

function rangeOf(value: Value): Message {
  if (isBad(value)) return badShare(value);
  const { min, max } = value.stats;
  if (min === null || max === null) return t('no number');
  return min === max ? t('all {0}', short(min)) : t('between {0} and {1}', short(min), short(max));
}

const began = ({ source }: Pass): Related[] =>
  source === null ? [] : [{ message: t('the pass that it ends up in'), range: source }];

function ofBackward(subject: Subject, pass: Pass): Body | null {
  const found = firstBadStep(subject.trace, pass);
  const early = found === null ? null : ofHidden(subject, pass, found.node);
  if (early !== null) return early;
  const range = found?.node.source ?? pass.source;
  if (found === null || range === null) return null;
  const body = explained(subject, pass, found.node);
  return { ...body, range, related: [...body.related, ...began(pass)] };
}

/** The forward pass had it already, but the loss does not show it. */
function ofHidden(subject: Subject, pass: Pass, node: TraceNode): Body | null {
  const { trace } = subject;
  const inputs = node.inputs.flatMap((id) => (id === null ? [] : (tensorById(trace, id) ?? [])));
  const bad = inputs.find((tensor) => isBadAt(subject, tensor, node.at) && !isMeant(tensor));
  const way = bad === undefined ? [] : wayTo(trace, bad, node.at);
  const first = way[0];
  if (first === undefined || first.source === null) return null;
  const place = pass.source === null ? t('the pass') : t('the pass of line {0}', pass.source.line);
  const names = spoilt(subject, pass).map((name) => `\`${name}.grad\``);
  const effect =
    names.length === 0
      ? t('The loss does not show it, but `{0}` makes nan of it in {1}.', node.op ?? node.name, place)
      : t(
          'The loss does not show it, but in {0} the derivative of `{1}` makes nan of it, and {2} is lost.',
          place,
          node.op ?? node.name,
          listed(names),
        );
  const message = joined(startOf(subject, first), effect);
  return { message, range: first.source, related: [...stations(subject, way), ...began(pass)] };
}

/** `detect_anomaly` stopped the pass. */
function ofAnomaly(subject: Subject, pass: Pass): Body | null {
  const { failure, trace } = subject;
  if (failure === null || failure.pass !== pass || !NAN_ERROR.test(failure.error.message)) return null;
  const node = nodeById(trace, failure.error.node ?? -1);
  const range = pass.source ?? failure.source;
  if (node === null || range === null) return null;
  const root = pass.roots.flatMap((id) => tensorById(trace, id) ?? []).find((item) => isBadAt(subject, item, pass.at));
  const body = root === undefined ? explained(subject, pass, node) : ofForward(subject, pass, root, false);
  if (body === null) return null;
  const made = node.source === null ? [] : [{ message: t('`{0}` was made here', node.name), range: node.source }];
  return { ...body, range, related: [...body.related, ...made], explainsError: true };
}

function explained(subject: Subject, pass: Pass, node: TraceNode): Pick<Body, 'message' | 'fixes' | 'related'> {
  const { trace } = subject;
  const step = pass.steps.find((item) => item.node === node.id);
  const input = Math.max(0, step?.gradInputs.findIndex(isBad) ?? 0);
  const sent = step?.gradInputs[input] ?? null;
  const arrived = step?.gradOutputs[0] ?? null;
  const isTrap = sent === null ? true : isMasked(sent, arrived);
  const cause = causeOf(subject, node, input);
  const what = sent === null ? 'nan' : badWord(sent);
  const leaves = spoilt(subject, pass);
  const trap = isTrap ? trapOf(subject, pass, node) : null;
  const message = joined(
    t('The forward pass is finite, but the backward pass makes {0} here: {1}.', what, cause),
    isTrap ? trapText(subject, trap, node) : t('What is multiplied by it is lost.'),
    ...(leaves.length === 0 ? [] : [t('So {0} is {1}.', listed(leaves.map((name) => `\`${name}.grad\``)), what)]),
  );
  const range = trap === null ? null : (nodeById(trace, trap)?.source ?? null);
  const related = range === null ? [] : [{ message: t('these elements are left out here'), range }];
  const fixes: Fix[] = isTrap && trap !== null ? doubleWhere(subject, nodeById(trace, trap)!, node) : [];
  return { message, fixes, related };
}

/** Whether it became nan where 0 arrived. */
function isMasked(sent: Value, arrived: Value | null): boolean {
  if (sent.stats.nans === 0 || arrived === null || arrived.stats.zeros === 0) return false;
  const [out, into] = [flatData(sent), flatData(arrived)];
  if (out === null || into === null || out.length !== into.length) return true;
  return out.some((element, i) => element === 'nan' && toNumber(into[i]!) === 0);
}

/** The choice in front of a node that sent it zeros. */
function trapOf({ trace }: Subject, pass: Pass, node: TraceNode): number | null {
  let at = node.id;
  for (let i = 0; i < 20; i++) {
    const from = pass.steps.findLast(({ node: id }) =>
      (nodeById(trace, id)?.next ?? []).some((edge) => edge?.node === at),
    );
    if (from === undefined) return null;
    const { op } = nodeById(trace, from.node)!;
    if (CHOICES.test(op ?? '')) return from.node;
    at = from.node;
  }
  return null;
}

const CHOICES = /^(where|masked_fill_?|mul|index|masked_select|clamp|clamp_min|minimum|maximum|relu|nan_to_num)$/;

function trapText(subject: Subject, trap: number | null, node: TraceNode): Message {
  const op = trap === null ? null : nodeById(subject.trace, trap)!.op;
  const rule = t('0 · inf is nan: it does not help that the result is not used.');
  if (op === null) return rule;
  const omits = op === 'mul' ? t('multiplies these elements by 0') : t('leaves these elements out');
  return t(
    '`{0}` {3}, so that the upstream gradient is 0 there, but {1} Make the input of `{2}` harmless before, where it is not used: `torch.where(condition, x, torch.ones_like(x))`.',
    op,
    rule,
    node.op ?? node.name,
    omits,
  );
}

function causeOf(subject: Subject, node: TraceNode, input: number): Message {
  const op = node.op ?? node.name;
  const of = op === 'div' ? 1 : input;
  const tensor = tensorById(subject.trace, node.inputs[of] ?? -1);
  const value = tensor === null ? null : valueAt(subject.trace, tensor.id, node.at);
  if (tensor === null || value === null) return t('the derivative of `{0}` is infinite', op);
  const name = nameOf(subject, tensor);
  if (op === 'div' && value.stats.zeros > 0)
    return t('a quotient has the derivative 1/{0} (and -a/{0}² by {0}), and {0} holds 0', name);
  const known = whyNoDerivative(op, name, value);
  if (known !== null) return known;
  const made = node.outputs.flatMap((id) => tensorById(subject.trace, id) ?? []).find((item) => isBad(item.value));
  if (made !== undefined) return t('`{0}` of {1} ({2}) is {3} already', op, name, rangeOf(value), badWord(made.value));
  return t('the derivative of `{0}` at {1} ({2}) is not finite', op, name, rangeOf(value));
}

/** Whose `.grad` is lost, by name. */
const spoilt = ({ trace }: Subject, { accumulations }: Pass): string[] => [
  ...new Set(
    accumulations
      .filter(({ incoming }) => isBad(incoming))
      .flatMap(({ tensor }) => tensorById(trace, tensor)?.name ?? []),
  ),
];

/** Of a long run's middle, only what the roots held and how large `.grad` was is known. */
function ofForgotten({ trace }: Subject, { index, source, summary }: Pass): Body | null {
  const lost = summary?.roots.find((value) => value !== null && !Number.isFinite(toNumber(value)));
  if (lost === undefined || source === null) return null;
  const message = t(
    'The loss became {0} in pass {1} of {2}. Run the first {1} passes alone (`--passes {1}`, or the setting `backpass.passes`) to see which operation made it.',
    String(lost),
    index + 1,
    trace.passes.length,
  );
  return { message, range: source, related: [] };
}
