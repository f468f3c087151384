/** How the doctor calls things: by the user's names, else by how they are written, else by what made them. */
import { formatShape } from '../../trace/format.ts';
import type { Source, Trace, TraceTensor } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import type { Subject } from '../rule.ts';

/** `y`, or `x * 2`, in the backticks of code. */
export const nameOf = (subject: Subject, tensor: TraceTensor): string => `\`${bareName(subject, tensor)}\``;

/** Longer than this an expression is no name. */
const LONGEST = 40;

function bareName({ trace, texts }: Subject, tensor: TraceTensor): string {
  const named = tensor.name ?? viewedName(trace, tensor);
  if (named !== null) return named;
  const written = tensor.source === null ? null : texts.slice(tensor.source);
  if (written !== null && written.length <= LONGEST && !written.includes('\n')) return written;
  return tensor.origin === null ? `tensor ${tensor.id}` : `${tensor.origin.op}(...)`;
}

/** A layer transposes its weight before it uses it: that is called as the weight. */
function viewedName(trace: Trace, { origin }: TraceTensor): string | null {
  if (origin === null || !/^(?:t|detach|expand)$/.test(origin.op)) return null;
  const name = tensorById(trace, origin.inputs[0] ?? -1)?.name ?? null;
  return name?.includes('.') === true ? name : null;
}

export const shapeText = (shape: readonly number[]): string => formatShape(shape);

/** Where nothing is known of a place: the program's first line. */
export const topOf = ({ trace: { file } }: Subject): Source => ({ file, line: 1, column: 0, endLine: 1, endColumn: 0 });

/** `a`, `a and b`, `a, b and c`, of so many at most. */
export function listed(items: readonly string[], most = 4): string {
  if (items.length <= 1) return items[0] ?? '';
  if (items.length > most) return `${items.slice(0, most).join(', ')}, ...`;
  return items.join(', ');
}
