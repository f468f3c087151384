/** The panel's page: messages in, pictures out. */
import { select } from 'd3';
import { assertNever } from '../common/assert-never.ts';
import type { Source, Trace } from '../trace/model.ts';
import { dotText } from './export/dot.ts';
import { type Mark, type Marks, withMarks } from './find/marks.ts';
import { pathToLeaf, pathToLoss } from './find/path.ts';
import { searchBoxes } from './find/search.ts';
import { drawGraph, findBox, type GraphBox, type Scope } from './graph.ts';
import { acquireHost, largeTrace, type Received, readLargeMessage, readMessage } from './host.ts';
import { commandOf, type KeyCommand } from './keys.ts';
import { setLanguage, t } from './l10n.ts';
import { type Layout, type LayoutCache, layoutGraph } from './layout/index.ts';
import { startLayouts } from './layout-client.ts';
import { sceneCompared } from './passes/compare.ts';
import { type GraphTarget, PANEL_VERSION, type ToPanel } from './protocol.ts';
import { readSaved, type Saved, type Transform, toSaved } from './saved-state.ts';
import { defaultScope, draftScene, finishScene, type Scene } from './scene.ts';
import { sceneAt, withBreakpoints } from './stepping/mask.ts';
import { makePlayer } from './stepping/player.ts';
import { type Action, INITIAL, type Model, passCount, reduce } from './store.ts';
import { type Folds, foldsTo } from './structure/folds.ts';
import './theme.css';
import type { ExportFormat } from './views/export-menu.ts';
import { renderPage } from './views/page.ts';
import { standaloneHost } from './views/standalone.ts';
import { svgText } from './views/svg-text.ts';

const host = acquireHost() ?? standaloneHost();
const app = select<HTMLElement, unknown>('#app').node()!;
setLanguage(JSON.parse(app.dataset['strings'] ?? '{}'));
const saved = readSaved(host.getState());
let model: Model = saved === null ? INITIAL : { ...INITIAL, ...pick(saved) };
let transform: Transform | null = saved?.transform ?? null;
/** Until the first picture is drawn. */
let restored = saved;
/** The selected pass as a whole. */
let scene: Scene | null = null;
/** What is seen of it: the same, or a step on the way through the pass. */
let seen: Scene | null = null;
/** The keys of the boxes that the search finds. */
let found: readonly string[] = [];
/** What the viewport was last opened for: a change of it is a new picture. */
let opened = '';
let openedSerial = -1;
let arrived = 0;
/** Of the large message that is read in slices. */
let reading: Promise<void> | null = null;
/** The trace, pass, scope and direction that `scene` was made from. */
let drawnFor: readonly unknown[] = [];
/** Whose scene it is. */
let drawnTrace: Trace | null = null;
/** The run whose picture is still to come. */
let unpainted: number | null = null;
/** Up to so many boxes are laid out at once: a picture that came later would only flicker. */
const AT_ONCE = 80;
const layoutCache: LayoutCache = new Map();
const layouts = startLayouts((message) => host.postMessage({ kind: 'failure', message }));

const player = makePlayer(() => model, send);
const COMMANDS: Readonly<Record<KeyCommand, () => void>> = {
  ...player,
  runTo: withSelected(player.runTo),
  breakpoint: withSelected(player.breakAt),
  find: openFind,
  help: () => page.toggleHelp(),
};
const page = renderPage(app, {
  send,
  player,
  onReveal: reveal,
  onFind: openFind,
  onExport: keep,
  onCopy: (text) => host.postMessage({ kind: 'copy', text }),
  onFold: fold,
  onTransform: (next) => {
    transform = next;
    persist();
  },
});
window.addEventListener('message', (event: MessageEvent<unknown>) => receive(event.data));
window.addEventListener('error', (event) => host.postMessage({ kind: 'failure', message: String(event.message) }));
window.addEventListener('keydown', onKey);
render();
host.postMessage({ kind: 'ready', version: PANEL_VERSION });

function pick({ file, pass, view, direction, scope, selection, folds, colouring }: Saved): Partial<Model> {
  return { file, pass, view, direction, scope, selection, folds, colouring };
}

/** Messages are taken in their order: behind a large one that is still read, the others wait. */
function receive(data: unknown): void {
  arrived = performance.now();
  if (reading === null && largeTrace(data) === null) {
    take(readMessage(data));
    return;
  }
  const before = reading ?? Promise.resolve();
  const mine = before
    .then(() => readLargeMessage(data, nextTask))
    .then(take)
    .finally(() => {
      if (reading === mine) reading = null;
    });
  reading = mine;
}

/** After the frame's own work, unlike a microtask. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function take(received: Received): void {
  if (received.kind === 'message') {
    handle(received.message);
    return;
  }
  host.postMessage({ kind: 'failure', message: received.why });
  send({ kind: 'notice', text: t('A message to this panel could not be read and was left out.') });
}

function handle(message: ToPanel): void {
  switch (message.kind) {
    case 'state':
      unpainted = message.state.kind === 'trace' ? message.state.serial : null;
      send(message);
      break;
    case 'stale':
      send(message);
      break;
    case 'selectPass':
      model = reduce(model, { kind: 'pass', pass: message.pass });
      render();
      break;
    case 'select':
      selectTarget(message.target);
      break;
    default:
      assertNever(message);
  }
}

/** The extension names a node: the whole run is shown where this pass does not reach it. */
function selectTarget(target: GraphTarget): void {
  if (model.shown.kind !== 'trace') return;
  const { trace } = model.shown;
  const here = scene === null ? null : findBox(scene.graph, target);
  const found = here === null ? lookFor(trace, target) : null;
  const box = here ?? found?.box ?? null;
  if (box === null) return;
  if (found !== null)
    model = reduce(reduce(model, { kind: 'fold', folds: found.folds }), { kind: 'scope', scope: found.scope });
  model = reduce(model, { kind: 'select', key: box.key, reveal: false });
  render();
  page.graph.reveal(box.key);
}

/** In a closed group, or in another pass. */
function lookFor(trace: Trace, target: GraphTarget): { box: GraphBox; folds: Folds; scope: Scope } | null {
  const folds = foldsTo(trace, target, model.folds);
  for (const scope of [shownScope(), 'run'] as const) {
    const box = findBox(drawGraph(trace, model.pass, scope, folds), target);
    if (box !== null) return { box, folds, scope };
  }
  return null;
}

function send(action: Action): void {
  const before = model;
  model = reduce(model, action);
  if (action.kind === 'run') host.postMessage({ kind: 'run' });
  if (action.kind === 'pass' && model.pass !== null && model.pass !== before.pass) {
    host.postMessage({ kind: 'passSelected', pass: model.pass });
  }
  render();
  if (action.kind === 'select' && action.reveal) revealBox(action.key);
  if (action.kind === 'step') followStep(before);
  if (action.kind === 'select' && action.key !== null && model.find !== null) page.graph.reveal(action.key);
}

/** What runs is brought into view. */
function followStep(before: Model): void {
  const { position } = model.stepping;
  if (position === null || position === before.stepping.position || model.view !== 'graph') return;
  const running = seen?.graph.boxes.find(({ turn }) => turn === 'now') ?? null;
  if (running !== null) page.graph.reveal(running.key);
}

function onKey(event: KeyboardEvent): void {
  const typing =
    event.target instanceof HTMLInputElement && event.target.type !== 'range' && event.target.type !== 'checkbox';
  const command = commandOf(event, typing);
  if (command === null) return;
  event.preventDefault();
  COMMANDS[command]();
}

const selectedNode = (): number | null => seen?.graph.boxes.find(({ key }) => key === model.selection)?.node ?? null;

function withSelected(act: (node: number) => void): () => void {
  return () => {
    const node = selectedNode();
    if (node !== null) act(node);
  };
}

function fold(key: string): void {
  const box = scene?.graph.boxes.find((each) => each.key === key);
  if (box?.kind === 'group') send({ kind: 'fold', folds: { [key]: box.open !== true } });
}

function revealBox(key: string | null): void {
  const source = scene?.graph.boxes.find((box) => box.key === key)?.source ?? null;
  if (source !== null) reveal(source);
}

function reveal(source: Source): void {
  host.postMessage({ kind: 'reveal', source });
}

function render(): void {
  const scope = shownScope();
  scene = model.shown.kind === 'trace' ? sceneOf(model.shown.trace, scope) : null;
  seen = scene === null || model.shown.kind !== 'trace' ? null : sceneSeen(scene, model.shown.trace);
  page.update(model, seen, scope, found);
  openViewport(scope);
  persist();
  if (unpainted === null || seen === null) return;
  reportPaint(unpainted);
  unpainted = null;
}

function sceneSeen(whole: Scene, trace: Trace): Scene {
  const { position, breakpoints } = model.stepping;
  const other = model.pinned === null ? undefined : trace.passes[model.pinned];
  const now =
    position !== null ? sceneAt(whole, trace, position) : other === undefined ? whole : sceneCompared(whole, other);
  found = model.find === null ? [] : searchBoxes(whole.graph, trace, model.find).map(({ key }) => key);
  return withMarks(withBreakpoints(now, breakpoints.nodes), marks(whole));
}

function marks({ graph }: Scene): Marks {
  const boxes = new Map(found.map((key): [string, Mark] => [key, 'found']));
  const { path, selection } = model;
  const way =
    path === null || selection === null ? null : (path === 'loss' ? pathToLoss : pathToLeaf)(graph, selection);
  for (const key of way?.boxes ?? []) boxes.set(key, 'path');
  return { boxes, edges: new Set(way?.edges) };
}

function keep(format: ExportFormat): void {
  if (format === 'html' || format === 'json') host.postMessage({ kind: 'export', format });
  else if (seen !== null) {
    const drawn = select<SVGSVGElement, unknown>('.graph').node();
    const text = format === 'dot' ? dotText(seen.graph) : drawn === null ? '' : svgText(drawn);
    host.postMessage({ kind: 'save', extension: format, text });
  }
}

function openFind(): void {
  if (model.find === null) send({ kind: 'find', query: '' });
  page.focusFind();
}

/** Drawn anew only when what it shows is another: a selection moves nothing. A large one is laid out while the page goes on. */
function sceneOf(trace: Trace, scope: Scope): Scene | null {
  const wanted = [trace, model.pass, scope, direction(), model.folds];
  if (wanted.every((part, at) => part === drawnFor[at])) return scene;
  drawnFor = wanted;
  layouts.drop();
  const draft = draftScene(trace, model.pass, scope, direction(), model.folds);
  const finish = (made: readonly Layout[]): Scene => {
    const next = finishScene(draft, made, page.room());
    drawnFor = [trace, model.pass, scope, next.layout.direction, model.folds];
    drawnTrace = trace;
    return next;
  };
  if (draft.graph.boxes.length <= AT_ONCE) return finish(draft.inputs.map((input) => layoutGraph(input, layoutCache)));
  layouts.ask(draft.inputs, (made) => {
    scene = finish(made);
    render();
  });
  return drawnTrace === trace ? scene : null;
}

function shownScope(): Scope {
  if (model.scope !== 'auto') return model.scope;
  return model.shown.kind === 'trace' && passCount(model) > 0 ? defaultScope(model.shown.trace) : 'run';
}

/** Once chosen by the room, the direction stays until the user changes it or another picture comes. */
function direction(): Model['direction'] {
  if (model.direction !== 'auto') return model.direction;
  const same = model.shown.kind === 'trace' && model.shown.trace.file === drawnTrace?.file;
  return same && scene !== null ? scene.layout.direction : 'auto';
}

function pictureKey(): string {
  return model.shown.kind === 'trace' ? `${model.shown.trace.file}\n` : '';
}

/** The viewport is set for the first picture of a file, and when the user asks for another arrangement. */
function openViewport(scope: Scope): void {
  if (scene === null || model.view !== 'graph' || scene.boxes.length === 0) return;
  const key = `${pictureKey()}${scene.layout.direction} ${scope}`;
  const fresh = model.shown.kind === 'trace' && model.shown.serial !== openedSerial;
  if (model.shown.kind === 'trace') openedSerial = model.shown.serial;
  if (key === opened) {
    page.graph.settle(fresh);
    return;
  }
  opened = key;
  page.graph.open(
    model.shown.kind === 'trace' && restored?.file === model.shown.trace.file ? restored.transform : null,
  );
  restored = null;
}

function persist(): void {
  if (model.shown.kind === 'trace') host.setState(toSaved(model.shown.trace.file, model, transform));
}

function reportPaint(serial: number): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => host.postMessage({ kind: 'painted', serial, ms: performance.now() - arrived })),
  );
}
