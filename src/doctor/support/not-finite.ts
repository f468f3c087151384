/** Where the first nan or infinity came from, forward and backward. */
import type { Pass, Source, Step, Trace, TraceNode, TraceTensor, Value } from '../../trace/model.ts';
import { nodeById, tensorById, valueAt } from '../../trace/queries.ts';
import { isBad } from './numbers.ts';

/** How a value came to be: by the tensor's own operation, or by a change in place. */
export interface Production {
  readonly tensor: TraceTensor;
  readonly op: string | null;
  readonly inputs: readonly Operand[];
  readonly value: Value;
  readonly source: Source | null;
  readonly node: TraceNode | null;
  readonly at: number;
  readonly isUpdate: boolean;
}

export interface Operand {
  readonly tensor: TraceTensor;
  /** What it held when it was used. */
  readonly value: Value;
}

/** What made a tensor what it was at a time. */
export function productionOf(trace: Trace, tensor: TraceTensor, at: number): Production {
  const update = tensor.updates.findLast((candidate) => candidate.at < at && candidate.at > tensor.at);
  const node = nodeById(trace, update?.gradFn ?? (update === undefined ? (tensor.gradFn ?? -1) : -1));
  if (update === undefined) {
    const inputs = operands(trace, tensor.origin?.inputs ?? [], tensor.at);
    const { source, value } = tensor;
    return { tensor, op: tensor.origin?.op ?? null, inputs, value, source, node, at: tensor.at, isUpdate: false };
  }
  const others = (node?.inputs ?? []).flatMap((id) => (id === null || id === tensor.id ? [] : [id]));
  const before = { tensor, value: valueAt(trace, tensor.id, update.at) ?? tensor.value };
  const inputs = [before, ...operands(trace, others, update.at)];
  const { op, source, value } = update;
  return { tensor, op: op.replace(/_$/, ''), inputs, value, source, node, at: update.at, isUpdate: true };
}

const operands = (trace: Trace, ids: readonly number[], at: number): Operand[] =>
  ids.flatMap((id) => {
    const tensor = tensorById(trace, id);
    const value = tensor === null ? null : valueAt(trace, id, at);
    return tensor === null || value === null ? [] : [{ tensor, value }];
  });

/** Where the numbers of a tensor went wrong, from the place where it was made on; the last is the tensor itself. */
export function wayTo(trace: Trace, tensor: TraceTensor, at: number): Production[] {
  const way = [productionOf(trace, tensor, at)];
  for (;;) {
    const last = way[0]!;
    const guilty = last.inputs.find((input) => blames(last, input));
    if (guilty === undefined) return way;
    const before = productionOf(trace, guilty.tensor, last.at);
    if (before.at >= last.at || !isBad(before.value)) return way;
    way.unshift(before);
  }
}

/** A nan comes of a nan where there is one; else it, and an infinity, comes of an infinity that nobody meant. */
function blames({ value, inputs }: Production, input: Operand): boolean {
  if (!isBad(input.value)) return false;
  const hasNan = inputs.some((other) => other.value.stats.nans > 0);
  if (value.stats.nans > 0 && hasNan) return input.value.stats.nans > 0;
  return !isMeant(input.tensor);
}

/** Infinities that are written: those of a mask or a constant. */
const MEANT = /^(masked_fill|where|full|full_like|tensor|new_full|triu|tril|fill|log_softmax|_log_softmax|zeros|ones)$/;
export const isMeant = ({ origin, updates }: TraceTensor): boolean =>
  (origin === null && updates.length === 0) ||
  MEANT.test(origin?.op ?? '') ||
  updates.some(({ op }) => /^(masked_fill_|fill_|copy_|index_fill_|index_put_|scatter_|full_like)$/.test(op));

/** The first step of a pass that was given finite numbers and sent others on. */
export function firstBadStep(trace: Trace, pass: Pass): { step: Step; node: TraceNode; input: number } | null {
  for (const step of pass.steps) {
    const input = step.gradInputs.findIndex(isBad);
    const node = nodeById(trace, step.node);
    if (input >= 0 && node !== null && !step.gradOutputs.some(isBad)) return { step, node, input };
  }
  return null;
}

/** Whether what a pass hands out, into `.grad` or to its caller, is not finite. */
export function handsOutBad(trace: Trace, pass: Pass): boolean {
  if (pass.accumulations.some(({ incoming }) => isBad(incoming))) return true;
  if (pass.kind === 'backward') return false;
  const ran = new Set(pass.steps.map(({ node }) => node));
  return pass.steps.some(({ node, gradInputs }) =>
    (nodeById(trace, node)?.next ?? []).some((edge, i) => edge !== null && !ran.has(edge.node) && isBad(gradInputs[i])),
  );
}
