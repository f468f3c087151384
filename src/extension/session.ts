/** The runs of this window: at most one at a time, the last of each document kept. */
import * as vscode from 'vscode';
import type { Host, Run as HostRun, RunEnd } from '../runtime/host.ts';
import { VALUE_BUDGET } from '../trace/budget.ts';
import type { TraceEvent } from '../trace/events.ts';
import { createFold, type Fold } from '../trace/fold.ts';
import { parsePassRanges } from '../trace/retention.ts';
import type { EndedRun } from './api.ts';
import type { Program } from './program.ts';

/** A run that is under way. */
export interface Run {
  readonly serial: number;
  readonly program: Program;
  /** Whether its first line has been reached: Python may have to start first. */
  hasBegun(): boolean;
}

export class Session implements vscode.Disposable {
  readonly #host: Host;
  readonly #ended = new Map<string, EndedRun>();
  readonly #onDidStart = new vscode.EventEmitter<Run>();
  readonly #onDidBegin = new vscode.EventEmitter<Run>();
  readonly #onDidReceive = new vscode.EventEmitter<readonly TraceEvent[]>();
  readonly #onDidEnd = new vscode.EventEmitter<EndedRun>();
  #current: { readonly run: Run; readonly handle: HostRun } | undefined;
  #latest: EndedRun | undefined;
  #serial = 0;

  readonly onDidStart = this.#onDidStart.event;
  /** Python is ready and the program has reached its first line. */
  readonly onDidBegin = this.#onDidBegin.event;
  /** The running program's events, as they come. */
  readonly onDidReceive = this.#onDidReceive.event;
  readonly onDidEnd = this.#onDidEnd.event;

  constructor(host: Host) {
    this.#host = host;
  }

  get running(): Run | undefined {
    return this.#current?.run;
  }

  /** The last finished run: of that document, or of any. */
  last(uri?: vscode.Uri): EndedRun | undefined {
    return uri === undefined ? this.#latest : this.#ended.get(uri.toString());
  }

  /** Runs a program to its end. One that is still running is cancelled first. */
  async run(program: Program): Promise<EndedRun> {
    this.cancel();
    const serial = ++this.#serial;
    const budget = vscode.workspace.getConfiguration('backpass', program.uri).get<number>('values', VALUE_BUDGET);
    const fold = createFold(program.file, program.argv, { budget });
    let broken: string | null = null;
    let begun = false;
    const handle = this.#host.run(requestOf(program), {
      started: () => {
        begun = true;
        this.#onDidBegin.fire(run);
      },
      events: (batch) => {
        broken ??= pushAll(fold, batch);
        if (broken !== null) handle.cancel();
        if (this.running?.serial === serial) this.#onDidReceive.fire(batch);
      },
    });
    const run = { serial, program, hasBegun: () => begun };
    this.#current = { run, handle };
    this.#onDidStart.fire(run);
    const end = await handle.done;
    return this.#finish(run, broken === null ? end : { kind: 'crashed', message: broken, ours: true }, fold.trace());
  }

  cancel(): void {
    this.#current?.handle.cancel();
  }

  dispose(): void {
    this.cancel();
    for (const emitter of [this.#onDidStart, this.#onDidBegin, this.#onDidReceive, this.#onDidEnd]) emitter.dispose();
  }

  #finish(run: Run, end: RunEnd, trace: EndedRun['trace']): EndedRun {
    const { uri, source } = run.program;
    const ended: EndedRun = { serial: run.serial, uri, trace, end, text: source };
    // A run that another one has replaced leaves no trace behind.
    if (this.running?.serial !== run.serial) return ended;
    this.#current = undefined;
    this.#latest = ended;
    this.#ended.set(uri.toString(), ended);
    this.#onDidEnd.fire(ended);
    return ended;
  }
}

/** What was wrong with the events, if anything: then the trace ends before it. */
function pushAll(fold: Fold, batch: readonly TraceEvent[]): string | null {
  try {
    for (const event of batch) fold.push(event);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function requestOf(program: Program): Parameters<Host['run']>[0] {
  const { file, source, argv, root, overlays } = program;
  const configuration = vscode.workspace.getConfiguration('backpass', program.uri);
  const seconds = configuration.get<number>('timeoutSeconds', 0);
  const timeout = seconds > 0 ? { timeoutMs: seconds * 1000 } : {};
  const passes = configuration.get<number>('passes', 0);
  return {
    file,
    source,
    argv: [...argv],
    root,
    overlays,
    ...timeout,
    passLimit: passes > 0 ? Math.ceil(passes) : null,
    keep: parsePassRanges(configuration.get<string>('keepPasses', '')) ?? [],
  };
}

/** Whether a document's text is no longer what was run. */
export function isStale(run: EndedRun, document: vscode.TextDocument | undefined): boolean {
  return document !== undefined && document.getText() !== run.text;
}

export function documentOf(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}
