/** Where the walk through a pass stands, and what stops it: data, and the function that changes it. */
import { assertNever } from '../../common/assert-never.ts';

export interface Breakpoints {
  /** Ids of nodes. */
  readonly nodes: readonly number[];
  /** Stops where an upstream gradient is of a larger norm; null: never. */
  readonly norm: number | null;
  readonly nonFinite: boolean;
  readonly zero: boolean;
}
export interface Stepping {
  /** How many nodes have run; null: the whole pass is shown. */
  readonly position: number | null;
  readonly playing: boolean;
  readonly speed: number;
  readonly breakpoints: Breakpoints;
  /** Why it stands still. */
  readonly stopped: string | null;
}
export type StepAction =
  | { readonly kind: 'to'; readonly position: number; readonly stopped: string | null; readonly playing: boolean }
  | { readonly kind: 'leave' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'speed'; readonly speed: number }
  | { readonly kind: 'breakNode'; readonly node: number }
  | { readonly kind: 'breakOn'; readonly on: Partial<Omit<Breakpoints, 'nodes'>> };

export const SPEEDS: readonly number[] = [0.5, 1, 2, 4, 16];
export const DEFAULT_NORM = 10;
export const AT_REST: Stepping = {
  position: null,
  playing: false,
  speed: 1,
  breakpoints: { nodes: [], norm: null, nonFinite: false, zero: false },
  stopped: null,
};

/** `count` is the number of the pass's steps. */
export function reduceStepping(stepping: Stepping, action: StepAction, count: number): Stepping {
  switch (action.kind) {
    case 'to': {
      const position = Math.min(count, Math.max(0, action.position));
      return { ...stepping, position, stopped: action.stopped, playing: action.playing && position < count };
    }
    case 'leave':
      return leaveSteps(stepping);
    case 'pause':
      return { ...stepping, playing: false };
    case 'speed':
      return { ...stepping, speed: action.speed };
    case 'breakNode':
      return { ...stepping, breakpoints: toggle(stepping.breakpoints, action.node) };
    case 'breakOn':
      return { ...stepping, breakpoints: { ...stepping.breakpoints, ...action.on } };
    default:
      return assertNever(action);
  }
}

/** Another pass or another run: the speed and the breakpoints stay. */
export function leaveSteps(stepping: Stepping): Stepping {
  return { ...stepping, position: null, playing: false, stopped: null };
}

export const breakpointCount = ({ nodes, norm, nonFinite, zero }: Breakpoints): number =>
  nodes.length + Number(norm !== null) + Number(nonFinite) + Number(zero);

function toggle(breakpoints: Breakpoints, node: number): Breakpoints {
  const { nodes } = breakpoints;
  const kept = nodes.filter((other) => other !== node);
  return { ...breakpoints, nodes: kept.length < nodes.length ? kept : [...nodes, node] };
}
