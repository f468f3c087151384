/** Which pass is shown: tabs for a few, a number for many. */
import type { Pass } from '../../trace/model.ts';
import { t } from '../l10n.ts';
import type { Action, Model } from '../store.ts';
import { button, child, type Html, show } from './elements.ts';

/** With more passes than this the tabs give way to a number between two buttons. */
const TABS = 6;

export function renderPasses(parent: Html, model: Model, send: (action: Action) => void): void {
  const passes = model.shown.kind === 'trace' ? model.shown.trace.passes : [];
  const choose = (pass: number): void => send({ kind: 'pass', pass });
  const tabs = child(parent, 'div', 'passes').attr('role', 'tablist').attr('aria-label', t('Pass'));
  const stepper = child(parent, 'div', 'stepper').attr('role', 'group').attr('aria-label', t('Pass'));
  show(tabs, passes.length > 0 && passes.length <= TABS);
  show(stepper, passes.length > TABS);
  renderTabs(tabs, passes.length <= TABS ? passes : [], model.pass, choose);
  if (passes.length > TABS) renderStepper(stepper, passes, model.pass ?? 0, choose);
}

function renderTabs(tabs: Html, passes: readonly Pass[], current: number | null, choose: (pass: number) => void): void {
  const all = tabs
    .selectAll<HTMLButtonElement, Pass>('button')
    .data(passes, (pass) => pass.index)
    .join((enter) => {
      const tab = enter.append('button').attr('type', 'button').attr('role', 'tab');
      tab.append('span').attr('class', 'pass-name');
      tab.append('span').attr('class', 'pass-line');
      return tab;
    })
    .attr('class', (pass) => (pass.error === null ? 'pass' : 'pass failed'))
    .attr('id', (_, at) => `pass-${at}`)
    .attr('aria-controls', 'stage')
    .attr('aria-selected', (_, at) => String(at === current))
    .attr('tabindex', (_, at) => (at === current ? 0 : -1))
    .on('click', (_event, pass) => choose(passes.indexOf(pass)))
    .on('keydown', (event: KeyboardEvent) => {
      const next = nextPass(event.key, current ?? 0, passes.length);
      if (next === null) return;
      event.preventDefault();
      choose(next);
      all.nodes()[next]?.focus();
    });
  all
    .select('.pass-name')
    .text((pass, at) => `${pass.error === null ? '' : '✕ '}${t('Pass {0}', at + 1)}${kindOf(pass)}`);
  all.select('.pass-line').text((pass) => (pass.source === null ? '' : ` ${t('line {0}', pass.source.line)}`));
}

function kindOf(pass: Pass): string {
  return pass.kind === 'grad' ? ' grad()' : '';
}

function nextPass(key: string, current: number, count: number): number | null {
  if (key === 'ArrowRight' || key === 'ArrowDown') return (current + 1) % count;
  if (key === 'ArrowLeft' || key === 'ArrowUp') return (current + count - 1) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

function renderStepper(parent: Html, passes: readonly Pass[], current: number, choose: (pass: number) => void): void {
  button(parent, 'previous', '‹', () => choose(current - 1))
    .attr('aria-label', t('Previous pass'))
    .property('disabled', current === 0);
  const label = child(parent, 'label', 'number');
  child(label, 'span', 'pass-name').text(t('Pass'));
  child(label, 'input', 'pass-input')
    .attr('type', 'number')
    .attr('min', 1)
    .attr('max', passes.length)
    .property('value', current + 1)
    .on('change', (event: Event) => choose(Number((event.target as HTMLInputElement).value) - 1));
  const line = passes[current]?.source?.line;
  child(parent, 'span', 'pass-line').text(
    `${t('of {0}', passes.length)}${line === undefined ? '' : ` · ${t('line {0}', line)}`}`,
  );
  button(parent, 'next', '›', () => choose(current + 1))
    .attr('aria-label', t('Next pass'))
    .property('disabled', current === passes.length - 1);
}
