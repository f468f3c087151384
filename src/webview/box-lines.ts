/** The quantities that a box shows. Upstream gradient and accumulated `.grad` are two, and never one line. */
import type { Pass, TraceNode, TraceTensor, Value } from '../trace/model.ts';
import { valueAt } from '../trace/queries.ts';
import { tensorName } from './expression.ts';
import { formatLines } from './format.ts';
import type { BoxLine, BoxState, Picture } from './graph.ts';
import { t } from './l10n.ts';
import { sumValues } from './sum.ts';

const OUTPUTS_SHOWN = 3;

/** A trace, seen from one of its passes. */
type Moment = Pick<Picture, 'trace' | 'pass'>;

export function opLines(node: TraceNode, picture: Picture, state: BoxState): BoxLine[] {
  const outputs = node.outputs.slice(0, OUTPUTS_SHOWN).flatMap((id) => picture.tensors.get(id) ?? []);
  const values = outputs.map((tensor) => valueLine(tensor, picture, outputs.length > 1));
  return [...upstreamLines(node, picture), ...values, ...errorLines(picture, state)];
}

export function leafLines(tensor: TraceTensor, key: string, picture: Picture, state: BoxState): BoxLine[] {
  const { pass } = picture;
  const grad = pass === null ? [gradAtEnd(tensor)] : accumulationLines(tensor, pass, picture.arriving.get(key) ?? []);
  return [valueLine(tensor, picture, false), ...grad, ...errorLines(picture, state)];
}

export function seedLines(pass: Pass, gradient: Value | null, state: BoxState): BoxLine[] {
  const refused: BoxLine[] =
    state === 'failed' ? [{ role: 'error', label: t('the pass could not start'), text: [pass.error ?? ''] }] : [];
  if (gradient !== null)
    return [{ role: 'upstream', label: t('given to this pass'), text: formatLines(gradient) }, ...refused];
  if (state === 'failed') return refused;
  return [note('', pass.error === null ? t('its value was not recorded') : t('none: the pass could not start'))];
}

/** The call itself was wrong: it failed before any node ran. */
export function refusedBy(pass: Pass): boolean {
  return pass.error !== null && pass.steps.length === 0;
}

export function tensorLines(tensor: TraceTensor, picture: Moment): BoxLine[] {
  return [valueLine(tensor, picture, false)];
}

function upstreamLines(node: TraceNode, picture: Picture): BoxLine[] {
  if (picture.pass === null) return [];
  const step = picture.steps.get(node.id);
  if (step === undefined) return [note(t('upstream'), t('did not run in this pass'))];
  const parts = picture.arriving.get(`n${node.id}`)?.length ?? 0;
  return step.gradOutputs.slice(0, OUTPUTS_SHOWN).map((value, i) => {
    const name = tensorName(picture.tensors.get(node.outputs[i] ?? -1));
    const sum = parts > 1 ? ` · ${t('sum of {0}', parts)}` : '';
    const label = `${t('upstream')}${name === null ? '' : ` ∂L/∂${name}`}${sum}`;
    return { role: 'upstream', label, text: value === null ? ['None'] : formatLines(value) };
  });
}

/** What it held when the pass began, or in the end. */
function valueLine(tensor: TraceTensor, { trace, pass }: Moment, named: boolean): BoxLine {
  const value = valueAt(trace, tensor.id, pass?.at ?? Number.POSITIVE_INFINITY) ?? tensor.value;
  const name = named ? tensorName(tensor) : null;
  return { role: 'value', label: name === null ? t('value') : t('value {0}', name), text: formatLines(value) };
}

function gradAtEnd(tensor: TraceTensor): BoxLine {
  return { role: 'after', label: '.grad', text: tensor.grad === null ? ['None'] : formatLines(tensor.grad) };
}

/** before + incoming = after, and how many contributions the incoming one is the sum of. */
function accumulationLines(tensor: TraceTensor, pass: Pass, contributions: readonly Value[]): BoxLine[] {
  const taken = pass.accumulations.find((item) => item.tensor === tensor.id);
  if (taken === undefined) return returnedLines(pass, contributions);
  return [
    { role: 'before', label: t('before'), text: taken.before === null ? ['None'] : formatLines(taken.before) },
    { role: 'incoming', label: t('+ incoming'), text: formatLines(taken.incoming) },
    { role: 'after', label: '= .grad', text: formatLines(taken.after) },
    ...(contributions.length > 1
      ? [note('', t('incoming is the sum of {0} contributions', contributions.length))]
      : []),
  ];
}

function returnedLines(pass: Pass, contributions: readonly Value[]): BoxLine[] {
  if (contributions.length === 0) return [note('.grad', t('not changed by this pass'))];
  const sum = sumValues(contributions);
  const text = sum === null ? [t('sum of {0} contributions', contributions.length)] : formatLines(sum);
  const unchanged =
    pass.kind === 'grad' ? t('returned by autograd.grad(): .grad stays as it is') : t('.grad was not reached');
  return [{ role: 'incoming', label: t('arrives'), text }, note('', unchanged)];
}

function errorLines({ trace }: Picture, state: BoxState): BoxLine[] {
  if (state !== 'failed' || trace.error === null) return [];
  return [{ role: 'error', label: t('failed here'), text: [`${trace.error.type}: ${trace.error.message}`] }];
}

function note(label: string, text: string): BoxLine {
  return { role: 'note', label, text: [text] };
}
