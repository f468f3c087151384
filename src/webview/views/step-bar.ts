/** The walk through a pass: buttons, a scrubber, and what happens at the step where it stands. */
import { t } from '../l10n.ts';
import { announce, type Fact, factsAt, stepTitle } from '../stepping/facts.ts';
import type { Player } from '../stepping/player.ts';
import { SPEEDS } from '../stepping/state.ts';
import type { Timeline } from '../stepping/timeline.ts';
import type { Model } from '../store.ts';
import { renderBreakpoints } from './breakpoints.ts';
import { button, child, type Html, show } from './elements.ts';
import { iconButton } from './icons.ts';
import './step-bar.css';

export function renderStepBar(parent: Html, model: Model, player: Player, visible: boolean): void {
  const timeline = visible ? player.timeline() : null;
  show(parent, timeline !== null);
  if (timeline === null) return;
  parent.attr('role', 'region').attr('aria-label', t('Step through the pass'));
  const row = child(parent, 'div', 'walk');
  renderButtons(child(row, 'div', 'buttons'), model, player);
  renderScrubber(child(row, 'div', 'scrubber'), model, player, timeline);
  renderSpeed(row, model, player);
  renderBreakpoints(row, model, player);
  const whole = button(row, 'whole', t('Whole pass'), player.leave).attr(
    'title',
    `${t('Back to the whole pass')} (Shift+F5)`,
  );
  show(whole, model.stepping.position !== null);
  renderFacts(parent, model, timeline);
}

function renderButtons(parent: Html, { stepping, pass }: Model, player: Player): void {
  const { position, playing } = stepping;
  const count = player.timeline()?.pass.steps.length ?? 0;
  parent.attr('role', 'group').attr('aria-label', t('Steps of pass {0}', (pass ?? 0) + 1));
  iconButton(parent, 'start', 'start', keyed(t('To the start'), 'Alt+F10'), player.start);
  iconButton(parent, 'previous', 'previous', keyed(t('Previous step'), 'Shift+F10'), player.previous).attr(
    'aria-disabled',
    position === 0 ? 'true' : null,
  );
  iconButton(parent, 'play', playing ? 'pause' : 'play', keyed(playing ? t('Pause') : t('Play'), 'F5'), player.play);
  iconButton(parent, 'next', 'next', keyed(t('Next step'), 'F10'), player.next).attr(
    'aria-disabled',
    position === count ? 'true' : null,
  );
  iconButton(parent, 'end', 'end', keyed(t('To the end'), 'Alt+Shift+F10'), player.end);
}

const keyed = (label: string, key: string): string => `${label} (${key})`;

function renderScrubber(parent: Html, { stepping }: Model, player: Player, timeline: Timeline): void {
  const count = timeline.pass.steps.length;
  const position = stepping.position ?? count;
  child(parent, 'input', 'scrub')
    .attr('type', 'range')
    .attr('min', 0)
    .attr('max', count)
    .attr('step', 1)
    .attr('aria-label', t('Step'))
    .attr('aria-valuetext', `${t('{0} of {1}', position, count)}: ${stepTitle(timeline, position)}`)
    .property('value', position)
    .style('--done', `${(100 * position) / count}%`)
    .on('input', (event: Event) => player.to(Number((event.target as HTMLInputElement).value)));
  child(parent, 'span', 'where').text(t('{0} of {1}', position, count));
}

function renderSpeed(parent: Html, { stepping }: Model, player: Player): void {
  const select = child(parent, 'select', 'speed')
    .attr('aria-label', t('Speed'))
    .attr('title', t('Speed'))
    .on('change', (event: Event) =>
      player.set({ kind: 'speed', speed: Number((event.target as HTMLSelectElement).value) }),
    );
  select
    .selectAll<HTMLOptionElement, number>('option')
    .data(SPEEDS)
    .join('option')
    .attr('value', (speed) => speed)
    .text((speed) => `${speed}×`);
  select.property('value', String(stepping.speed));
}

function renderFacts(parent: Html, { stepping }: Model, timeline: Timeline): void {
  const { position, stopped, playing } = stepping;
  const facts = position === null ? [] : factsAt(timeline, position);
  const list = child(parent, 'dl', 'facts');
  show(list, facts.length > 0);
  const rows = list
    .selectAll<HTMLDivElement, Fact>('div')
    .data(facts, ({ key }) => key)
    .join((enter) => {
      const row = enter.append('div');
      row.append('dt');
      row.append('dd');
      return row;
    })
    .order()
    .attr('class', ({ key }) => `fact ${key}`);
  rows.select('dt').text(({ label }) => label);
  rows
    .select('dd')
    .attr('title', ({ text }) => text)
    .text(({ text }) => text);
  const halt = child(parent, 'p', 'halt');
  show(halt, stopped !== null);
  halt.text(stopped ?? '');
  // Played, a sentence per step would come faster than it can be spoken.
  const spoken = position === null || playing ? '' : `${stopped ?? ''} ${announce(timeline, position)}`.trim();
  const live = child(parent, 'p', 'spoken').attr('aria-live', 'polite');
  if (live.text() !== spoken) live.text(spoken);
}
