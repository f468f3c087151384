import * as v from 'valibot';
import { badFormat, otherVersion } from './errors.ts';
import { TraceEvent } from './events.ts';
import { TRACE_VERSION, Trace } from './model.ts';

/** One line of JSON and a newline. */
export const encodeTrace = (trace: Trace): string => `${JSON.stringify(trace)}\n`;

/** The trace in a text. Throws a `TraceError` that says what is wrong with it. */
export function decodeTrace(text: string): Trace {
  const raw = parseJson('the trace', text);
  if (typeof raw !== 'object' || raw === null || !('version' in raw)) {
    throw badFormat('the trace', 'it is no object with a version');
  }
  if (raw.version !== TRACE_VERSION) throw otherVersion(raw.version, TRACE_VERSION);
  return check('the trace', Trace, raw);
}

const Events = v.array(TraceEvent);

/** A JSON array of events. Throws a `TraceError`. */
export const decodeEvents = (json: string): TraceEvent[] => check('the events', Events, parseJson('the events', json));

function parseJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const cut =
      error instanceof SyntaxError && /end of JSON|Unterminated|Expected .* after|position/.test(error.message);
    const at = cut ? `it is cut off or damaged (${(error as Error).message})` : 'it is not JSON';
    throw badFormat(what, text.trim() === '' ? 'it is empty' : at);
  }
}

function check<T>(what: string, schema: v.GenericSchema<unknown, T>, raw: unknown): T {
  let result: v.SafeParseResult<typeof schema>;
  try {
    result = v.safeParse(schema, raw, { abortEarly: true });
  } catch (error) {
    // Lists that are nested by the ten thousand: the validator runs out of stack.
    throw badFormat(what, error instanceof RangeError ? 'it is nested too deep' : String(error));
  }
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw badFormat(what, `${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}
