/** The drawn graph: a pure view of a trace, one of its passes and how much of the run to show. */

import { formatType } from '../trace/format.ts';
import { indexOf, stepsOf } from '../trace/index-of.ts';
import type { Pass, Source, Step, Trace, TraceNode, TraceTensor, Value } from '../trace/model.ts';
import { gradFnAt, leafOf, nodesOfPass } from '../trace/queries.ts';
import { leafLines, opLines, refusedBy, seedLines, tensorLines } from './box-lines.ts';
import { expression, type Lookup, nodeExpression, tensorName } from './expression.ts';
import { formatLines } from './format.ts';
import { t } from './l10n.ts';
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
  readonly kind: 'op' | 'leaf' | 'seed' | 'tensor';
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
  /** While the pass is stepped through. */
  readonly turn?: Turn;
  /** Has a breakpoint. */
  readonly breaks?: boolean;
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
  /** Contributions that arrive, by the key of the box. */
  readonly arriving: ReadonlyMap<string, readonly Value[]>;
}

export function drawGraph(trace: Trace, passIndex: number | null, scope: Scope = 'run'): DrawnGraph {
  const pass = passIndex === null ? null : (trace.passes[passIndex] ?? null);
  if (trace.nodes.length === 0) return { ...tensorGraph(trace, pass), pass };
  const picture = makePicture(trace, pass, scope);
  const edges = trace.nodes.filter(({ id }) => picture.shown.has(id)).flatMap((node) => nodeEdges(node, picture));
  const seeds = pass === null ? [] : pass.roots.map((root, at) => seed(pass, root, at, picture));
  const all = [...edges, ...seeds.map(({ edge }) => edge)];
  const boxes = [...backwardBoxes({ ...picture, arriving: arrivals(all) }), ...seeds.map(({ box }) => box)];
  const keys = new Set(boxes.map(({ key }) => key));
  return { boxes, edges: all.filter((edge) => keys.has(edge.source) && keys.has(edge.target)), pass };
}

/** The box that stands for a node or a tensor. */
export function findBox(
  graph: DrawnGraph,
  target: { readonly kind: 'node' | 'tensor'; readonly id: number },
): GraphBox | null {
  const own = graph.boxes.find((box) => box[target.kind] === target.id && box.kind !== 'seed');
  return own ?? null;
}

function makePicture(trace: Trace, pass: Pass | null, scope: Scope): Picture {
  const look = indexOf(trace);
  const all = new Set(look.nodes.keys());
  const shown = pass !== null && scope === 'pass' ? nodesOfPass(trace, pass) : all;
  const steps = pass === null ? new Map<number, Step>() : stepsOf(pass);
  return { ...look, trace, pass, steps, shown: shown.size === 0 ? all : shown, arriving: new Map() };
}

function arrivals(edges: readonly GraphEdge[]): Map<string, Value[]> {
  const arriving = new Map<string, Value[]>();
  for (const { source, contribution } of edges) {
    if (contribution !== null) arriving.set(source, [...(arriving.get(source) ?? []), contribution]);
  }
  return arriving;
}

/** A leaf and its `AccumulateGrad` are one box. */
function boxKey(node: TraceNode): string {
  const leaf = leafOf(node);
  return leaf === null ? `n${node.id}` : `t${leaf}`;
}

function nodeEdges(node: TraceNode, picture: Picture): GraphEdge[] {
  const step = picture.steps.get(node.id);
  return node.next.flatMap((next, i): GraphEdge[] => {
    const to = next === null ? undefined : picture.nodes.get(next.node);
    if (to === undefined || !picture.shown.has(to.id)) return [];
    const contribution = step?.gradInputs[i] ?? null;
    const state = picture.pass === null ? 'forward' : contribution === null ? 'idle' : 'ran';
    const label = node.inputNames[i] === undefined ? '' : t('via {0}', isolate(node.inputNames[i]));
    const text = contribution === null ? [] : formatLines(contribution);
    return [{ key: `n${node.id}:${i}`, source: boxKey(to), target: boxKey(node), state, label, contribution, text }];
  });
}

function backwardBoxes(picture: Picture): GraphBox[] {
  const boxes: GraphBox[] = [];
  const leaves = new Set<number>();
  for (const node of picture.trace.nodes) {
    const leaf = leafOf(node);
    const tensor = leaf === null ? undefined : picture.tensors.get(leaf);
    if (!picture.shown.has(node.id) || (leaf !== null && leaves.has(leaf))) continue;
    if (leaf !== null) leaves.add(leaf);
    boxes.push(tensor === undefined ? opBox(node, picture) : leafBox(node, tensor, picture));
  }
  return boxes;
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
  const source = node === undefined ? `t${root}` : boxKey(node);
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
