/** What the page keeps while it is hidden or reloaded. */
import * as v from 'valibot';
import type { Model } from './store.ts';
import { COLOURINGS } from './tints.ts';

export const STATE_VERSION = 2;

const Saved = v.object({
  version: v.literal(STATE_VERSION),
  /** The file whose graph was shown. */
  file: v.string(),
  pass: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
  view: v.picklist(['graph', 'table']),
  direction: v.picklist(['auto', 'right', 'down']),
  scope: v.picklist(['auto', 'run', 'pass']),
  selection: v.nullable(v.string()),
  /** Groups that the user has opened and closed. */
  folds: v.optional(v.record(v.string(), v.boolean()), {}),
  colouring: v.optional(v.picklist(COLOURINGS), 'none'),
  /** Where the user has moved the picture; null while it is fitted. */
  transform: v.nullable(v.object({ x: v.number(), y: v.number(), k: v.pipe(v.number(), v.gtValue(0)) })),
});
export type Saved = v.InferOutput<typeof Saved>;
export type Transform = NonNullable<Saved['transform']>;

/** Null for what another version wrote. */
export function readSaved(value: unknown): Saved | null {
  const result = v.safeParse(Saved, value);
  return result.success ? result.output : null;
}

export function toSaved(file: string, model: Model, transform: Transform | null): Saved {
  const { pass, view, direction, scope, selection, folds, colouring } = model;
  return { version: STATE_VERSION, file, pass, view, direction, scope, selection, folds, colouring, transform };
}
