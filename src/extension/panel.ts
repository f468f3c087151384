/** The graph panel: one webview beside the editor. What it shows is kept here and sent again when its page says `ready`. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { assertNever } from '../common/assert-never.ts';
import { FromPanel, type GraphTarget, type PanelState, ToPanel } from '../webview/protocol.ts';
import type { EndedRun } from './api.ts';
import { crashText } from './commands.ts';
import { exportText, saveExport } from './exports.ts';
import { panelHtml } from './panelHtml.ts';
import { locationOf, uriOfFile } from './positions.ts';
import { fileOf } from './program.ts';
import { documentOf, isStale, type Run, type Session } from './session.ts';

const VIEW_TYPE = 'backpass.graph';

export class GraphPanel implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #session: Session;
  readonly #log: vscode.LogOutputChannel;
  readonly #onDidPaint = new vscode.EventEmitter<{ serial: number; ms: number }>();
  readonly #onDidAskToRun = new vscode.EventEmitter<vscode.Uri | undefined>();
  readonly #owned: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #ready = false;
  #state: PanelState = { kind: 'empty' };
  /** The run whose trace is shown; the document of a running one. */
  #shown: { readonly uri: vscode.Uri; readonly run: EndedRun | undefined } | undefined;
  /** What is to be sent after the state once the page is ready. */
  #pending: ToPanel[] = [];

  readonly onDidPaint = this.#onDidPaint.event;
  readonly onDidAskToRun = this.#onDidAskToRun.event;

  constructor(extension: vscode.Uri, session: Session, log: vscode.LogOutputChannel) {
    this.#extension = extension;
    this.#session = session;
    this.#log = log;
    this.#owned = vscode.Disposable.from(
      session.onDidStart((run) => this.#started(run)),
      session.onDidEnd((run) => this.#show(run)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#textChanged(document)),
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: async (panel: vscode.WebviewPanel, saved: unknown) => this.#restore(panel, saved),
      }),
      this.#onDidPaint,
      this.#onDidAskToRun,
    );
  }

  /** Opens the panel beside the editor, whose focus stays. Shows the document's last run if it has one. */
  open(uri: vscode.Uri | undefined): void {
    if (this.#panel === undefined) this.#adopt(this.#create());
    else this.#panel.reveal(this.#column(this.#panel.viewColumn), true);
    const run = (uri && this.#session.last(uri)) ?? (this.#shown ? undefined : this.#session.last());
    if (run !== undefined && this.#session.running === undefined && run !== this.#shown?.run) this.#show(run);
  }

  /** Selects a node of the graph of a document's last run. */
  select(target: GraphTarget, uri: vscode.Uri | undefined): void {
    this.open(uri);
    this.#post({ kind: 'select', target });
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#owned.dispose();
  }

  /** Where it is, but never over the editor that is being read. */
  #column(viewColumn: vscode.ViewColumn = vscode.ViewColumn.Beside): vscode.ViewColumn {
    if (vscode.window.activeTextEditor?.viewColumn !== viewColumn) return viewColumn;
    const other = vscode.window.tabGroups.all.find((group) => group.viewColumn !== viewColumn);
    return other?.viewColumn ?? vscode.ViewColumn.Beside;
  }

  /** In the place of a tab that an earlier extension host has left: nobody would answer that one. */
  #create(): vscode.WebviewPanel {
    const left = tabsOfPanels();
    const viewColumn = this.#column(left[0]?.group.viewColumn);
    const panel = vscode.window.createWebviewPanel(
      VIEW_TYPE,
      'Backpass',
      { viewColumn, preserveFocus: true },
      this.#options(),
    );
    if (left.length > 0) void vscode.window.tabGroups.close(left, true);
    return panel;
  }

  #options(): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    const localResourceRoots = ['out', 'media'].map((folder) => vscode.Uri.joinPath(this.#extension, folder));
    return { enableScripts: true, localResourceRoots };
  }

  /** VS Code kept the panel when its window was loaded again; the run is gone, the file can be run again. */
  #restore(panel: vscode.WebviewPanel, saved: unknown): void {
    if (this.#panel !== undefined) {
      panel.dispose();
      return;
    }
    const kept = v.safeParse(v.object({ file: v.string() }), saved);
    if (kept.success) this.#shown ??= { uri: uriOfFile(kept.output.file), run: undefined };
    this.#adopt(panel);
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    this.#ready = false;
    panel.iconPath = vscode.Uri.joinPath(this.#extension, 'media', 'icon.svg');
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#ready = false;
    });
    panel.webview.options = this.#options();
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.webview.html = panelHtml(panel.webview, this.#extension);
  }

  #started({ program }: Run): void {
    this.#shown = { uri: program.uri, run: undefined };
    this.#setState({ kind: 'running', file: program.file });
  }

  #show(run: EndedRun): void {
    this.#shown = { uri: run.uri, run };
    this.#setState(stateOf(run));
  }

  #setState(state: PanelState): void {
    this.#state = state;
    this.#pending = [];
    if (this.#ready) this.#send({ kind: 'state', state });
  }

  #textChanged(document: vscode.TextDocument): void {
    const run = this.#shown?.run;
    if (run === undefined || this.#state.kind !== 'trace' || document.uri.toString() !== run.uri.toString()) return;
    const stale = isStale(run, document);
    if (stale === this.#state.stale) return;
    this.#state = { ...this.#state, stale };
    if (this.#ready) this.#send({ kind: 'stale', stale });
  }

  #receive(message: unknown): void {
    const parsed = v.safeParse(FromPanel, message);
    if (parsed.success) this.#answer(parsed.output);
    else this.#log.error(`The panel sent what is not in its protocol: ${JSON.stringify(v.flatten(parsed.issues))}`);
  }

  #answer(sent: FromPanel): void {
    switch (sent.kind) {
      case 'ready':
        this.#pageReady();
        break;
      case 'run':
        this.#onDidAskToRun.fire(this.#shown?.uri);
        break;
      case 'reveal':
        void this.#reveal(locationOf(sent.source, this.#shown?.uri ?? vscode.Uri.file(sent.source.file)));
        break;
      case 'passSelected':
        break;
      case 'export':
        if (this.#state.kind === 'trace') {
          const { trace } = this.#state;
          void saveExport(trace.file, sent.format, () => exportText(this.#extension, trace, sent.format));
        }
        break;
      case 'save':
        void saveExport(this.#shown?.uri.path ?? 'graph', sent.extension, async () => sent.text);
        break;
      case 'copy':
        void vscode.env.clipboard.writeText(sent.text);
        break;
      case 'painted':
        this.#onDidPaint.fire({ serial: sent.serial, ms: sent.ms });
        break;
      case 'failure':
        this.#log.error(`The panel failed: ${sent.message}`);
        break;
      default:
        assertNever(sent);
    }
  }

  #pageReady(): void {
    this.#ready = true;
    this.#send({ kind: 'state', state: this.#state });
    for (const message of this.#pending.splice(0)) this.#send(message);
  }

  #post(message: ToPanel): void {
    if (this.#ready) this.#send(message);
    else this.#pending.push(message);
  }

  /** The trace was validated event by event when it arrived; only the small messages are checked again. */
  #send(message: ToPanel): void {
    if (message.kind !== 'state') v.assert(ToPanel, message);
    void this.#panel?.webview.postMessage(message);
  }

  /** Selects a range where its file is shown; opens the file in the first column if it is not. */
  async #reveal({ uri, range }: vscode.Location): Promise<void> {
    const open = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
    const viewColumn = open?.viewColumn ?? vscode.ViewColumn.One;
    try {
      const editor = open ?? (await vscode.window.showTextDocument(uri, { viewColumn, preserveFocus: true }));
      editor.selection = new vscode.Selection(range.start, range.end);
      // To the whole range, a narrow editor would go sideways.
      const start = new vscode.Range(range.start, range.start);
      editor.revealRange(start, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    } catch {
      void vscode.window.showWarningMessage(vscode.l10n.t('{0} cannot be opened any more.', fileOf(uri)));
    }
  }
}

/** VS Code puts a word of its own before the type. */
function tabsOfPanels(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(VIEW_TYPE));
}

function stateOf(run: EndedRun): PanelState {
  if (run.end.kind === 'crashed' && run.trace.nodes.length === 0) {
    const hint = run.end.ours ? vscode.l10n.t('The log "Backpass Log" has the details.') : null;
    return { kind: 'failed', message: crashText(run.end.ours, run.end.message), hint };
  }
  return { kind: 'trace', serial: run.serial, trace: run.trace, stale: isStale(run, documentOf(run.uri)) };
}
