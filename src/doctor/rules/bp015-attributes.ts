import type { Source, TraceTensor } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import { type Fix, t } from '../finding.ts';
import type { Complaint, Rule, Subject } from '../rule.ts';
import { type Assignment, assignmentsIn, filesOf, heldTensor } from '../support/assignments.ts';
import { isSimple, parseCall } from '../support/calls.ts';
import { ancestry } from '../support/graph.ts';
import { nameOf } from '../support/naming.ts';
import { rangeWithin } from '../support/texts.ts';

/** What Python accepts without a word and PyTorch never looks at. */
export const attributes: Rule = {
  code: 'BP015',
  title: 'an attribute or a constructor that does something else',
  check: (subject) => [...misspelt(subject), ...setTooLate(subject), ...sizes(subject), ...rewrapped(subject)],
};

/** `require_grad`, `requires_gradient`, `requiresGrad`, and the method that is assigned to. */
const MISSPELT = /^(?!requires_grad$)_?requi\w*_?gr\w*$|^requi\w*Grad$|^need\w*_?grad$|^re\w*qu\w*es?_grad_?$/i;

function misspelt(subject: Subject): Complaint[] {
  const { trace, texts } = subject;
  const written = filesOf(trace).flatMap((file) => assignmentsIn(texts, file));
  return written.flatMap((assignment): Complaint[] => {
    const { owner, attribute, target } = assignment;
    const held = heldTensor(trace, owner, target);
    if (attribute === 'requires_grad') return held === undefined ? ofModule(subject, assignment) : [];
    return held !== undefined && MISSPELT.test(attribute) ? [typo(assignment)] : [];
  });
}

function typo({ owner, attribute, target, value }: Assignment): Complaint {
  const message = t(
    '`{0}.{1} = {2}` makes a new attribute of this name, which nothing reads: `{0}` is no other tensor than before. The attribute is called `requires_grad`.',
    owner,
    attribute,
    value,
  );
  const range = { ...target, column: target.endColumn - attribute.length };
  const title = t('Write `requires_grad`');
  return {
    severity: 'warning',
    message,
    range: target,
    related: [],
    fixes: [{ title, edits: [{ range, text: 'requires_grad' }] }],
  };
}

/** A module takes any attribute; its parameters don't look there. */
function ofModule({ trace }: Subject, { owner, target, whole, value }: Assignment): Complaint[] {
  const isModule = trace.bindings.some(({ name }) => name.startsWith(`${owner}.`));
  if (!isModule || /^self$/.test(owner) || !/^(True|False)$/.test(value)) return [];
  const text = `${owner}.requires_grad_(${value})`;
  const message = t(
    '`{0}.requires_grad = {1}` sets an attribute of the module, which nothing reads: its parameters stay as they are. `{2}` goes through all of them.',
    owner,
    value,
    text,
  );
  const fixes = [{ title: t('Set it for all parameters: `{0}`', text), edits: [{ range: whole, text }] }];
  return [{ severity: 'warning', message, range: target, related: [], fixes }];
}

/** `x.requires_grad = True` below what was computed of `x`, which is all that a later pass sees of it. */
function setTooLate(subject: Subject): Complaint[] {
  const { trace } = subject;
  const inGraphs = new Set(trace.nodes.flatMap(({ inputs }) => inputs));
  return trace.tensors.flatMap((leaf): Complaint[] => {
    const change = leaf.flagChanges.find(({ requiresGrad }) => requiresGrad);
    if (change === undefined || change.source === null || inGraphs.has(leaf.id) || leaf.grad !== null) return [];
    const early = (tensor: TraceTensor) => tensor.at < change.at && (tensor.origin?.inputs.includes(leaf.id) ?? false);
    const roots = trace.passes.flatMap((pass) => (pass.at > change.at ? pass.roots : []));
    const behind = roots.flatMap((id) => ancestry(trace, tensorById(trace, id)!));
    const used = behind.find(early);
    return used === undefined ? [] : [tooLate(subject, leaf, used, change.source)];
  });
}

function tooLate(subject: Subject, leaf: TraceTensor, used: TraceTensor, range: Source): Complaint {
  const [name, result] = [nameOf(subject, leaf), nameOf(subject, used)];
  const message = t(
    '{0} is told to require a gradient after {1} was computed of it. What was computed before does not know: no gradient of {1} reaches {0}. Set it first.',
    name,
    result,
  );
  const related =
    used.source === null ? [] : [{ message: t('{0} was computed here, without a graph', result), range: used.source }];
  return { severity: 'warning', message, range, related };
}

/** `torch.Tensor(5)`: five numbers of whatever was there, not the number 5. */
function sizes(subject: Subject): Complaint[] {
  const { trace, texts } = subject;
  return trace.tensors.flatMap((tensor): Complaint[] => {
    const text = tensor.source === null ? null : texts.slice(tensor.source);
    const size = /^torch\.(?:Float)?Tensor\((\d+)\)$/.exec(text ?? '')?.[1];
    if (size === undefined || tensor.shape.length !== 1 || !isReadUnwritten(subject, tensor)) return [];
    const message = t(
      '`{0}` makes a tensor of {1} numbers that are not set to anything, not the number {1}; and they are used. The number is `torch.tensor({1}.0)`.',
      text!,
      size,
    );
    const title = t('The number: `torch.tensor({0}.0)`', size);
    const fixes = [{ title, edits: [{ range: tensor.source!, text: `torch.tensor(${size}.0)` }] }];
    return [{ severity: 'warning', message, range: tensor.source!, related: [], fixes }];
  });
}

/** What is written later, if only through a view, was made to be written. */
const isReadUnwritten = ({ trace }: Subject, { id, updates }: TraceTensor): boolean =>
  updates.length === 0 && trace.tensors.some(({ origin }) => origin?.inputs.includes(id) ?? false);

/** `torch.tensor(t)` copies the numbers of `t`, not its history. */
function rewrapped(subject: Subject): Complaint[] {
  const { trace, failure } = subject;
  if (failure !== null) return [];
  const behind = new Set(
    trace.passes
      .flatMap((pass) => pass.roots.flatMap((id) => tensorById(trace, id) ?? []))
      .flatMap((root) => ancestry(trace, root).map(({ id }) => id)),
  );
  return trace.tensors.flatMap((tensor): Complaint[] => {
    const copied = tensor.origin?.op === 'tensor' ? argumentsOf(subject, tensor) : null;
    if (copied === null) return [];
    const lost = copied.tensors.find(({ requiresGrad }) => requiresGrad);
    return lost === undefined || !behind.has(tensor.id) ? [] : [rewrap(subject, tensor, copied, lost)];
  });
}

interface Copied {
  readonly tensors: readonly TraceTensor[];
  /** The names, as they are written. */
  readonly names: readonly string[];
  readonly isList: boolean;
  readonly only: boolean;
}

/** The tensors that `torch.tensor(a)` and `torch.tensor([a, b])` are given. */
function argumentsOf({ trace, texts }: Subject, { source, at }: TraceTensor): Copied | null {
  const call = parseCall(source === null ? '' : (texts.slice(source) ?? ''));
  const first = call?.args[0];
  if (source === null || call?.receiver !== 'torch' || call.method !== 'tensor' || first === undefined) return null;
  const isList = /^\[[^[\]]*\]$/.test(first.text);
  const names = (isList ? first.text.slice(1, -1).split(',') : [first.text])
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (!names.every(isSimple)) return null;
  const tensors = names.map((name) => {
    const held = trace.bindings.findLast(
      (item) => item.name === name && item.at < at && item.source.file === source.file,
    );
    return held === undefined ? null : tensorById(trace, held.tensor);
  });
  return tensors.every((tensor) => tensor !== null) ? { tensors, names, isList, only: call.args.length === 1 } : null;
}

function rewrap(subject: Subject, tensor: TraceTensor, { names, isList, only }: Copied, lost: TraceTensor): Complaint {
  const text = subject.texts.slice(tensor.source!)!;
  const better = isList ? `torch.stack([${names.join(', ')}])` : `${names[0]}.clone()`;
  const message = t(
    '`{0}` copies the numbers of {1} into a new tensor that knows nothing of where they came from, so that no gradient reaches {1} this way. `{2}` keeps the connection; `detach()` says that it is meant to be cut.',
    text,
    nameOf(subject, lost),
    better,
  );
  const related =
    lost.source === null
      ? []
      : [{ message: t('{0}, made here, requires a gradient', nameOf(subject, lost)), range: lost.source }];
  const range = rangeWithin(tensor.source!, text, 0, text.length);
  const fixes: Fix[] = only
    ? [{ title: t('Keep the connection: `{0}`', better), edits: [{ range, text: better }] }]
    : [];
  return { severity: 'warning', message, range, related, fixes };
}
