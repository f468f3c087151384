/** The page's state as data, and the one function that changes it. */
import { assertNever } from '../common/assert-never.ts';
import type { Pass, Trace } from '../trace/model.ts';
import type { Scope } from './graph.ts';
import type { Direction } from './layout/index.ts';
import type { PanelState } from './protocol.ts';
import { AT_REST, leaveSteps, reduceStepping, type StepAction, type Stepping } from './stepping/state.ts';
import type { Folds } from './structure/folds.ts';
import type { Colouring } from './tints.ts';

export type Shown =
  | { readonly kind: 'empty' }
  | { readonly kind: 'running'; readonly file: string }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | null }
  | { readonly kind: 'trace'; readonly serial: number; readonly trace: Trace; readonly stale: boolean };

/** Which way the arrows point: with the gradients, with the computation, or with both. */
export const FLOWS = ['backward', 'forward', 'both'] as const;
export type Flow = (typeof FLOWS)[number];

export interface Model {
  readonly shown: Shown;
  /** The file that pass, scope and selection belong to. */
  readonly file: string | null;
  /** The file of a run that goes on while an earlier trace is still shown. */
  readonly running: string | null;
  readonly pass: number | null;
  readonly view: 'graph' | 'table';
  readonly direction: Direction | 'auto';
  readonly scope: Scope | 'auto';
  /** The key of a box. */
  readonly selection: string | null;
  readonly stepping: Stepping;
  /** What the user has opened and closed. */
  readonly folds: Folds;
  readonly colouring: Colouring;
  readonly flow: Flow;
  /** The pass that others are compared with. */
  readonly pinned: number | null;
  /** What is searched for; null: the search is closed. */
  readonly find: string | null;
  /** Which path of the selected box is shown. */
  readonly path: 'loss' | 'leaf' | null;
  /** Something said to the page could not be understood. */
  readonly notice: string | null;
}

export type Action =
  | { readonly kind: 'state'; readonly state: PanelState }
  | { readonly kind: 'stale'; readonly stale: boolean }
  | { readonly kind: 'pass'; readonly pass: number }
  | { readonly kind: 'select'; readonly key: string | null; readonly reveal: boolean }
  | { readonly kind: 'view'; readonly view: Model['view'] }
  | { readonly kind: 'direction'; readonly direction: Direction }
  | { readonly kind: 'scope'; readonly scope: Scope }
  | { readonly kind: 'flow'; readonly flow: Flow }
  | { readonly kind: 'colouring'; readonly colouring: Colouring }
  | { readonly kind: 'fold'; readonly folds: Folds }
  | { readonly kind: 'pin'; readonly pass: number | null }
  | { readonly kind: 'find'; readonly query: string | null }
  | { readonly kind: 'path'; readonly path: Model['path'] }
  | { readonly kind: 'step'; readonly step: StepAction }
  | { readonly kind: 'notice'; readonly text: string | null }
  | { readonly kind: 'run' };

export const INITIAL: Model = {
  shown: { kind: 'empty' },
  file: null,
  running: null,
  pass: null,
  view: 'graph',
  direction: 'auto',
  scope: 'auto',
  selection: null,
  stepping: AT_REST,
  folds: {},
  colouring: 'none',
  flow: 'backward',
  pinned: null,
  find: null,
  path: null,
  notice: null,
};

export function reduce(model: Model, action: Action): Model {
  switch (action.kind) {
    case 'state':
      return receive({ ...model, notice: null }, action.state);
    case 'stale':
      return model.shown.kind === 'trace' ? { ...model, shown: { ...model.shown, stale: action.stale } } : model;
    case 'pass':
      return { ...model, pass: clampPass(action.pass, passCount(model)), stepping: leaveSteps(model.stepping) };
    case 'select':
      return { ...model, selection: action.key, path: action.key === model.selection ? model.path : null };
    case 'view':
      return { ...model, view: action.view };
    case 'direction':
      return { ...model, direction: action.direction };
    case 'scope':
      return { ...model, scope: action.scope };
    case 'flow':
      return { ...model, flow: action.flow };
    case 'colouring':
      return { ...model, colouring: action.colouring };
    case 'fold':
      return { ...model, folds: { ...model.folds, ...action.folds } };
    case 'pin':
      return { ...model, pinned: action.pass };
    case 'find':
      return { ...model, find: action.query };
    case 'path':
      return { ...model, path: action.path };
    case 'step':
      return { ...model, stepping: reduceStepping(model.stepping, action.step, shownPass(model)?.steps.length ?? 0) };
    case 'notice':
      return { ...model, notice: action.text };
    case 'run':
      return model;
    default:
      return assertNever(action);
  }
}

export function passCount(model: Model): number {
  return model.shown.kind === 'trace' ? model.shown.trace.passes.length : 0;
}

export function shownPass(model: Model): Pass | null {
  if (model.shown.kind !== 'trace' || model.pass === null) return null;
  return model.shown.trace.passes[model.pass] ?? null;
}

function receive(model: Model, state: PanelState): Model {
  if (state.kind === 'running' && model.shown.kind === 'trace') return { ...model, running: state.file };
  if (state.kind !== 'trace') return { ...model, shown: state, running: null };
  const { file, passes } = state.trace;
  const same = model.file === file;
  const kept = same && model.pass !== null && !atLastPass(model) ? model.pass : passes.length - 1;
  const chosen = same ? model : { ...model, selection: null, scope: 'auto' as const, folds: {} };
  const stepping = leaveSteps(model.stepping);
  return { ...chosen, file, shown: state, running: null, pass: clampPass(kept, passes.length), stepping, pinned: null };
}

/** Whoever looks at the last pass goes on looking at the last pass. */
function atLastPass(model: Model): boolean {
  return model.shown.kind === 'trace' && model.pass === passCount(model) - 1;
}

function clampPass(pass: number, count: number): number | null {
  return count === 0 ? null : Math.min(count - 1, Math.max(0, pass));
}
