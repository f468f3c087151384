/** All passes at once: a mark per pass, the loss and the norm of the gradients over them. */
import { pointer } from 'd3';
import { formatElement } from '../../trace/format.ts';
import type { Trace } from '../../trace/model.ts';
import { t } from '../l10n.ts';
import { linePath, passAt, seriesOf, xOf } from '../passes/series.ts';
import type { Action, Model } from '../store.ts';
import { button, child, type Html, show } from './elements.ts';
import './pass-strip.css';

/** In the picture's own units: it is stretched to the room there is. */
const WIDTH = 1000;
const HEIGHT = 40;
/** With more passes than this a mark each would be a bar. */
const MARKS = 300;

export function renderPassStrip(parent: Html, model: Model, send: (action: Action) => void): void {
  const trace = model.shown.kind === 'trace' ? model.shown.trace : null;
  show(parent, trace !== null && trace.passes.length > 1 && model.pass !== null);
  if (trace === null || trace.passes.length < 2 || model.pass === null) return;
  renderKey(child(parent, 'div', 'strip-key'), trace, model.pass);
  renderStrip(child(parent, 'div', 'strip'), trace, model.pass, model.pinned, send);
  renderPin(child(parent, 'div', 'pin'), model.pass, model.pinned, send);
}

function renderKey(parent: Html, trace: Trace, pass: number): void {
  const { loss, norm } = seriesOf(trace);
  for (const [key, name, x] of [
    ['loss', t('root'), loss[pass]],
    ['norm', '|.grad|', norm[pass]],
  ] as const) {
    const line = child(parent, 'span', key);
    show(line, x != null);
    if (x != null) line.text(`${name} ${number(x)}`);
  }
}

const number = (x: number): string => (Number.isFinite(x) ? formatElement(x, 'float32') : String(x));

function renderStrip(
  parent: Html,
  trace: Trace,
  pass: number,
  pinned: number | null,
  send: (action: Action) => void,
): void {
  const count = trace.passes.length;
  const choose = (next: number): void => {
    const wanted = Math.min(count - 1, Math.max(0, next));
    if (wanted !== pass) send({ kind: 'pass', pass: wanted });
  };
  parent
    .attr('role', 'slider')
    .attr('tabindex', 0)
    .attr('aria-label', t('Pass'))
    .attr('aria-valuemin', 1)
    .attr('aria-valuemax', count)
    .attr('aria-valuenow', pass + 1)
    .attr('aria-valuetext', said(trace, pass))
    .on('keydown', (event: KeyboardEvent) => {
      const next = nextPass(event.key, pass, count);
      if (next === null) return;
      event.preventDefault();
      choose(next);
    })
    .on('pointerdown pointermove', (event: PointerEvent) => {
      const room = parent.node()?.clientWidth || 1;
      const at = passAt((pointer(event, parent.node())[0] * WIDTH) / room, count, WIDTH);
      parent.attr('title', said(trace, at));
      if (event.buttons === 1) choose(at);
    });
  const svg = child(parent, 'svg', 'lines')
    .attr('viewBox', `0 0 ${WIDTH} ${HEIGHT}`)
    .attr('preserveAspectRatio', 'none')
    .attr('aria-hidden', 'true');
  const line = (name: string): Html => child(svg, 'path', name);
  const { loss, norm } = seriesOf(trace);
  line('marks').attr('d', marksPath(trace));
  line('failed').attr('d', failedPath(trace));
  line('loss').attr('d', linePath(loss, WIDTH, HEIGHT));
  line('norm').attr('d', linePath(norm, WIDTH, HEIGHT));
  line('pinned').attr('d', pinned === null ? null : upright(xOf(pinned, count, WIDTH)));
  line('chosen').attr('d', upright(xOf(pass, count, WIDTH)));
}

const upright = (x: number): string => `M${x.toFixed(1)} 0V${HEIGHT}`;

function marksPath({ passes }: Trace): string {
  if (passes.length > MARKS) return '';
  return passes.map((_, i) => `M${xOf(i, passes.length, WIDTH).toFixed(1)} ${HEIGHT - 5}V${HEIGHT}`).join('');
}

function failedPath({ passes }: Trace): string {
  return passes
    .map(({ error }, i) =>
      error === null ? '' : `M${xOf(i, passes.length, WIDTH).toFixed(1)} ${HEIGHT - 8}V${HEIGHT}`,
    )
    .join('');
}

function said(trace: Trace, pass: number): string {
  const { loss, norm } = seriesOf(trace);
  const parts = [t('pass {0} of {1}', pass + 1, trace.passes.length)];
  if (loss[pass] != null) parts.push(`${t('root')} ${number(loss[pass])}`);
  if (norm[pass] != null) parts.push(`|.grad| ${number(norm[pass])}`);
  return parts.join(' · ');
}

function nextPass(key: string, pass: number, count: number): number | null {
  const leap = Math.max(1, Math.round(count / 20));
  const moves: Readonly<Record<string, number>> = {
    ArrowRight: pass + 1,
    ArrowUp: pass + 1,
    ArrowLeft: pass - 1,
    ArrowDown: pass - 1,
    PageUp: pass + leap,
    PageDown: pass - leap,
    Home: 0,
    End: count - 1,
  };
  return moves[key] ?? null;
}

function renderPin(parent: Html, pass: number, pinned: number | null, send: (action: Action) => void): void {
  const text = pinned === null ? t('Pin') : pinned === pass ? t('Pinned') : t('Compared with pass {0}', pinned + 1);
  button(parent, 'pin-button', text, () => send({ kind: 'pin', pass: pinned === null ? pass : null }))
    .attr('aria-pressed', String(pinned !== null))
    .attr('title', pinned === null ? t('Compare other passes with this one') : t('Compare no longer'));
}
