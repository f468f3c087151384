/** The head of the page: what is shown, and how. */
import type { Trace } from '../../trace/model.ts';
import type { Scope } from '../graph.ts';
import type { Direction } from '../layout/index.ts';
import type { Action, Model } from '../store.ts';
import { button, child, type Html, show } from './elements.ts';
import { renderPasses } from './passes.ts';

export interface ToolbarContext {
  /** What is drawn now, where the model says `auto`. */
  readonly direction: Direction;
  readonly scope: Scope;
  /** Whether the other scope would show another picture. */
  readonly scopes: boolean;
  readonly zoom: { readonly in: () => void; readonly out: () => void; readonly fit: () => void };
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
  const down = context.direction === 'down';
  show(
    button(parent, 'scope', whole ? 'Whole run' : 'This pass', () =>
      send({ kind: 'scope', scope: whole ? 'pass' : 'run' }),
    )
      .attr('title', whole ? 'Show only what the selected pass reaches' : 'Show every node of the run')
      .attr('aria-label', whole ? 'Whole run shown: show this pass only' : 'This pass shown: show the whole run'),
    context.scopes,
  );
  show(
    button(parent, 'direction', down ? '↓ Top down' : '→ Left to right', () =>
      send({ kind: 'direction', direction: down ? 'right' : 'down' }),
    ).attr('title', down ? 'Draw from left to right' : 'Draw from the top down'),
    graph,
  );
  const zoom = child(parent, 'div', 'zoom').attr('role', 'group').attr('aria-label', 'Zoom');
  show(zoom, graph);
  button(zoom, 'out', '−', context.zoom.out).attr('aria-label', 'Zoom out').attr('title', 'Zoom out (-)');
  button(zoom, 'fit', 'Fit', context.zoom.fit).attr('aria-label', 'Fit the graph').attr('title', 'Fit the graph (0)');
  button(zoom, 'in', '+', context.zoom.in).attr('aria-label', 'Zoom in').attr('title', 'Zoom in (+)');
  button(parent, 'view', 'Table', () => send({ kind: 'view', view: graph ? 'table' : 'graph' }))
    .attr('aria-pressed', String(!graph))
    .attr('title', graph ? 'Show the same as a table' : 'Show the graph');
}

function counts(trace: Trace): string {
  const leaves = trace.tensors.filter((tensor) => tensor.isLeaf && tensor.requiresGrad).length;
  return [
    plural(trace.passes.length, 'pass', 'passes'),
    plural(trace.nodes.length, 'node'),
    plural(leaves, 'leaf', 'leaves'),
  ].join(' · ');
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) || file;
}
