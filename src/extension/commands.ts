/** The commands, and what the user is told when a run cannot start or ends badly. */
import * as vscode from 'vscode';
import type { GraphTarget } from '../webview/protocol.ts';
import type { EndedRun } from './api.ts';
import type { ProgramOutput } from './output.ts';
import type { GraphPanel } from './panel.ts';
import { type Choice, chooseProgram, fileOf, refused } from './program.ts';
import { showProgress } from './progress.ts';
import type { Session } from './session.ts';

interface Rooms {
  readonly session: Session;
  readonly panel: GraphPanel;
  readonly output: ProgramOutput;
  readonly log: vscode.LogOutputChannel;
}

export function registerCommands(rooms: Rooms): vscode.Disposable {
  const { session, panel, output } = rooms;
  const { registerCommand } = vscode.commands;
  return vscode.Disposable.from(
    registerCommand('backpass.runBackward', (uri?: unknown) => runBackward(rooms, uri)),
    registerCommand('backpass.cancel', () => session.cancel()),
    registerCommand('backpass.showGraph', () => panel.open(vscode.window.activeTextEditor?.document.uri)),
    registerCommand('backpass.showOutput', () => output.show()),
    registerCommand('backpass.revealNode', (target: GraphTarget, uri?: string) =>
      panel.select(target, uri === undefined ? undefined : vscode.Uri.parse(uri)),
    ),
    // The page takes its own keys; VS Code, which hears of them too, shall not start a debugger.
    registerCommand('backpass.graphKey', () => {}),
    panel.onDidAskToRun((uri) => runBackward(rooms, uri)),
  );
}

/** Answers when the run is over; undefined when it could not start. */
async function runBackward(rooms: Rooms, uri: unknown): Promise<EndedRun | undefined> {
  const choice = await programFor(uri);
  if (choice.kind === 'refused') return tell(choice.message);
  if (!vscode.workspace.isTrusted) return askForTrust();
  rooms.panel.open(choice.program.uri);
  const ending = rooms.session.run(choice.program);
  showProgress(rooms.session, ending);
  const ended = await ending;
  report(rooms, ended);
  return ended;
}

async function programFor(uri: unknown): Promise<Choice> {
  try {
    return chooseProgram(await editorFor(uri));
  } catch {
    return refused(vscode.l10n.t('{0} cannot be opened any more.', fileOf(uri as vscode.Uri)));
  }
}

/**
 * The editor's title and the panel name a document, which need not be the active one, nor open any more. With the focus in the graph
 * or in the output panel there is no active program: then it is the one that can be seen.
 */
async function editorFor(uri: unknown): Promise<vscode.TextEditor | undefined> {
  const { activeTextEditor: active, visibleTextEditors: visible } = vscode.window;
  if (uri instanceof vscode.Uri) {
    const shown = visible.find((editor) => editor.document.uri.toString() === uri.toString());
    return shown ?? vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
  }
  if (active !== undefined && active.document.uri.scheme !== 'output') return active;
  return visible.find((editor) => editor.document.languageId === 'python');
}

function tell(message: string): undefined {
  // Not awaited: the command is over while the message still stands.
  void vscode.window.showInformationMessage(message);
}

async function askForTrust(): Promise<undefined> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const message = vscode.l10n.t(
    'Nothing was run: this workspace is not trusted, and Backpass runs the code of its files.',
  );
  void vscode.window.showWarningMessage(message, manage).then((choice) => {
    if (choice === manage) void vscode.commands.executeCommand('workbench.trust.manage');
  });
}

/** An error of the program is in the Problems panel and the output; only what stands nowhere else becomes a notification. */
function report(rooms: Rooms, { end, uri }: EndedRun): void {
  if (end.kind === 'timeout') {
    const seconds = vscode.workspace.getConfiguration('backpass', uri).get<number>('timeoutSeconds', 0);
    const message = vscode.l10n.t(
      'The program was stopped after {0} seconds (setting backpass.timeoutSeconds).',
      seconds,
    );
    void vscode.window.showWarningMessage(message);
  } else if (end.kind === 'exit' && end.limit === 'output') {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The program was stopped: it printed more than Backpass keeps.'),
    );
  } else if (end.kind === 'exit' && end.limit === 'passes') {
    const passes = vscode.workspace.getConfiguration('backpass', uri).get<number>('passes', 0);
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The program was stopped after {0} passes (setting backpass.passes).', passes),
    );
  } else if (end.kind === 'crashed') {
    rooms.log.error(end.message);
    void vscode.window.showErrorMessage(crashText(end.ours, end.message));
  }
}

export function crashText(ours: boolean, message: string): string {
  return ours
    ? vscode.l10n.t('Backpass failed, not your program: {0}', message)
    : vscode.l10n.t('The program brought the interpreter down: {0}', message);
}
