/** The drawn graph: a pure view of a trace, one of its passes and how much of the run to show. */

import { formatType } from '../trace/format.ts';
import { indexOf, stepsOf } from '../trace/index-of.ts';
import type { Pass, Source, Step, Trace, TraceNode, TraceTensor, Value } from '../trace/model.ts';
import { gradFnAt, leafOf, nodesOfPass } from '../trace/queries.ts';
import { leafLines, opLines, refusedBy, seedLines, tensorLines } from './box-lines.ts';
import { expression, type Lookup, nodeExpression, tensorName } from './expression.ts';
import { formatLines } from './format.ts';
import { t } from './l10n.ts';
import type { Folds } from './structure/folds.ts';
import { groupBox, type Members } from './structure/group-box.ts';
import type { ModuleGroup } from './structure/groups.ts';
import { type Places, placesOf } from './structure/places.ts';
import { isolate } from './text.ts';

/** `run` shows every node that the run made, `pass` those that the selected pass can reach. */
export type Scope = 'run' | 'pass';
export type BoxState = 'ran' | 'idle' | 'failed' | 'plain';
export type LineRole = 'value' | 'upstream' | 'before' | 'incoming' | 'after' | 'note' | 'error';

/** A node's part in a step: it runs, it ran before, it is next or might be, it waits for what has not arrived. */
export type Turn = 'now' | 'done' | 'next' | 'ready' | 'later';

/** A labelled quantity on a box. */
export interface BoxLine {
  readonly role: LineRole;
  readonly label: string;
  readonly text: readonly string[];
}
export interface GraphBox {
  readonly key: string;
  readonly kind: 'op' | 'leaf' | 'seed' | 'tensor' | 'group';
  readonly node: number | null;
  readonly tensor: number | null;
  /** The program's name where there is one, else what was computed. */
  readonly title: string;
  readonly detail: string;
  /** The backward function, or what the box is. */
  readonly badge: string;
  readonly source: Source | null;
  readonly state: BoxState;
  readonly lines: readonly BoxLine[];
  /** The open group that it stands in. */
  readonly inside?: string | null;
  /** Of a group: whether its inside is drawn, and this is the header of the frame. */
  readonly open?: boolean;
  /** Of a group: the nodes in it, at every depth. */
  readonly members?: readonly number[];
  /** While the pass is stepped through. */
  readonly turn?: Turn;
  /** Has a breakpoint. */
  readonly breaks?: boolean;
  readonly mark?: 'found' | 'path' | 'caret';
}
/** Forward from `source` to `target`; the contribution flows the other way. */
export interface GraphEdge {
  readonly key: string;
  readonly source: string;
  readonly target: string;
  readonly state: 'ran' | 'idle' | 'forward' | 'seed';
  /** The argument that the edge is the gradient of. */
  readonly label: string;
  readonly contribution: Value | null;
  readonly text: readonly string[];
  /** What it carries was sent in this step. */
  readonly turn?: 'now';
  readonly onPath?: boolean;
}
export interface DrawnGraph {
  readonly boxes: readonly GraphBox[];
  readonly edges: readonly GraphEdge[];
  readonly pass: Pass | null;
}

/** What the parts of the picture are made from. */
export interface Picture extends Lookup {
  readonly trace: Trace;
  readonly pass: Pass | null;
  readonly steps: ReadonlyMap<number, Step>;
  readonly shown: ReadonlySet<number>;
  readonly places: Places;
  /** Contributions that arrive, by the key of the box. */
  readonly arriving: ReadonlyMap<string, readonly Value[]>;
}

export function drawGraph(trace: Trace, passIndex: number | null, scope: Scope = 'run', folds: Folds = {}): DrawnGraph {
  const pass = passIndex === null ? null : (trace.passes[passIndex] ?? null);
  if (trace.nodes.length === 0) return { ...tensorGraph(trace, pass), pass };
  const picture = makePicture(trace, pass, scope, folds);
  const edges = visibleEdges(trace, picture);
  const seeds = pass === null ? [] : pass.roots.map((root, at) => seed(pass, root, at, picture));
  const all = [...edges, ...seeds.map(({ edge }) => edge)];
  const boxes = [...backwardBoxes(picture), ...seeds.map(({ box }) => box)];
  const keys = new Set(boxes.map(({ key }) => key));
  return { boxes, edges: all.filter((edge) => keys.has(edge.source) && keys.has(edge.target)), pass };
}

/** A leaf that is drawn at several uses is selected as one. */
export function isSelected({ key }: Pick<GraphBox, 'key'>, selection: string | null): boolean {
  return selection !== null && (key === selection || (key.startsWith('t') && leafKey(key) === leafKey(selection)));
}

function leafKey(key: string): string {
  const at = key.indexOf('@');
  return at === -1 ? key : key.slice(0, at);
}

/** The box that stands for a node or a tensor. */
export function findBox(
  graph: DrawnGraph,
  target: { readonly kind: 'node' | 'tensor'; readonly id: number },
): GraphBox | null {
  const own = graph.boxes.find((box) => box[target.kind] === target.id && box.kind !== 'seed');
  return own ?? null;
}

function makePicture(trace: Trace, pass: Pass | null, scope: Scope, folds: Folds): Picture {
  const look = indexOf(trace);
  const all = new Set(look.nodes.keys());
  const shown = pass !== null && scope === 'pass' ? nodesOfPass(trace, pass) : all;
  const steps = pass === null ? new Map<number, Step>() : stepsOf(pass);
  const drawn = shown.size === 0 ? all : shown;
  const places = placesOf(trace, drawn, folds);
  return { ...look, trace, pass, steps, shown: drawn, places, arriving: arrivals(trace, steps, drawn, look) };
}

function arrivals(
  trace: Trace,
  steps: ReadonlyMap<number, Step>,
  shown: ReadonlySet<number>,
  { nodes }: Lookup,
): Map<string, Value[]> {
  const arriving = new Map<string, Value[]>();
  for (const { id, next } of trace.nodes) {
    const sent = shown.has(id) ? (steps.get(id)?.gradInputs ?? []) : [];
    sent.forEach((contribution, i) => {
      const to = nodes.get(next[i]?.node ?? -1);
      if (contribution === null || to === undefined || !shown.has(to.id)) return;
      const known = arriving.get(boxKey(to));
      if (known === undefined) arriving.set(boxKey(to), [contribution]);
      else known.push(contribution);
    });
  }
  return arriving;
}

/** A leaf and its `AccumulateGrad` are one box. */
function boxKey(node: TraceNode): string {
  const leaf = leafOf(node);
  return leaf === null ? `n${node.id}` : `t${leaf}`;
}

/** Between two boxes that are nodes, an edge each; into and out of a closed group, one for all that join the same two. */
function visibleEdges(trace: Trace, picture: Picture): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  const counts = new Map<string, number>();
  for (const node of trace.nodes) {
    if (!picture.shown.has(node.id)) continue;
    node.next.forEach((next, i) => {
      const to = next === null ? undefined : picture.nodes.get(next.node);
      if (to === undefined || !picture.shown.has(to.id)) return;
      const source = leafOf(to) === null ? picture.places.of(to) : picture.places.atUse(to, node);
      const target = picture.places.of(node);
      const folded = source.closed !== null || target.closed !== null;
      if (folded && source.key === target.key) return;
      const key = folded ? `${source.key}>${target.key}` : `n${node.id}:${i}`;
      const known = edges.get(key);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (known === undefined) edges.set(key, nodeEdge(key, node, i, [source.key, target.key], picture));
      else if (known.state === 'idle') edges.set(key, { ...known, state: edgeState(node, i, picture) });
    });
  }
  return [...edges.values()].map((edge) => {
    const count = counts.get(edge.key)!;
    return count === 1 ? edge : { ...edge, label: `× ${count}`, contribution: null, text: [] };
  });
}

function edgeState(node: TraceNode, i: number, { pass, steps }: Picture): GraphEdge['state'] {
  if (pass === null) return 'forward';
  return (steps.get(node.id)?.gradInputs[i] ?? null) === null ? 'idle' : 'ran';
}

function nodeEdge(
  key: string,
  node: TraceNode,
  i: number,
  [source, target]: readonly [string, string],
  picture: Picture,
): GraphEdge {
  const contribution = picture.steps.get(node.id)?.gradInputs[i] ?? null;
  const label = node.inputNames[i] === undefined ? '' : t('via {0}', isolate(node.inputNames[i]));
  const text = contribution === null ? [] : formatLines(contribution);
  return { key, source, target, state: edgeState(node, i, picture), label, contribution, text };
}

function backwardBoxes(picture: Picture): GraphBox[] {
  const { places, shown, trace } = picture;
  const boxes = new Map<string, GraphBox | ModuleGroup>();
  const addGroups = (group: ModuleGroup | null): void => {
    if (group === null || boxes.has(group.key)) return;
    addGroups(group.parent);
    boxes.set(group.key, group);
  };
  for (const node of trace.nodes) {
    if (!shown.has(node.id)) continue;
    const leaf = leafOf(node);
    const tensor = leaf === null ? undefined : picture.tensors.get(leaf);
    for (const place of leaf === null ? [places.of(node)] : places.ofLeaf(node)) {
      addGroups(place.closed ?? place.inside);
      if (place.closed !== null || boxes.has(place.key)) continue;
      const box = tensor === undefined ? opBox(node, picture) : leafBox(node, tensor, picture);
      boxes.set(place.key, { ...box, key: place.key, inside: place.inside?.key ?? null });
    }
  }
  const members = membersOf(picture);
  return [...boxes.values()].map((box) =>
    'kind' in box ? box : groupBox(box, members.get(box.key) ?? NOBODY, places.open.has(box.key), picture),
  );
}

const NOBODY: Members = { nodes: [], leaves: new Set() };

/** By group, what is in it at any depth. */
function membersOf({ places, shown, trace, nodes }: Picture): Map<string, Members> {
  const members = new Map<string, { nodes: TraceNode[]; leaves: Set<number> }>();
  for (const node of trace.nodes) {
    if (!shown.has(node.id) || leafOf(node) !== null) continue;
    const leaves = node.next.flatMap((edge) => {
      const to = edge === null ? undefined : nodes.get(edge.node);
      return to === undefined ? [] : (leafOf(to) ?? []);
    });
    for (let at = places.tree.of.get(node.id) ?? null; at !== null; at = at.parent) {
      const known = members.get(at.key) ?? { nodes: [], leaves: new Set() };
      members.set(at.key, known);
      known.nodes.push(node);
      for (const leaf of leaves) known.leaves.add(leaf);
    }
  }
  return members;
}

function opBox(node: TraceNode, picture: Picture): GraphBox {
  const output = picture.tensors.get(node.outputs[0] ?? -1);
  const text = nodeExpression(node, picture);
  const name = tensorName(output);
  const state = boxState(node.id, picture, picture.steps.has(node.id));
  return {
    key: `n${node.id}`,
    kind: 'op',
    node: node.id,
    tensor: output?.id ?? null,
    title: name ?? text,
    detail: name === null ? '' : text,
    badge: output === undefined ? node.name : `${node.name} · ${formatType(output)}`,
    source: node.source,
    state,
    lines: opLines(node, picture, state),
  };
}

function leafBox(node: TraceNode, tensor: TraceTensor, picture: Picture): GraphBox {
  const key = `t${tensor.id}`;
  const taken = picture.pass?.accumulations.some((item) => item.tensor === tensor.id) ?? false;
  const state = boxState(node.id, picture, taken || picture.arriving.has(key));
  return {
    key,
    kind: 'leaf',
    node: node.id,
    tensor: tensor.id,
    title: tensorName(tensor) ?? t('leaf'),
    detail: '',
    badge: `${t('leaf')} · ${formatType(tensor)}`,
    source: tensor.source,
    state,
    lines: leafLines(tensor, key, picture, state),
  };
}

function boxState(node: number, { trace, pass }: Picture, ran: boolean): BoxState {
  const last = trace.passes.at(-1) ?? null;
  if (trace.error?.node === node && (pass === null || pass === last)) return 'failed';
  return pass === null ? 'plain' : ran ? 'ran' : 'idle';
}

function seed(pass: Pass, root: number, at: number, picture: Picture): { box: GraphBox; edge: GraphEdge } {
  const tensor = picture.tensors.get(root);
  const gradient = pass.gradients[at] ?? null;
  const node = tensor === undefined ? undefined : picture.nodes.get(gradFnAt(tensor, pass.at) ?? -1);
  const key = `s${at}`;
  const box: GraphBox = {
    key,
    kind: 'seed',
    node: null,
    tensor: root,
    title: t('gradient'),
    detail: '',
    badge: t('enters at {0}', tensorName(tensor) ?? t('the result')),
    source: pass.source,
    state: seedState(pass, gradient, picture),
    lines: seedLines(pass, gradient, seedState(pass, gradient, picture)),
  };
  const source = node === undefined ? `t${root}` : placeOfRoot(node, picture);
  const edge: GraphEdge = {
    key: `${key}:0`,
    source,
    target: key,
    state: 'seed',
    label: '',
    contribution: gradient,
    text: [],
  };
  return { box, edge: gradient === null || box.state === 'failed' ? { ...edge, state: 'idle' } : edge };
}

function placeOfRoot(node: TraceNode, { places, shown }: Picture): string {
  if (!shown.has(node.id)) return boxKey(node);
  return leafOf(node) === null ? places.of(node).key : places.ofLeaf(node)[0]!.key;
}

function seedState(pass: Pass, gradient: Value | null, { trace }: Picture): BoxState {
  const elsewhere = pass === trace.passes.at(-1) && trace.error?.node != null;
  if (refusedBy(pass) && !elsewhere) return 'failed';
  return gradient === null ? 'idle' : 'ran';
}

/** Without a single node: what was computed from what. */
function tensorGraph(trace: Trace, pass: Pass | null): Pick<DrawnGraph, 'boxes' | 'edges'> {
  const look = indexOf(trace);
  const boxes = trace.tensors.map((tensor): GraphBox => {
    const made =
      tensor.origin === null || tensor.origin.inputs.length === 0
        ? ''
        : expression(tensor.origin.op, tensor.origin.inputs, look);
    const name = tensorName(tensor);
    return {
      key: `t${tensor.id}`,
      kind: 'tensor',
      node: null,
      tensor: tensor.id,
      title: name ?? (made || isolate(tensor.origin?.op ?? t('tensor'))),
      detail: name === null ? '' : made,
      badge: `${tensor.requiresGrad ? t('leaf') : t('no grad')} · ${formatType(tensor)}`,
      source: tensor.source,
      state: 'plain',
      lines: tensorLines(tensor, { trace, pass }),
    };
  });
  const edges = trace.tensors.flatMap((tensor) =>
    (tensor.origin?.inputs ?? [])
      .filter((input) => input !== tensor.id && look.tensors.has(input))
      .map((input, i): GraphEdge => {
        const [source, target] = [`t${input}`, `t${tensor.id}`];
        return { key: `${target}<${i}`, source, target, state: 'forward', label: '', contribution: null, text: [] };
      }),
  );
  return { boxes, edges };
}
