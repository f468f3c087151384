/** Progress of a run: nothing while it is short, then a notification that can stop the program. */
import * as vscode from 'vscode';
import type { Session } from './session.ts';

const PATIENCE_MS = 700;

export function showProgress(session: Session, ending: Promise<unknown>): void {
  const serial = session.running?.serial;
  const isOurs = () => session.running?.serial === serial;
  setRunning(true);
  const timer = setTimeout(() => notify(session, isOurs, ending), PATIENCE_MS);
  const finish = () => {
    clearTimeout(timer);
    if (session.running === undefined) setRunning(false);
  };
  ending.then(finish, finish);
}

function notify(session: Session, isOurs: () => boolean, ending: Promise<unknown>): void {
  const run = session.running;
  if (run === undefined || !isOurs()) return;
  void vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Backpass', cancellable: true },
    async (progress, token) => {
      token.onCancellationRequested(() => isOurs() && session.cancel());
      const say = () =>
        progress.report({
          message: run.hasBegun() ? vscode.l10n.t('the program is running') : vscode.l10n.t('Python is starting'),
        });
      const begun = session.onDidBegin(say);
      say();
      await ending.catch(() => undefined);
      begun.dispose();
    },
  );
}

/** The icon in the editor's title runs or stops by this. */
function setRunning(value: boolean): void {
  void vscode.commands.executeCommand('setContext', 'backpass.running', value);
}
