import type { Source, TraceTensor } from '../../trace/model.ts';
import { type Fix, type Message, t } from '../finding.ts';
import type { Complaint, Subject } from '../rule.ts';
import { type Argument, isSimple, parseCall } from '../support/calls.ts';
import { shapeText } from '../support/naming.ts';
import { frameAt, tensorNamed } from '../support/scopes.ts';
import { insertion } from '../support/texts.ts';

/** A loss raised because its targets are of another dtype or shape than it takes. Part of BP014. */
export function wrongTargets(subject: Subject): Complaint[] {
  const { failure, texts } = subject;
  const source = failure?.source ?? null;
  const text = source === null ? null : texts.slice(source);
  const target = text === null ? undefined : parseCall(text)?.args[1];
  if (failure === null || source === null || text === null || target === undefined) return [];
  const known = isSimple(target.text) ? tensorNamed(subject.trace, target.text, frameAt(subject, source)) : null;
  for (const { pattern, explain } of TRAPS) {
    const match = pattern.exec(failure.error.message);
    const found = match === null ? null : explain(target.text, known, match[1] ?? '');
    if (found !== null) return [complaint(source, text, target, known, found)];
  }
  return [];
}

interface Explained {
  readonly message: Message;
  /** What is to be put behind the target; '' where that is not known. */
  readonly added: string;
}

interface Trap {
  readonly pattern: RegExp;
  readonly explain: (name: string, target: TraceTensor | null, detail: string) => Explained | null;
}

const isFloating = (tensor: TraceTensor | null): boolean =>
  tensor === null || /^(b?float|double|half)/.test(tensor.dtype);

const TRAPS: readonly Trap[] = [
  {
    pattern: /^expected scalar type Long but found (\w+)$/,
    explain: (name, target, dtype) =>
      target !== null && target.dtype === 'int64'
        ? null
        : {
            message: t(
              'The targets of cross-entropy are numbers of classes: `{0}` is {1}, and has to be int64.',
              name,
              target?.dtype ?? dtype,
            ),
            added: '.long()',
          },
  },
  {
    pattern: /^0D or 1D target tensor expected/,
    explain: (name, target) => ({
      message: t(
        'Cross-entropy takes one class number per row: `{0}` has shape {1}, and needs one dimension.',
        name,
        target === null ? '?' : shapeText(target.shape),
      ),
      added: target?.shape.length === 2 && target.shape[1] === 1 ? '.squeeze(1)' : '',
    }),
  },
  {
    pattern: /^Target (-?\d+) is out of bounds/,
    explain: (name, _target, number) => ({
      message: t(
        '`{0}` names class {1}, which there is no output for: classes count from 0, and the last layer needs an output for each.',
        name,
        number,
      ),
      added: '',
    }),
  },
  {
    pattern: /^(?:result type Float can't be cast to the desired output type|Found dtype) (\w+)/,
    explain: (name, target) =>
      isFloating(target) && target !== null
        ? null
        : {
            message: t(
              "This loss compares predictions with numbers of their own kind: `{0}` is {1}, and has to be of the predictions' dtype.",
              name,
              target?.dtype ?? 'int64',
            ),
            added: '.float()',
          },
  },
];

function complaint(
  source: Source,
  text: string,
  target: Argument,
  known: TraceTensor | null,
  { message, added }: Explained,
): Complaint {
  const related =
    known?.source == null ? [] : [{ message: t('`{0}` was made here', target.text), range: known.source }];
  const fixes: Fix[] =
    added === '' || !isSimple(target.text)
      ? []
      : [{ title: t('Write `{0}`', `${target.text}${added}`), edits: [insertion(source, text, target.end, added)] }];
  return { severity: 'error', message, range: source, related, fixes, explainsError: true };
}
