/** Which tensor a name of the text holds. */
import type { Binding, Source, Trace, TraceTensor } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import type { Subject } from '../rule.ts';

/** A frame is told by the function's name, a scope by its qualified name. */
export const isScope = (scope: string, frame: string): boolean =>
  scope === '' ? frame === '<module>' : scope.split('.').at(-1) === frame.split('.').at(-1);

/** The function that ran at a place of the failure; module level where none is known. */
export const frameAt = ({ failure }: Subject, { file, line }: Source): string =>
  failure?.error.frames.findLast(({ source }) => source.file === file && source.line === line)?.name ?? '<module>';

/** What a name held last before a time, in a function of that name if it is bound there. */
export function tensorNamed(
  trace: Trace,
  name: string,
  frame: string,
  at = Number.POSITIVE_INFINITY,
): TraceTensor | null {
  const named = trace.bindings.filter((binding) => binding.name === name && binding.at < at);
  const here = named.findLast(({ scope }) => isScope(scope, frame));
  const found: Binding | undefined = here ?? named.at(-1);
  return found === undefined ? null : tensorById(trace, found.tensor);
}
