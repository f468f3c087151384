/** What the extension exports to other extensions and to its tests. Add, don't rename. */
import type { Event, Uri } from 'vscode';
import type { RunEnd } from '../runtime/host.ts';
import type { Trace } from '../trace/model.ts';

/** A run that is over. What was recorded up to a failure or a cancellation is in `trace`. */
export interface EndedRun {
  /** Grows with each run of this window. */
  readonly serial: number;
  readonly uri: Uri;
  readonly trace: Trace;
  readonly end: RunEnd;
  /** The text that was run. */
  readonly text: string;
}

export interface BackpassApi {
  readonly version: 1;
  readonly onDidRun: Event<EndedRun>;
  /** The graph of run `serial` is on the screen, `ms` after its trace reached the panel. */
  readonly onDidPaint: Event<{ readonly serial: number; readonly ms: number }>;
  /** The trace of the last finished run: of that document, or of any. */
  lastTrace(uri?: Uri): Trace | undefined;
  isRunning(): boolean;
}
