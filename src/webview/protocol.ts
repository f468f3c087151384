/** What the extension and the panel's page say to each other. Types and validators only; validated where it is received. */
import * as v from 'valibot';
import { Source, Trace } from '../trace/model.ts';

export const PANEL_VERSION = 1;

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What the panel shows. `serial` grows with each run. */
export const PanelState = v.variant('kind', [
  v.object({ kind: v.literal('empty') }),
  v.object({ kind: v.literal('running'), file: v.string() }),
  v.object({ kind: v.literal('trace'), serial: index, trace: Trace, stale: v.boolean() }),
  v.object({ kind: v.literal('failed'), message: v.string(), hint: v.nullable(v.string()) }),
]);
export type PanelState = v.InferOutput<typeof PanelState>;

/** A node of the graph as both sides name it: a backward function, or a tensor that has none. */
export const GraphTarget = v.variant('kind', [
  v.object({ kind: v.literal('node'), id: index }),
  v.object({ kind: v.literal('tensor'), id: index }),
]);
export type GraphTarget = v.InferOutput<typeof GraphTarget>;

/** Extension to page. */
export const ToPanel = v.variant('kind', [
  v.object({ kind: v.literal('state'), state: PanelState }),
  /** The program's text differs from what was run (or does again not). */
  v.object({ kind: v.literal('stale'), stale: v.boolean() }),
  v.object({ kind: v.literal('select'), target: GraphTarget }),
  v.object({ kind: v.literal('selectPass'), pass: index }),
]);
export type ToPanel = v.InferOutput<typeof ToPanel>;

/** Page to extension. */
export const FromPanel = v.variant('kind', [
  v.object({ kind: v.literal('ready'), version: v.literal(PANEL_VERSION) }),
  v.object({ kind: v.literal('run') }),
  v.object({ kind: v.literal('reveal'), source: Source }),
  v.object({ kind: v.literal('passSelected'), pass: index }),
  /** The whole run as a page, or its trace. */
  v.object({ kind: v.literal('export'), format: v.picklist(['html', 'json']) }),
  v.object({ kind: v.literal('save'), extension: v.picklist(['svg', 'dot']), text: v.string() }),
  /** To the clipboard. */
  v.object({ kind: v.literal('copy'), text: v.string() }),
  /** The graph of run `serial` is on the screen, `ms` after its trace arrived. */
  v.object({ kind: v.literal('painted'), serial: index, ms: v.number() }),
  v.object({ kind: v.literal('failure'), message: v.string() }),
]);
export type FromPanel = v.InferOutput<typeof FromPanel>;
