/** The extension's entry: what there is and who talks to whom. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { createHost } from '../runtime/host.ts';
import type { BackpassApi } from './api.ts';
import { registerCommands } from './commands.ts';
import { registerDiagnostics } from './diagnostics.ts';
import { registerFixes } from './fixes.ts';
import { registerHover } from './hover.ts';
import { registerOutput } from './output.ts';
import { GraphPanel } from './panel.ts';
import { Session } from './session.ts';
import { warmForTorch } from './warm.ts';

export function activate(context: vscode.ExtensionContext): BackpassApi {
  const log = vscode.window.createOutputChannel('Backpass Log', { log: true });
  const host = createHost({
    distDir: join(context.extensionPath, 'out'),
    log: (message: string) => log.debug(message),
  });
  const session = new Session(host);
  const panel = new GraphPanel(context.extensionUri, session, log);
  const output = registerOutput(session);
  context.subscriptions.push(
    log,
    host,
    session,
    panel,
    output,
    registerDiagnostics(session, vscode.Uri.joinPath(context.extensionUri, 'docs/rules')),
    registerFixes(session),
    registerHover(session),
    registerCommands({ session, panel, output, log }),
    warmForTorch(host),
  );
  return {
    version: 1,
    onDidRun: session.onDidEnd,
    onDidPaint: panel.onDidPaint,
    lastTrace: (uri) => session.last(uri)?.trace,
    isRunning: () => session.running !== undefined,
  };
}

/** Everything is owned by the context's subscriptions. */
export function deactivate(): void {}
