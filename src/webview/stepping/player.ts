/** Walks through the selected pass: by hand, by the clock, up to a node or a breakpoint. */
import { type Action, type Model, shownPass } from '../store.ts';
import type { StepAction } from './state.ts';
import { runTo, whyStop } from './stops.ts';
import { type Timeline, timelineOf } from './timeline.ts';

export interface Player {
  readonly to: (position: number) => void;
  readonly next: () => void;
  readonly previous: () => void;
  readonly start: () => void;
  readonly end: () => void;
  /** Plays, or stops playing. */
  readonly play: () => void;
  /** Back to the whole pass. */
  readonly leave: () => void;
  /** Up to a node's turn, or to a breakpoint on the way. */
  readonly runTo: (node: number) => void;
  readonly breakAt: (node: number) => void;
  readonly set: (action: StepAction) => void;
  readonly timeline: () => Timeline | null;
}

const STEP_MS = 900;

export function makePlayer(model: () => Model, send: (action: Action) => void): Player {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeline = (): Timeline | null => {
    const [pass, { shown }] = [shownPass(model()), model()];
    return pass === null || shown.kind !== 'trace' || pass.steps.length === 0 ? null : timelineOf(shown.trace, pass);
  };
  const set = (step: StepAction): void => {
    clearTimeout(timer);
    send({ kind: 'step', step });
    if (model().stepping.playing) timer = setTimeout(tick, STEP_MS / model().stepping.speed);
  };
  const go = (position: number, playing = false): void => {
    const line = timeline();
    if (line === null) return;
    const stopped = playing ? whyStop(line, position, model().stepping.breakpoints) : null;
    set({ kind: 'to', position, stopped, playing: playing && stopped === null });
  };
  const tick = (): void => {
    const { position, playing } = model().stepping;
    if (playing && position !== null) go(position + 1, true);
  };
  const count = (): number => shownPass(model())?.steps.length ?? 0;
  return {
    to: (position) => go(position),
    next: () => go((model().stepping.position ?? -1) + 1),
    previous: () => go((model().stepping.position ?? count()) - 1),
    start: () => go(0),
    end: () => go(count()),
    play: () => {
      const { position, playing } = model().stepping;
      if (playing) set({ kind: 'pause' });
      else go(position === null || position === count() ? 0 : position + 1, true);
    },
    leave: () => set({ kind: 'leave' }),
    runTo: (node) => {
      const line = timeline();
      const turn = line?.turns.get(node);
      if (line === null || turn === undefined) return;
      const { position, breakpoints } = model().stepping;
      const from = position === null || position > turn ? 0 : position;
      const { position: at, why } = runTo(line, from, turn + 1, breakpoints);
      set({ kind: 'to', position: at, stopped: why, playing: false });
    },
    breakAt: (node) => set({ kind: 'breakNode', node }),
    set,
    timeline,
  };
}
