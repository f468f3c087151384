/** The one place that talks to the extension. */
import * as v from 'valibot';
import { Step, type Trace, TraceNode, TraceTensor } from '../trace/model.ts';
import { type FromPanel, ToPanel } from './protocol.ts';

interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** Null where the page stands alone. */
export function acquireHost(): VsCodeApi | null {
  return typeof acquireVsCodeApi === 'undefined' ? null : acquireVsCodeApi();
}

export type Received =
  | { readonly kind: 'message'; readonly message: ToPanel }
  | { readonly kind: 'unreadable'; readonly why: string };

export function readMessage(data: unknown): Received {
  return reading(() => {
    const result = v.safeParse(ToPanel, data);
    return result.success ? { kind: 'message', message: result.output } : unreadable(result.issues[0]);
  });
}

function reading(read: () => Received): Received {
  try {
    return read();
  } catch (error) {
    return { kind: 'unreadable', why: String(error).slice(0, 300) };
  }
}

function unreadable(issue: v.BaseIssue<unknown>): Received {
  return { kind: 'unreadable', why: `${v.getDotPath(issue) ?? 'message'}: ${issue.message}`.slice(0, 300) };
}

/** A trace of so many nodes takes longer to read than a frame lasts. */
const LARGE = 800;
const SLICE = 150;

/** The trace in a message that is too large to be read at once. */
export function largeTrace(data: unknown): Lists | null {
  const found = v.safeParse(LargeMessage, data);
  return found.success && found.output.state.trace.nodes.length > LARGE ? found.output.state.trace : null;
}

const list = v.array(v.unknown());
const LargeMessage = v.looseObject({
  kind: v.literal('state'),
  state: v.looseObject({
    kind: v.literal('trace'),
    trace: v.looseObject({ tensors: list, nodes: list, passes: v.array(v.looseObject({ steps: list })) }),
  }),
});
type Lists = v.InferOutput<typeof LargeMessage>['state']['trace'];

/** Reads it in slices; `pause` lets the page do something else between two. */
export async function readLargeMessage(data: unknown, pause: () => Promise<void>): Promise<Received> {
  const trace = largeTrace(data);
  if (trace === null) return readMessage(data);
  const steps = trace.passes.map((pass) => pass.steps);
  const small = { ...trace, tensors: [], nodes: [], passes: trace.passes.map((pass) => ({ ...pass, steps: [] })) };
  const { state } = data as { state: object };
  const rest = readMessage({ ...(data as object), state: { ...state, trace: small } });
  if (rest.kind === 'unreadable' || rest.message.kind !== 'state' || rest.message.state.kind !== 'trace') return rest;
  try {
    const read = rest.message.state.trace;
    const tensors = await readList(TraceTensor, trace.tensors, pause);
    const nodes = await readList(TraceNode, trace.nodes, pause);
    const passes: Trace['passes'] = [];
    for (const [at, pass] of read.passes.entries()) {
      passes.push({ ...pass, steps: await readList(Step, steps[at]!, pause) });
    }
    const whole = { ...rest.message.state, trace: { ...read, tensors, nodes, passes } };
    return { kind: 'message', message: { kind: 'state', state: whole } };
  } catch (error) {
    if (v.isValiError(error)) return unreadable(error.issues[0]);
    return { kind: 'unreadable', why: String(error).slice(0, 300) };
  }
}

async function readList<T>(
  schema: v.GenericSchema<unknown, T>,
  items: readonly unknown[],
  pause: () => Promise<void>,
): Promise<T[]> {
  const read: T[] = [];
  for (let at = 0; at < items.length; at += SLICE) {
    for (const item of items.slice(at, at + SLICE)) read.push(v.parse(schema, item));
    await pause();
  }
  return read;
}
