/** Assignments to attributes, as they are written: `x.require_grad = True`. */
import type { Binding, Source, Trace } from '../../trace/model.ts';
import type { Texts } from './texts.ts';

export interface Assignment {
  /** `x`, `self.fc.weight`. */
  readonly owner: string;
  readonly attribute: string;
  readonly value: string;
  /** From the owner to the attribute. */
  readonly target: Source;
  /** To the end of the value. */
  readonly whole: Source;
}

const ASSIGNMENT = /^(\s*)([\p{L}_][\p{L}\p{N}_.]*)\.([\p{L}_][\p{L}\p{N}_]*)\s*=(?!=)\s*([^#]*[^#\s])/u;

export function assignmentsIn(texts: Texts, file: string): Assignment[] {
  return (texts.lines(file) ?? []).flatMap((text, i): Assignment[] => {
    const match = ASSIGNMENT.exec(text);
    if (match === null) return [];
    const [all, indent, owner, attribute, value] = match as unknown as [string, string, string, string, string];
    const [line, column] = [i + 1, indent.length];
    const place = { file, line, column, endLine: line };
    const endColumn = column + owner.length + 1 + attribute.length;
    return [{ owner, attribute, value, target: { ...place, endColumn }, whole: { ...place, endColumn: all.length } }];
  });
}

/** The files whose names the trace knows of. */
export const filesOf = ({ file, bindings }: Trace): string[] => [
  ...new Set([file, ...bindings.map(({ source }) => source.file)]),
];

/** Whether a name of a file ever held a tensor, above the line or in it. */
export const heldTensor = ({ bindings }: Trace, name: string, { file, line }: Source): Binding | undefined =>
  bindings.findLast((binding) => binding.name === name && binding.source.file === file && binding.source.line <= line);
