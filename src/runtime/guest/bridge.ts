/**
 * The door between Python and the engine, seen from the engine's side: the one object that Python knows, as `_E`.
 *
 * Numbers, strings and booleans cross; tensors are handles. Nothing throws: an entry that fails answers with `FAILED` (or undefined, where it
 * answers with values), and Python asks for the type and the message and raises.
 */
import { resetEngine, setMemoryLimit } from '../../engine/index.ts';
import type { TraceEvent } from '../../trace/events.ts';
import type { PassRange } from '../../trace/retention.ts';
import { autogradEntries } from './bridge-autograd.ts';
import { callEntries } from './bridge-call.ts';
import { createCallbacks, type PythonCallback } from './bridge-callback.ts';
import { customEntries } from './bridge-custom.ts';
import { createFailures } from './bridge-failure.ts';
import { createHandles } from './bridge-handles.ts';
import { nativeEntries } from './bridge-native.ts';
import { createNodes, nodeEntries } from './bridge-nodes.ts';
import { randomEntries } from './bridge-random.ts';
import { recordEntries } from './bridge-record.ts';
import { createResults } from './bridge-results.ts';
import { sessionEntries } from './bridge-session.ts';
import { tensorEntries } from './bridge-tensors.ts';
import type { HostCalls } from './host-calls.ts';
import type { CApi } from './native.ts';
import { createPassLimit } from './pass-limit.ts';

export interface Watch {
  readonly emit: (event: TraceEvent) => void;
  /** Whether the engine is watched. */
  readonly record: boolean;
  /** Bytes that tensors may hold. */
  readonly tensorLimit: number;
  /** Null: as many passes as the program likes. */
  readonly passLimit: number | null;
  /** Passes that are kept whole. */
  readonly keep: readonly PassRange[];
}

export type Bridge = ReturnType<typeof createBridge>;

/** `bufferBytes`: bytes in the worker's array buffers, after a collection of garbage when one is asked for. */
export function createBridge(
  { bufferBytes, collect, now }: Pick<HostCalls, 'bufferBytes' | 'collect' | 'now'>,
  api: CApi,
) {
  let python: PythonCallback | null = null;
  const failures = createFailures();
  const handles = createHandles();
  const results = createResults(handles);
  const nodes = createNodes();
  const callbacks = createCallbacks(handles, nodes, collect, () => python);
  const passes = createPassLimit();
  const { at, watch, end, entries } = recordEntries(handles, now, api);
  const calls = callEntries(handles, results, failures, at);
  const native = nativeEntries(api, handles, calls, failures.guard(entries.bind), () => entries.recording() === 1);

  /** From here on a program runs, with an engine as it is after its start. */
  function begin({ emit, record, tensorLimit, passLimit, keep }: Watch): void {
    handles.clear();
    native.forget();
    callbacks.forget();
    resetEngine();
    watch(emit, record, keep);
    passes.begin(passLimit);
    const before = bufferBytes(false);
    setMemoryLimit(tensorLimit, { held: () => bufferBytes(true) - before, collect });
  }

  const seen = {
    ...calls,
    ...native.entries,
    ...sessionEntries(handles, failures),
    ...randomEntries(handles, failures),
    ...tensorEntries(handles, failures, at),
    ...autogradEntries(handles, results, failures, at, callbacks, passes),
    ...nodeEntries(nodes, handles, callbacks, failures),
    ...customEntries(nodes, handles, results, callbacks, failures, at),
    ...entries,
    failureType: () => failures.type,
    failureMessage: () => failures.message,
    /** JSON: anomaly mode's warnings. */
    failureReport: () => (failures.report.length === 0 ? '' : JSON.stringify(failures.report)),
    liveHandles: () => handles.live,
    /** Handed in once, so that no proxy is made per call. */
    callbacks: (callback: PythonCallback) => {
      python = keepAlive(callback);
    },
  };
  return { begin, end, seen, passes };
}

/** Pyodide destroys a proxy that was an argument when the call returns; a copy of it stays. */
function keepAlive<F>(callback: F): F {
  const proxy = callback as { copy?: () => F };
  return proxy.copy?.() ?? callback;
}
