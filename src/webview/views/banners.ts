/** What has to be said about the run as a whole. */
import type { Trace } from '../../trace/model.ts';
import type { Action, Model } from '../store.ts';
import { button, child, type Html } from './elements.ts';

interface Banner {
  readonly key: 'error' | 'pass-error' | 'no-pass' | 'stale' | 'busy' | 'notice';
  readonly text: string;
  readonly more: string;
  readonly action: string | null;
}

export function renderBanners(parent: Html, model: Model, send: (action: Action) => void): void {
  const rows = parent
    .attr('aria-live', 'polite')
    .selectAll<HTMLDivElement, Banner>('div.banner')
    .data(bannersOf(model), (banner) => banner.key)
    .join('div')
    .attr('class', ({ key }) => `banner ${key}`)
    .attr('role', ({ key }) => (key === 'error' ? 'alert' : 'status'))
    .order();
  rows.each(({ key, text, more, action }) => {
    const row = parent.select<HTMLElement>(`.banner.${key}`) as Html;
    child(row, 'span', 'mark')
      .attr('aria-hidden', 'true')
      .text(key.endsWith('error') ? '✕' : key === 'stale' ? '↻' : 'i');
    const body = child(row, 'span', 'said');
    setText(child(body, 'strong', 'what'), text);
    setText(child(body, 'span', 'more'), more);
    if (action !== null)
      button(row, 'act', action, () => send(key === 'notice' ? { kind: 'notice', text: null } : { kind: 'run' }));
  });
}

function setText(node: Html, text: string): void {
  if (node.text() !== text) node.text(text);
}

function bannersOf(model: Model): Banner[] {
  const banners: Banner[] = [];
  if (model.running !== null) banners.push({ key: 'busy', text: 'Running…', more: '', action: null });
  if (model.notice !== null) banners.push({ key: 'notice', text: model.notice, more: '', action: 'Dismiss' });
  if (model.shown.kind !== 'trace') return banners;
  const { trace, stale } = model.shown;
  if (stale && model.running === null) {
    banners.push({ key: 'stale', text: 'The program has changed since this run.', more: '', action: 'Run again' });
  }
  if (trace.error !== null) banners.push(errorBanner(trace, trace.error));
  const pass = model.pass === null ? undefined : trace.passes[model.pass];
  if (pass !== undefined && pass.error !== null && !(trace.error !== null && pass === trace.passes.at(-1))) {
    banners.push({
      key: 'pass-error',
      text: `Pass ${pass.index + 1} failed: ${pass.error}`,
      more: 'The program caught the error and went on.',
      action: null,
    });
  }
  if (trace.error === null && trace.passes.length === 0 && hasContent(trace))
    banners.push(trace.nodes.length === 0 ? NO_GRAD : NO_PASS);
  return banners;
}

const NO_PASS: Banner = {
  key: 'no-pass',
  text: 'No backward pass ran.',
  more:
    'The forward graph is shown. Call .backward() on a result: a scalar needs no argument, ' +
    'a tensor y of any other shape needs y.backward(gradient) with a gradient of its shape.',
  action: null,
};

const NO_GRAD: Banner = {
  ...NO_PASS,
  more:
    'No tensor requires grad, so nothing can be differentiated: what was computed is shown. ' +
    'Make an input with requires_grad=True and call .backward() on the result.',
};

function errorBanner(trace: Trace, error: NonNullable<Trace['error']>): Banner {
  const line = error.frames.at(-1)?.source.line;
  const where = line === undefined ? '' : `Line ${line}. `;
  const shown = trace.passes.length === 0 ? 'No backward pass ran before it. ' : '';
  const drawn = hasContent(trace) ? 'The graph shows the run up to here.' : '';
  return { key: 'error', text: `${error.type}: ${error.message}`, more: `${where}${shown}${drawn}`, action: null };
}

function hasContent(trace: Trace): boolean {
  return trace.tensors.length > 0;
}
