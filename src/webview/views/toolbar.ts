/** The head of the page: what is shown, and how. */
import type { Trace } from '../../trace/model.ts';
import type { Scope } from '../graph.ts';
import { t } from '../l10n.ts';
import type { Direction } from '../layout/index.ts';
import { type Action, FLOWS, type Flow, type Model } from '../store.ts';
import { COLOURINGS, type Colouring } from '../tints.ts';
import { COLOURING_NAMES } from './colour-legend.ts';
import { button, child, type Html, show } from './elements.ts';
import { type ExportFormat, renderExportMenu } from './export-menu.ts';
import { renderPasses } from './passes.ts';

export interface ToolbarContext {
  /** What is drawn now, where the model says `auto`. */
  readonly direction: Direction;
  readonly scope: Scope;
  /** Whether the other scope would show another picture. */
  readonly scopes: boolean;
  readonly zoom: { readonly in: () => void; readonly out: () => void; readonly fit: () => void };
  readonly help: () => void;
  readonly onExport: (format: ExportFormat) => void;
  readonly find: () => void;
}

export function renderToolbar(
  parent: Html,
  model: Model,
  context: ToolbarContext,
  send: (action: Action) => void,
): void {
  const trace = model.shown.kind === 'trace' ? model.shown.trace : null;
  const head = child(parent, 'div', 'about');
  child(head, 'h1', 'file')
    .text(trace === null ? 'Backpass' : baseName(trace.file))
    .attr('title', trace?.file ?? null);
  child(head, 'span', 'counts').text(trace === null ? '' : counts(trace));
  renderPasses(child(parent, 'div', 'pass-choice'), model, send);
  const tools = child(parent, 'div', 'tools');
  show(tools, trace !== null);
  renderTools(tools, model, context, send);
}

function renderTools(parent: Html, model: Model, context: ToolbarContext, send: (action: Action) => void): void {
  const graph = model.view === 'graph';
  const whole = context.scope === 'run';
  show(
    button(parent, 'scope', whole ? t('Whole run') : t('This pass'), () =>
      send({ kind: 'scope', scope: whole ? 'pass' : 'run' }),
    )
      .attr('title', whole ? t('Show only what the selected pass reaches') : t('Show every node of the run'))
      .attr('aria-label', whole ? t('Whole run shown: show this pass only') : t('This pass shown: show the whole run')),
    context.scopes,
  );
  show(renderDirection(parent, context.direction === 'down', send), graph);
  show(renderFlow(parent, model.flow, send), graph && model.pass !== null);
  show(renderColouring(parent, model.colouring, send), graph);
  const zoom = child(parent, 'div', 'zoom').attr('role', 'group').attr('aria-label', t('Zoom'));
  show(zoom, graph);
  button(zoom, 'out', '−', context.zoom.out).attr('aria-label', t('Zoom out')).attr('title', t('Zoom out (-)'));
  button(zoom, 'fit', t('Fit'), context.zoom.fit)
    .attr('aria-label', t('Fit the graph'))
    .attr('title', t('Fit the graph (0)'));
  button(zoom, 'in', '+', context.zoom.in).attr('aria-label', t('Zoom in')).attr('title', t('Zoom in (+)'));
  button(parent, 'find-button', t('Find'), context.find).attr('title', `${t('Find')} (Ctrl+F)`);
  button(parent, 'view', t('Table'), () => send({ kind: 'view', view: graph ? 'table' : 'graph' }))
    .attr('aria-pressed', String(!graph))
    .attr('title', graph ? t('Show the same as a table') : t('Show the graph'));
  renderExportMenu(parent, context.onExport);
  button(parent, 'keys-button', '?', context.help)
    .attr('aria-label', t('Keys'))
    .attr('title', `${t('Keys')} (?)`);
}

/** Its words give way where room is short. */
function renderDirection(parent: Html, down: boolean, send: (action: Action) => void): Html {
  const words = down ? t('Top down') : t('Left to right');
  const node = child(parent, 'button', 'direction')
    .attr('type', 'button')
    .attr('aria-label', words)
    .attr('title', down ? t('Draw from left to right') : t('Draw from the top down'))
    .on('click', () => send({ kind: 'direction', direction: down ? 'right' : 'down' }));
  child(node, 'span', 'arrow').text(down ? '↓' : '→');
  child(node, 'span', 'words').text(` ${words}`);
  return node;
}

const FLOW_NAMES: Readonly<Record<Flow, () => string>> = {
  backward: () => t('backward'),
  forward: () => t('forward'),
  both: () => t('both ways'),
};

/** Named by itself: the words beside it give way where room is short. */
const choice = (parent: Html, name: string): Html =>
  child(parent, 'select', 'choice').attr('aria-label', name).attr('title', name);

function renderFlow(parent: Html, flow: Flow, send: (action: Action) => void): Html {
  const label = child(parent, 'label', 'flow choices');
  child(label, 'span', 'words').text(t('Arrows'));
  const select = choice(label, t('Arrows')).on('change', function (this: HTMLElement) {
    const chosen = FLOWS.find((each) => each === (this as HTMLSelectElement).value);
    if (chosen !== undefined) send({ kind: 'flow', flow: chosen });
  });
  select
    .selectAll<HTMLOptionElement, Flow>('option')
    .data(FLOWS)
    .join('option')
    .attr('value', (each) => each)
    .text((each) => FLOW_NAMES[each]());
  return label.each(() => select.property('value', flow));
}

function renderColouring(parent: Html, colouring: Colouring, send: (action: Action) => void): Html {
  const label = child(parent, 'label', 'colouring choices');
  child(label, 'span', 'words').text(t('Colour by'));
  const select = choice(label, t('Colour by')).on('change', function (this: HTMLElement) {
    const chosen = COLOURINGS.find((each) => each === (this as HTMLSelectElement).value);
    if (chosen !== undefined) send({ kind: 'colouring', colouring: chosen });
  });
  select
    .selectAll<HTMLOptionElement, Colouring>('option')
    .data(COLOURINGS)
    .join('option')
    .attr('value', (each) => each)
    .text((each) => COLOURING_NAMES[each]());
  return label.each(() => select.property('value', colouring));
}

function counts(trace: Trace): string {
  const leaves = trace.tensors.filter((tensor) => tensor.isLeaf && tensor.requiresGrad).length;
  return [
    trace.passes.length === 1 ? t('1 pass') : t('{0} passes', trace.passes.length),
    trace.nodes.length === 1 ? t('1 node') : t('{0} nodes', trace.nodes.length),
    leaves === 1 ? t('1 leaf') : t('{0} leaves', leaves),
  ].join(' · ');
}

export function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) || file;
}
