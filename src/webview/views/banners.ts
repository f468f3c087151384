/** What has to be said about the run as a whole. */
import type { Trace } from '../../trace/model.ts';
import { t } from '../l10n.ts';
import type { Action, Model } from '../store.ts';
import { button, child, type Html } from './elements.ts';

interface Banner {
  readonly key: 'error' | 'pass-error' | 'no-pass' | 'stale' | 'busy' | 'notice';
  /** What it is, in a few words; `detail` is what was raised. */
  readonly text: string;
  readonly detail: string;
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
  rows.each(({ key, text, detail, more, action }) => {
    const row = parent.select<HTMLElement>(`.banner.${key}`) as Html;
    child(row, 'span', 'mark')
      .attr('aria-hidden', 'true')
      .text(key.endsWith('error') ? '✕' : key === 'stale' ? '↻' : 'i');
    const body = child(row, 'span', 'said');
    const message = child(body, 'span', 'message').attr('title', detail === '' ? null : detail);
    setText(child(message, 'strong', 'what'), text);
    setText(child(message, 'span', 'detail'), detail === '' ? '' : ` ${detail}`);
    setText(child(body, 'span', 'more'), more === '' ? '' : ` ${more}`);
    if (action !== null)
      button(row, 'act', action, () => send(key === 'notice' ? { kind: 'notice', text: null } : { kind: 'run' }));
  });
}

function setText(node: Html, text: string): void {
  if (node.text() !== text) node.text(text);
}

function bannersOf(model: Model): Banner[] {
  const banners: Banner[] = [];
  if (model.running !== null) banners.push({ key: 'busy', text: t('Running…'), ...PLAIN, action: null });
  if (model.notice !== null) banners.push({ key: 'notice', text: model.notice, ...PLAIN, action: t('Dismiss') });
  if (model.shown.kind !== 'trace') return banners;
  const { trace, stale } = model.shown;
  if (stale && model.running === null) {
    banners.push({
      key: 'stale',
      text: t('The program has changed since this run.'),
      ...PLAIN,
      action: t('Run again'),
    });
  }
  if (trace.error !== null) banners.push(errorBanner(trace, trace.error));
  const pass = model.pass === null ? undefined : trace.passes[model.pass];
  if (pass !== undefined && pass.error !== null && !(trace.error !== null && pass === trace.passes.at(-1))) {
    banners.push({
      key: 'pass-error',
      text: t('Pass {0} failed.', pass.index + 1),
      detail: pass.error,
      more: t('The program caught the error and went on.'),
      action: null,
    });
  }
  if (trace.error === null && trace.passes.length === 0 && hasContent(trace))
    banners.push(noPass(trace.nodes.length > 0));
  return banners;
}

const PLAIN = { detail: '', more: '', action: null } as const;

function noPass(hasNodes: boolean): Banner {
  const more = hasNodes
    ? t(
        'The forward graph is shown. Call .backward() on a result: a scalar needs no argument, a tensor y of any other shape needs y.backward(gradient) with a gradient of its shape.',
      )
    : t(
        'No tensor requires grad, so nothing can be differentiated: what was computed is shown. Make an input with requires_grad=True and call .backward() on the result.',
      );
  return { ...PLAIN, key: 'no-pass', text: t('No backward pass ran.'), more };
}

function errorBanner(trace: Trace, error: NonNullable<Trace['error']>): Banner {
  const line = error.frames.at(-1)?.source.line;
  const parts = [
    line === undefined ? '' : t('Line {0}.', line),
    ...error.notes,
    trace.passes.length === 0 ? t('No backward pass ran before it.') : '',
    hasContent(trace) ? t('The graph shows the run up to here.') : '',
  ];
  const [text, detail] = error.message === '' ? [error.type, ''] : [`${error.type}:`, error.message];
  return { key: 'error', text, detail, more: parts.filter((part) => part !== '').join(' '), action: null };
}

function hasContent(trace: Trace): boolean {
  return trace.tensors.length > 0;
}
