import type { Source } from '../../trace/model.ts';
import { type Related, t } from '../finding.ts';
import type { Rule, Subject } from '../rule.ts';
import { nameOf } from '../support/naming.ts';
import { frameAt, tensorNamed } from '../support/scopes.ts';
import { statementAt, withoutGrad } from '../support/statements.ts';

/** A leaf is where gradients end; a change that is recorded would make it a result. */
export const leafInPlace: Rule = {
  code: 'BP005',
  title: 'a leaf that requires grad was changed in place',
  check(subject) {
    const { failure } = subject;
    if (
      failure === null ||
      !/leaf Variable that requires grad is being used in an in-place operation/.test(failure.error.message)
    )
      return [];
    const { source } = failure;
    if (source === null) return [];
    const { name, related } = changed(subject, source);
    const message = t(
      '{0} is a leaf that requires a gradient, and a change in place would be part of the graph: it would be a leaf no more. Parameters are changed with gradients switched off, under `torch.no_grad()`.',
      name,
    );
    return [
      {
        severity: 'error',
        message,
        range: source,
        related,
        fixes: withoutGrad(subject.texts, source),
        explainsError: true,
      },
    ];
  },
};

/** What stands to the left, or before the method's dot. */
function changed(subject: Subject, source: Source): { name: string; related: Related[] } {
  const text = statementAt(subject.texts, source)?.text ?? '';
  const path = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*(?!\s*\(|[\p{L}\p{N}_]))*/u.exec(text)?.[0] ?? null;
  const tensor = path === null ? null : tensorNamed(subject.trace, path, frameAt(subject, source));
  if (tensor === null) return { name: path === null ? 'This tensor' : `\`${path}\``, related: [] };
  const name = nameOf(subject, tensor);
  return {
    name,
    related: tensor.source === null ? [] : [{ message: t('{0} was created here', name), range: tensor.source }],
  };
}
