/**
 * The door between Python and the engine, seen from the engine's side: the one object that Python knows, as `_E`.
 *
 * Numbers, strings and booleans cross; tensors are handles. Nothing throws: an entry that fails answers with `FAILED` (or undefined, where it
 * answers with values), and Python asks for the type and the message and raises.
 */
import { resetEngine, setMemoryLimit } from '../../engine/index.ts';
import type { TraceEvent } from '../../trace/events.ts';
import { autogradEntries } from './bridge-autograd.ts';
import { callEntries } from './bridge-call.ts';
import { createFailures, FAILED } from './bridge-failure.ts';
import { createHandles } from './bridge-handles.ts';
import { recordEntries } from './bridge-record.ts';
import { createResults } from './bridge-results.ts';
import { sessionEntries } from './bridge-session.ts';
import { tensorEntries } from './bridge-tensors.ts';

export interface Watch {
  readonly emit: (event: TraceEvent) => void;
  /** Whether the engine is watched. */
  readonly record: boolean;
  /** Bytes that tensors may hold. */
  readonly tensorLimit: number;
}

/** What Python calls back. It hands these in once (`callbacks`), so that no proxy is made per call. */
interface Callbacks {
  runHook(key: number, grad: number): number;
  relieve(): void;
}

export type Bridge = ReturnType<typeof createBridge>;

/** `bufferBytes`: bytes in the worker's array buffers, after a collection of garbage when one is asked for. */
export function createBridge(bufferBytes: (collect: boolean) => number) {
  let callbacks: Callbacks | null = null;
  const failures = createFailures();
  const handles = createHandles(() => callbacks?.relieve());
  const results = createResults(handles);
  const { at, watch, entries } = recordEntries(handles);

  /** From here on a program runs, with an engine as it is after its start. */
  function begin({ emit, record, tensorLimit }: Watch): void {
    handles.clear();
    resetEngine();
    watch(emit, record);
    const before = bufferBytes(false);
    setMemoryLimit(tensorLimit, () => {
      callbacks?.relieve();
      return bufferBytes(true) - before;
    });
  }

  const seen = {
    ...callEntries(handles, results, failures, at),
    ...sessionEntries(failures),
    ...tensorEntries(handles, failures, at),
    ...autogradEntries(handles, results, failures, at, (key, grad) => callbacks?.runHook(key, grad) ?? FAILED),
    ...entries,
    failureType: () => failures.type,
    failureMessage: () => failures.message,
    liveHandles: () => handles.live,
    callbacks: (runHook: Callbacks['runHook'], relieve: Callbacks['relieve']) => {
      callbacks = { runHook: keepAlive(runHook), relieve: keepAlive(relieve) };
    },
  };
  return { begin, seen };
}

/** Pyodide destroys a proxy that was an argument when the call returns; a copy of it stays. */
function keepAlive<F>(callback: F): F {
  const proxy = callback as { copy?: () => F };
  return proxy.copy?.() ?? callback;
}
