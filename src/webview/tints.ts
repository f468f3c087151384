/** One quantity of every box as a colour: how much of it, from nothing to all, or which of a few kinds. No DOM. */
import { indexOf, leafOf, stepsOf } from '../trace/index-of.ts';
import type { Pass, Trace, TraceNode, Value } from '../trace/model.ts';
import { valueAt } from '../trace/queries.ts';
import { numelOf } from '../trace/value.ts';
import type { DrawnGraph, GraphBox } from './graph.ts';

export const COLOURINGS = ['none', 'upstream', 'grad', 'value', 'bytes', 'module'] as const;
export type Colouring = (typeof COLOURINGS)[number];

export interface Tint {
  /** Of the tint's colour in the box: the deeper, the more. */
  readonly share: number;
  /** A custom property of the theme; null for the scale's own. */
  readonly colour: string | null;
}
export interface Tints {
  readonly of: (key: string) => Tint | null;
  /** For the legend: the ends of the scale, or the kinds by name. */
  readonly scale: { readonly least: number; readonly most: number } | null;
  readonly kinds: readonly { readonly name: string; readonly colour: string }[];
}

export const NO_TINTS: Tints = { of: () => null, scale: null, kinds: [] };

/** Of the scale's colour at its ends; text on it stays legible. */
const FAINT = 0.04;
const DEEP = 0.42;
/** In an order in which neighbours can be told apart by those who see few colours: by lightness too. */
const KINDS = [
  '--vscode-charts-blue',
  '--vscode-charts-yellow',
  '--vscode-charts-purple',
  '--vscode-charts-green',
  '--vscode-charts-orange',
  '--vscode-charts-red',
] as const;
const KIND_SHARE = 0.3;

export function tintsOf(trace: Trace, graph: DrawnGraph, colouring: Colouring): Tints {
  if (colouring === 'none') return NO_TINTS;
  if (colouring === 'module') return kindsOf(trace, graph);
  const measure = MEASURES[colouring];
  const sums = new Map<string, number>();
  for (const box of graph.boxes) {
    const sum = box.open === true ? null : measure(box, { trace, pass: graph.pass });
    if (sum !== null && Number.isFinite(sum)) sums.set(box.key, sum);
  }
  return scaleOf(sums);
}

/** Norms and bytes span many powers of ten. */
function scaleOf(sums: ReadonlyMap<string, number>): Tints {
  const positive = [...sums.values()].filter((sum) => sum > 0);
  const least = positive.reduce((min, sum) => Math.min(min, sum), Number.POSITIVE_INFINITY);
  const most = positive.reduce((max, sum) => Math.max(max, sum), 0);
  if (positive.length === 0) return NO_TINTS;
  const span = Math.log(most) - Math.log(least);
  const of = (key: string): Tint | null => {
    const sum = sums.get(key);
    if (sum === undefined) return null;
    if (sum <= 0) return { share: 0, colour: null };
    const at = span === 0 ? 1 : (Math.log(sum) - Math.log(least)) / span;
    return { share: FAINT + (DEEP - FAINT) * at, colour: null };
  };
  return { of, scale: { least, most }, kinds: [] };
}

interface Moment {
  readonly trace: Trace;
  readonly pass: Pass | null;
}
type Measure = (box: GraphBox, moment: Moment) => number | null;

const MEASURES: Readonly<Record<Exclude<Colouring, 'none' | 'module'>, Measure>> = {
  upstream: (box, { trace, pass }) => {
    if (pass === null) return null;
    const steps = stepsOf(pass);
    const arrived = nodesOf(box, trace).flatMap(({ id }) => steps.get(id)?.gradOutputs ?? []);
    return largest(arrived);
  },
  grad: (box, { trace, pass }) => {
    const leaves = nodesOf(box, trace).flatMap((node) =>
      [node, ...usedBy(node, trace)].flatMap((one) => leafOf(one) ?? []),
    );
    return together([...new Set(leaves)].map((leaf) => gradOf(leaf, { trace, pass })));
  },
  value: (box, { trace, pass }) => {
    const ids =
      box.kind === 'op' || box.kind === 'group' ? nodesOf(box, trace).flatMap(({ outputs }) => outputs) : [box.tensor];
    const at = pass?.at ?? Number.POSITIVE_INFINITY;
    return largest(ids.map((id) => (id === null ? null : valueAt(trace, id, at))));
  },
  bytes: (box, { trace }) => {
    const nodes = nodesOf(box, trace);
    return nodes.length === 0 ? null : nodes.reduce((sum, node) => sum + savedBytes(node, trace), 0);
  },
};

/** A group's are all that it holds. */
function nodesOf(box: GraphBox, trace: Trace): TraceNode[] {
  const ids = box.kind === 'group' ? (box.members ?? []) : box.node === null ? [] : [box.node];
  const { nodes } = indexOf(trace);
  return ids.flatMap((id) => nodes.get(id) ?? []);
}

function usedBy(node: TraceNode, trace: Trace): TraceNode[] {
  const { nodes } = indexOf(trace);
  return leafOf(node) === null ? node.next.flatMap((edge) => (edge === null ? [] : (nodes.get(edge.node) ?? []))) : [];
}

function gradOf(leaf: number, { trace, pass }: Moment): Value | null {
  if (pass === null) return indexOf(trace).tensors.get(leaf)?.grad ?? null;
  return pass.accumulations.find(({ tensor }) => tensor === leaf)?.after ?? null;
}

function largest(values: readonly (Value | null)[]): number | null {
  let most: number | null = null;
  for (const value of values) {
    const norm = value?.stats.norm ?? null;
    if (norm !== null) most = Math.max(most ?? 0, norm);
  }
  return most;
}

/** The norm of all of them as one vector. */
function together(values: readonly (Value | null)[]): number | null {
  const norms = values.flatMap((value) => value?.stats.norm ?? []);
  return norms.length === 0 ? null : Math.sqrt(norms.reduce((sum, norm) => sum + norm * norm, 0));
}

export function savedBytes(node: TraceNode, trace: Trace): number {
  const { tensors } = indexOf(trace);
  const ids = new Set(node.saved.flatMap(({ tensor }) => tensor ?? []));
  let bytes = 0;
  for (const id of ids) {
    const tensor = tensors.get(id);
    if (tensor !== undefined) bytes += numelOf(tensor.shape) * bytesOf(tensor.dtype);
  }
  return bytes;
}

/** `float32` and `complex64` tell their bits. */
function bytesOf(dtype: string): number {
  const bits = /(\d+)$/.exec(dtype)?.[1];
  return bits === undefined ? 1 : Number(bits) / 8;
}

function kindsOf(trace: Trace, graph: DrawnGraph): Tints {
  const groups = new Map(graph.boxes.map((box) => [box.key, box]));
  const kinds = new Map<string, string>();
  const tints = new Map<string, Tint>();
  for (const box of graph.boxes) {
    const name = moduleOf(box, groups, trace);
    if (name === null) continue;
    if (!kinds.has(name)) kinds.set(name, KINDS[kinds.size % KINDS.length]!);
    tints.set(box.key, { share: KIND_SHARE, colour: kinds.get(name)! });
  }
  return {
    of: (key) => tints.get(key) ?? null,
    scale: null,
    kinds: [...kinds].map(([name, colour]) => ({ name, colour })),
  };
}

/** The outermost group that a box stands in, else the module that made it. */
function moduleOf(box: GraphBox, groups: ReadonlyMap<string, GraphBox>, trace: Trace): string | null {
  let outer = box;
  while (outer.inside != null && groups.has(outer.inside)) outer = groups.get(outer.inside)!;
  if (outer.kind === 'group') return outer.title;
  return (
    indexOf(trace)
      .nodes.get(box.node ?? -1)
      ?.module?.split('.')[0] ?? null
  );
}
