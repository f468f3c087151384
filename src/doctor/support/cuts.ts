/** Where a graph was cut: a tensor without history that was made of one with history. */
import type { Source, TraceTensor } from '../../trace/model.ts';
import { bindingAt } from '../../trace/positions.ts';
import { tensorById } from '../../trace/queries.ts';
import { type Message, t } from '../finding.ts';
import type { Subject } from '../rule.ts';
import { ancestry } from './graph.ts';
import { nameOf } from './naming.ts';

export interface Cut {
  /** The first one without history. */
  readonly tensor: TraceTensor;
  /** What it was made of, which has it. */
  readonly input: TraceTensor;
  readonly source: Source | null;
  readonly kind: 'late' | 'detach' | 'data' | 'values' | 'dtype' | 'discrete' | 'no_grad';
}

/** The cuts behind a tensor, nearest first. */
export function cutsBehind(subject: Subject, tensor: TraceTensor): Cut[] {
  return ancestry(subject.trace, tensor).flatMap((candidate) => cutAt(subject, candidate));
}

function cutAt(subject: Subject, tensor: TraceTensor): Cut[] {
  if (hasHistory(tensor)) return [];
  const inputs = (tensor.origin?.inputs ?? []).flatMap((id) => tensorById(subject.trace, id) ?? []);
  const input = inputs.find(hasHistory) ?? (inputs.length === 0 ? readIn(subject, tensor) : null);
  if (input === null) return [];
  return [
    {
      tensor,
      input,
      source: tensor.source,
      kind: requiredGradAt(input, tensor.at) ? kindOf(subject, tensor, inputs.length === 0) : 'late',
    },
  ];
}

/** `requires_grad_()` may have come later. */
function requiredGradAt({ requiresGrad, flagChanges }: TraceTensor, at: number): boolean {
  const before = flagChanges.findLast((change) => change.at <= at);
  const [first] = flagChanges;
  if (before !== undefined || first === undefined || !first.isLeaf) return before?.requiresGrad ?? requiresGrad;
  return !first.requiresGrad;
}

const hasHistory = ({ requiresGrad }: TraceTensor): boolean => requiresGrad;

/** `torch.tensor(loss.item())`, `torch.tensor([a, b])`: what the text names that has a history. */
function readIn({ trace, texts }: Subject, { source, at }: TraceTensor): TraceTensor | null {
  const text = source === null ? null : texts.slice(source);
  if (source === null || text === null) return null;
  const then = { ...trace, bindings: trace.bindings.filter((known) => known.at < at) };
  for (const [name] of text.matchAll(/[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu)) {
    for (const prefix of prefixes(name)) {
      const binding = bindingAt(then, { ...source, name: prefix });
      const tensor = binding === null ? null : tensorById(trace, binding.tensor);
      if (tensor?.requiresGrad === true) return tensor;
    }
  }
  return null;
}

/** `self.w`, then `self`, of `self.w`. */
function prefixes(path: string): string[] {
  const parts = path.split('.');
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('.'));
}

function kindOf({ texts }: Subject, { origin, dtype, source }: TraceTensor, isNew: boolean): Cut['kind'] {
  if (isNew) return 'values';
  if (origin?.op === 'detach') {
    const text = source === null ? null : texts.slice(source);
    return text !== null && /\.data\b/.test(text) && !text.includes('detach') ? 'data' : 'detach';
  }
  if (/^(b?float|complex)/.test(dtype)) return 'no_grad';
  return /^(to|_to_copy|long|int|short|bool|byte|char|type)$/.test(origin?.op ?? '') ? 'dtype' : 'discrete';
}

/** As the end of a sentence. */
export function reasonOf(subject: Subject, { kind, tensor, input }: Cut): Message {
  const name = nameOf(subject, input);
  switch (kind) {
    case 'late':
      return t(
        '{0} did not require a gradient yet: it was told to only afterwards, in line {1}.',
        name,
        input.flagChanges.find(({ requiresGrad }) => requiresGrad)?.source?.line ?? '?',
      );
    case 'detach':
      return t('`detach()` takes the values of {0} and leaves its history behind.', name);
    case 'data':
      return t('`.data` takes the values of {0} and leaves its history behind.', name);
    case 'values':
      return t('a new tensor is built from the values of {0}, which carry no history.', name);
    case 'dtype':
      return t('{0} is cast to {1}: integers have no gradient.', name, tensor.dtype);
    case 'discrete':
      return t(
        '`{0}` of {1} answers with {2}, which does not change smoothly and has no gradient.',
        tensor.origin?.op ?? '?',
        name,
        tensor.dtype,
      );
    case 'no_grad':
      return t(
        '`{0}` of {1} ran with gradients switched off (`torch.no_grad()` or the like).',
        tensor.origin?.op ?? '?',
        name,
      );
  }
}

/** The cuts between what was differentiated and some leaves that it did not reach. */
export function cutsTowards(subject: Subject, leaves: readonly TraceTensor[]): Cut[] {
  const { trace } = subject;
  const roots = trace.passes.find(({ roots: ids, error }) => error === null && ids.length > 0)?.roots ?? [];
  const wanted = new Set(leaves.map(({ id }) => id));
  const leadsThere = ({ input }: Cut) => ancestry(trace, input).some(({ id }) => wanted.has(id));
  return roots.flatMap((id) => {
    const root = tensorById(trace, id);
    return root === null ? [] : cutsBehind(subject, root).filter(leadsThere);
  });
}
