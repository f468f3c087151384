import type { Source, TraceTensor } from '../../trace/model.ts';
import { type Fix, type Message, type Related, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { nameOf } from '../support/naming.ts';
import { frameAt, tensorNamed } from '../support/scopes.ts';

/** The program reads a `.grad` that no pass has filled. */
export const gradIsNone: Rule = {
  code: 'BP007',
  title: '.grad is None',
  check: (subject) => [...ofFailure(subject), ...ofWarnings(subject), ...ofPrinted(subject)],
};

const NONE = /NoneType/;

/** `TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'`, where the line reads a `.grad`. */
function ofFailure(subject: Subject): Complaint[] {
  const { failure } = subject;
  if (failure === null || failure.source === null || !/^(?:TypeError|AttributeError)$/.test(failure.error.type))
    return [];
  const { source } = failure;
  if (!NONE.test(failure.error.message)) return [];
  const tensor = readIn(subject, source).find((candidate) => candidate.grad === null);
  if (tensor === undefined) return [];
  return [{ ...body(subject, tensor), severity: 'error', range: source, explainsError: true }];
}

/** PyTorch warns where the `.grad` of a result is read. */
function ofWarnings(subject: Subject): Complaint[] {
  const text = subject.trace.output.map(({ text: part }) => part).join('');
  const warned = /^(.+):(\d+): UserWarning: The \.grad attribute of a Tensor that is not a leaf/gm;
  return [...text.matchAll(warned)].flatMap(([, file, number]) => {
    const line = Number(number);
    if (subject.failure?.source?.line === line) return [];
    const row = subject.texts.line(file!, line);
    if (row === null) return [];
    const source = {
      file: file!,
      line,
      column: /^\s*/.exec(row)![0].length,
      endLine: line,
      endColumn: row.trimEnd().length,
    };
    const tensor = readIn(subject, source).find(({ isLeaf, grad }) => !isLeaf && grad === null);
    return tensor === undefined ? [] : [{ ...body(subject, tensor), severity: 'warning' as const, range: source }];
  });
}

/** `print(w.grad)` says None although a pass has run: it may be meant. */
function ofPrinted(subject: Subject): Complaint[] {
  const { output, passes } = subject.trace;
  if (passes.length === 0) return [];
  return output.flatMap(({ text, source }) => {
    if (source === null || !/\bNone\b/.test(text)) return [];
    const tensor = readIn(subject, source).find(isNeverFilled);
    return tensor === undefined ? [] : [{ ...body(subject, tensor), severity: 'hint' as const, range: source }];
  });
}

const isNeverFilled = ({ isLeaf, grad, gradChanges, dtype }: TraceTensor): boolean =>
  isLeaf && grad === null && gradChanges.length === 0 && /^(b?float|complex)/.test(dtype);

/** The tensors whose `.grad` a line reads. */
function readIn(subject: Subject, source: Source): TraceTensor[] {
  const { file, line, endLine } = source;
  const rows = Array.from({ length: endLine - line + 1 }, (_, i) => subject.texts.line(file, line + i) ?? '').join(
    '\n',
  );
  const reads = [...rows.matchAll(/([\p{L}_][\p{L}\p{N}_]*(?:\.(?!grad\b)[\p{L}_][\p{L}\p{N}_]*|\[\w+\])*)\.grad\b/gu)];
  const frame = frameAt(subject, source);
  return reads.flatMap(([, name]) => tensorNamed(subject.trace, name!, frame) ?? []);
}

function body(subject: Subject, tensor: TraceTensor): Pick<Complaint, 'message' | 'related' | 'fixes'> {
  const name = nameOf(subject, tensor);
  const made: Related[] =
    tensor.source === null ? [] : [{ message: t('{0} was made here', name), range: tensor.source }];
  const because = reason(subject, tensor, name);
  return { message: because.message, related: [...because.related, ...made], fixes: because.fixes ?? [] };
}

interface Reason {
  readonly message: Message;
  readonly related: readonly Related[];
  readonly fixes?: readonly Fix[];
}

function reason(subject: Subject, tensor: TraceTensor, name: string): Reason {
  const { passes } = subject.trace;
  if (!tensor.requiresGrad)
    return {
      message: t(
        'The `.grad` of {0} is None: {0} does not require a gradient. Create it with `requires_grad=True`.',
        name,
      ),
      related: [],
    };
  if (!tensor.isLeaf) return notLeaf(subject, tensor, name);
  if (passes.length === 0)
    return { message: t('The `.grad` of {0} is None: no `backward()` has run yet.', name), related: [] };
  const cleared = tensor.gradChanges.findLast(({ value }) => value === null);
  if (cleared !== undefined && cleared.source !== null) {
    const related = [{ message: t('`.grad` was cleared here'), range: cleared.source }];
    return {
      message: t(
        'The `.grad` of {0} is None: it was cleared in line {1}, and no pass has filled it since.',
        name,
        cleared.source.line,
      ),
      related,
    };
  }
  return unreached(subject, name);
}

/** Often a parameter that was bound to a result: `w = w - lr * w.grad`. */
function notLeaf(subject: Subject, tensor: TraceTensor, name: string): Reason {
  const leaf = subject.trace.tensors.findLast(
    (other) =>
      other.isLeaf &&
      other.requiresGrad &&
      other.id !== tensor.id &&
      other.name === tensor.name &&
      other.at < tensor.at,
  );
  if (tensor.name !== null && leaf !== undefined) {
    const related = leaf.source === null ? [] : [{ message: t('{0} was a leaf here', name), range: leaf.source }];
    return {
      message: t(
        'The `.grad` of {0} is None: since line {1}, {0} names a result and is a leaf no more, and a pass fills the `.grad` of leaves only. Change the leaf in place under `torch.no_grad()`.',
        name,
        tensor.source?.line ?? '?',
      ),
      related,
    };
  }
  return {
    message: t(
      'The `.grad` of {0} is None: {0} is a result, and a pass fills the `.grad` of leaves only. Call `retain_grad()` on it before the pass.',
      name,
    ),
    related: [],
    fixes: retaining(subject, tensor),
  };
}

function retaining({ texts }: Subject, { name, source }: TraceTensor): Fix[] {
  const row = source === null ? null : texts.line(source.file, source.endLine);
  if (
    source === null ||
    row === null ||
    name === null ||
    !new RegExp(`^\\s*${name.replaceAll('.', '\\.')}\\s*=[^=]`, 'u').test(texts.line(source.file, source.line) ?? '')
  )
    return [];
  const indent = /^\s*/.exec(texts.line(source.file, source.line)!)![0];
  const { file, endLine } = source;
  const range = { file, line: endLine, column: row.length, endLine, endColumn: row.length };
  return [
    {
      title: t('Keep its gradient: `{0}.retain_grad()`', name),
      edits: [{ range, text: `\n${indent}${name}.retain_grad()` }],
    },
  ];
}

function unreached({ trace }: Subject, name: string): Reason {
  const last = trace.passes.at(-1)!;
  const related = last.source === null ? [] : [{ message: t('the last pass started here'), range: last.source }];
  return {
    message: t(
      'The `.grad` of {0} is None: no pass has reached it, as what was differentiated was not computed from {0}.',
      name,
    ),
    related,
  };
}
