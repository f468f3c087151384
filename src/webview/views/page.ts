/** The page as a whole: makes its parts once and updates them together. */
import { select } from 'd3';
import type { Source } from '../../trace/model.ts';
import type { Scope } from '../graph.ts';
import { t } from '../l10n.ts';
import type { Layout, Size } from '../layout/index.ts';
import type { Transform } from '../saved-state.ts';
import type { Scene } from '../scene.ts';
import type { Player } from '../stepping/player.ts';
import type { Action, Model } from '../store.ts';
import { type Colouring, NO_TINTS, type Tints, tintsOf } from '../tints.ts';
import { renderBanners } from './banners.ts';
import { renderColourLegend } from './colour-legend.ts';
import { child, type Html, show } from './elements.ts';
import type { ExportFormat } from './export-menu.ts';
import { focusFind, renderFindBar } from './find-bar.ts';
import { type GraphView, makeGraphView } from './graph-view.ts';
import { toggleHelp } from './help.ts';
import { renderInspector } from './inspector.ts';
import { renderLegend } from './legend.ts';
import { renderPassStrip } from './pass-strip.ts';
import { renderStates } from './states.ts';
import { renderStepBar } from './step-bar.ts';
import { renderTable } from './table-view.ts';
import { baseName, renderToolbar } from './toolbar.ts';

export interface PageEvents {
  readonly send: (action: Action) => void;
  readonly onReveal: (source: Source) => void;
  readonly onFold: (key: string) => void;
  readonly onTransform: (transform: Transform | null) => void;
  readonly player: Player;
  readonly onFind: () => void;
  readonly onExport: (format: ExportFormat) => void;
  readonly onCopy: (text: string) => void;
}
export interface Page {
  readonly graph: GraphView;
  readonly room: () => Size;
  readonly toggleHelp: () => void;
  readonly focusFind: () => void;
  readonly update: (model: Model, scene: Scene | null, scope: Scope, found: readonly string[]) => void;
}

export function renderPage(app: HTMLElement, events: PageEvents): Page {
  const parts = makeParts(select<HTMLElement, unknown>(app) as unknown as Html);
  const choose = (key: string): void => events.send({ kind: 'select', key, reveal: true });
  const graph = makeGraphView(parts.canvas, {
    onActivate: choose,
    onEscape: () => events.send({ kind: 'select', key: null, reveal: false }),
    onFold: events.onFold,
    onTransform: events.onTransform,
  });
  new ResizeObserver(() => graph.resized()).observe(parts.canvas.node()!);
  const update: Page['update'] = (model, scene, scope, found) => {
    const zoom = { in: () => graph.zoomBy(1), out: () => graph.zoomBy(-1), fit: graph.fitAll };
    const direction = scene?.layout.direction ?? 'right';
    renderToolbar(
      parts.toolbar,
      model,
      {
        direction,
        scope,
        scopes: scopesDiffer(scene, scope),
        zoom,
        help: () => toggleHelp(parts.app),
        onExport: events.onExport,
        find: events.onFind,
      },
      events.send,
    );
    renderPassStrip(parts.strip, model, events.send);
    renderBanners(parts.banners, model, events.send);
    const replaced = renderStates(parts.states, model, events.send);
    const drawn = replaced ? null : scene;
    show(parts.canvas, drawn !== null && model.view === 'graph');
    show(parts.sheet, drawn !== null && model.view === 'table');
    parts.stage.attr('aria-labelledby', tabOf(model)).attr('role', tabOf(model) === null ? null : 'tabpanel');
    updateInspector(parts.inspector, model, drawn, events);
    renderStepBar(parts.stepBar, model, events.player, drawn !== null);
    renderFindBar(parts.findBar, drawn === null ? { ...model, find: null } : model, found, events.send);
    renderLegend(parts.legend, model.view === 'graph' ? (drawn?.graph ?? null) : null);
    const tints = drawn === null ? NO_TINTS : tintsFor(model, drawn);
    renderColourLegend(parts.legend, model.colouring, tints);
    if (drawn === null) return;
    if (model.view === 'graph') graph.draw(drawn, model.selection, tints, model.flow);
    else
      renderTable(parts.sheet, drawn.graph, {
        caption: caption(model),
        selection: model.selection,
        onActivate: choose,
      });
  };
  return {
    graph,
    room: graph.room,
    toggleHelp: () => toggleHelp(parts.app),
    focusFind: () => focusFind(parts.findBar),
    update,
  };
}

/** The same picture has the same colours, at every step through its pass. */
let tinted: { readonly layout: Layout; readonly colouring: Colouring; readonly tints: Tints } | null = null;
function tintsFor({ shown, colouring }: Model, { graph, layout }: Scene): Tints {
  if (shown.kind !== 'trace') return NO_TINTS;
  if (tinted?.layout !== layout || tinted.colouring !== colouring) {
    tinted = { layout, colouring, tints: tintsOf(shown.trace, graph, colouring) };
  }
  return tinted.tints;
}

function scopesDiffer(scene: Scene | null, scope: Scope): boolean {
  if (scene === null || scene.graph.pass === null) return false;
  return scope === 'pass' || scene.graph.boxes.some(({ kind, state }) => kind === 'op' && state === 'idle');
}

function makeParts(app: Html) {
  app.attr('class', 'app');
  const toolbar = child(app, 'header', 'toolbar');
  const strip = child(app, 'div', 'pass-strip');
  const banners = child(app, 'div', 'banners');
  const body = child(app, 'main', 'body');
  const stage = child(body, 'div', 'stage').attr('id', 'stage');
  const canvas = child(stage, 'div', 'canvas');
  const sheet = child(stage, 'div', 'sheet')
    .attr('tabindex', 0)
    .attr('role', 'region')
    .attr('aria-label', t('Table of the graph'));
  const states = child(stage, 'div', 'states');
  const findBar = child(stage, 'div', 'find-bar');
  const inspector = child(body, 'aside', 'inspector');
  const stepBar = child(app, 'div', 'step-bar');
  const legend = child(app, 'footer', 'legend');
  return { app, strip, findBar, stepBar, toolbar, banners, stage, canvas, sheet, states, inspector, legend };
}

function updateInspector(parent: Html, model: Model, scene: Scene | null, events: PageEvents): void {
  const trace = model.shown.kind === 'trace' ? model.shown.trace : null;
  const box = scene?.graph.boxes.find(({ key }) => key === model.selection) ?? null;
  const onClose = (): void => events.send({ kind: 'select', key: null, reveal: false });
  const context =
    trace === null || scene === null
      ? null
      : {
          trace,
          graph: scene.graph,
          path: model.path,
          onPath: (path: Model['path']) => events.send({ kind: 'path', path }),
          onReveal: events.onReveal,
          onClose,
          onCopy: events.onCopy,
          player: events.player,
        };
  renderInspector(parent, box, context);
}

const MOST_TABS = 6;
function tabOf(model: Model): string | null {
  const count = model.shown.kind === 'trace' ? model.shown.trace.passes.length : 0;
  return model.pass === null || count > MOST_TABS ? null : `pass-${model.pass}`;
}

function caption(model: Model): string {
  if (model.shown.kind !== 'trace') return '';
  const { file, passes } = model.shown.trace;
  const pass = model.pass === null ? t('no backward pass') : t('pass {0} of {1}', model.pass + 1, passes.length);
  return `${baseName(file)}, ${pass}`;
}
