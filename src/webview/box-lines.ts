/** The quantities that a box shows. Upstream gradient and accumulated `.grad` are two, and never one line. */
import type { Pass, TraceNode, TraceTensor, Value } from '../trace/model.ts';
import { tensorName } from './expression.ts';
import { formatValue } from './format.ts';
import type { BoxLine, BoxState, Picture } from './graph.ts';
import { valueAt } from './history.ts';
import { sumValues } from './sum.ts';

const OUTPUTS_SHOWN = 3;

export function opLines(node: TraceNode, picture: Picture, state: BoxState): BoxLine[] {
  const outputs = node.outputs.slice(0, OUTPUTS_SHOWN).flatMap((id) => picture.tensors.get(id) ?? []);
  const values = outputs.map((tensor) => valueLine(tensor, picture.pass, outputs.length > 1));
  return [...upstreamLines(node, picture), ...values, ...errorLines(picture, state)];
}

export function leafLines(tensor: TraceTensor, key: string, picture: Picture, state: BoxState): BoxLine[] {
  const { pass } = picture;
  const grad = pass === null ? [gradAtEnd(tensor)] : accumulationLines(tensor, pass, picture.arriving.get(key) ?? []);
  return [valueLine(tensor, pass, false), ...grad, ...errorLines(picture, state)];
}

export function seedLines(pass: Pass, gradient: Value | null, state: BoxState): BoxLine[] {
  const refused: BoxLine[] =
    state === 'failed' ? [{ role: 'error', label: 'the pass could not start', text: [pass.error ?? ''] }] : [];
  if (gradient !== null)
    return [{ role: 'upstream', label: 'given to this pass', text: formatValue(gradient) }, ...refused];
  if (state === 'failed') return refused;
  return [note('', pass.error === null ? 'its value was not recorded' : 'none: the pass could not start')];
}

/** The call itself was wrong: it failed before any node ran. */
export function refusedBy(pass: Pass): boolean {
  return pass.error !== null && pass.steps.length === 0;
}

export function tensorLines(tensor: TraceTensor, pass: Pass | null): BoxLine[] {
  return [valueLine(tensor, pass, false)];
}

function upstreamLines(node: TraceNode, picture: Picture): BoxLine[] {
  if (picture.pass === null) return [];
  const step = picture.steps.get(node.id);
  if (step === undefined) return [note('upstream', 'did not run in this pass')];
  const parts = picture.arriving.get(`n${node.id}`)?.length ?? 0;
  return step.gradOutputs.slice(0, OUTPUTS_SHOWN).map((value, i) => {
    const name = tensorName(picture.tensors.get(node.outputs[i] ?? -1));
    const sum = parts > 1 ? ` · sum of ${parts}` : '';
    const label = `upstream${name === null ? '' : ` ∂L/∂${name}`}${sum}`;
    return { role: 'upstream', label, text: value === null ? ['None'] : formatValue(value) };
  });
}

function valueLine(tensor: TraceTensor, pass: Pass | null, named: boolean): BoxLine {
  const value = valueAt(tensor, pass?.at ?? null);
  const name = named ? tensorName(tensor) : null;
  return { role: 'value', label: name === null ? 'value' : `value ${name}`, text: formatValue(value) };
}

function gradAtEnd(tensor: TraceTensor): BoxLine {
  return { role: 'after', label: '.grad', text: tensor.grad === null ? ['None'] : formatValue(tensor.grad) };
}

/** before + incoming = after, and how many contributions the incoming one is the sum of. */
function accumulationLines(tensor: TraceTensor, pass: Pass, contributions: readonly Value[]): BoxLine[] {
  const taken = pass.accumulations.find((item) => item.tensor === tensor.id);
  if (taken === undefined) return returnedLines(pass, contributions);
  return [
    { role: 'before', label: 'before', text: taken.before === null ? ['None'] : formatValue(taken.before) },
    { role: 'incoming', label: '+ incoming', text: formatValue(taken.incoming) },
    { role: 'after', label: '= .grad', text: formatValue(taken.after) },
    ...(contributions.length > 1 ? [note('', `incoming is the sum of ${contributions.length} contributions`)] : []),
  ];
}

function returnedLines(pass: Pass, contributions: readonly Value[]): BoxLine[] {
  if (contributions.length === 0) return [note('.grad', 'not changed by this pass')];
  const sum = sumValues(contributions);
  const text = sum === null ? [`sum of ${contributions.length} contributions`] : formatValue(sum);
  const unchanged =
    pass.kind === 'grad' ? 'returned by autograd.grad(): .grad stays as it is' : '.grad was not reached';
  return [{ role: 'incoming', label: 'arrives', text }, note('', unchanged)];
}

function errorLines({ trace }: Picture, state: BoxState): BoxLine[] {
  if (state !== 'failed' || trace.error === null) return [];
  return [{ role: 'error', label: 'failed here', text: [`${trace.error.type}: ${trace.error.message}`] }];
}

function note(label: string, text: string): BoxLine {
  return { role: 'note', label, text: [text] };
}
