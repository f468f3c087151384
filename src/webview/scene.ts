/** Everything that the graph view draws, computed from the trace: pure, and kept while its inputs stay. */
import type { Trace } from '../trace/model.ts';
import { type Card, makeCard } from './card.ts';
import { edgeLabelSize } from './edge-label.ts';
import { type DrawnGraph, drawGraph, type GraphBox, type GraphEdge, type Scope } from './graph.ts';
import {
  type Direction,
  type Layout,
  type LayoutInput,
  layoutGraph,
  type PlacedEdge,
  type PlacedNode,
  type Size,
} from './layout/index.ts';
import type { Folds } from './structure/folds.ts';

export interface SceneBox {
  readonly box: GraphBox;
  readonly card: Card;
  readonly at: PlacedNode;
}
export interface SceneEdge {
  readonly edge: GraphEdge;
  readonly at: PlacedEdge;
}
export interface Scene {
  readonly graph: DrawnGraph;
  readonly layout: Layout;
  readonly boxes: readonly SceneBox[];
  readonly edges: readonly SceneEdge[];
  /** Frames of the open groups, outer ones first. */
  readonly frames: readonly PlacedNode[];
}

/** Boxes keep their places over passes when sizes are taken over all of them; for large runs that is too much work. */
const STABLE_PASSES = 12;
const STABLE_BOXES = 120;
/** Above this many boxes idle ones are left out until the user asks for the whole run. */
const CROWD = 24;
/** Above this many boxes both directions are not tried. */
const TRY_BOTH = 300;
/** Left to right reads like the program, and is worth a somewhat smaller picture. */
const SIDEWAYS = 1.35;

export function defaultScope(trace: Trace): Scope {
  return trace.passes.length > 1 && trace.nodes.length > CROWD ? 'pass' : 'run';
}

/** All of a scene but where things stand. */
export interface Draft {
  readonly graph: DrawnGraph;
  readonly cards: ReadonlyMap<string, Card>;
  /** One for each direction that is tried. */
  readonly inputs: readonly LayoutInput[];
}

export function draftScene(
  trace: Trace,
  pass: number | null,
  scope: Scope,
  direction: Direction | 'auto',
  folds: Folds = {},
): Draft {
  const graph = drawGraph(trace, pass, scope, folds);
  const sizes = measure(graph, trace, scope, folds);
  const cards = new Map(graph.boxes.map((box) => [box.key, makeCard(box, sizes.boxes.get(box.key))]));
  const tried = graph.boxes.length > TRY_BOTH ? (['down'] as const) : (['right', 'down'] as const);
  const directions = direction === 'auto' ? tried : [direction];
  return { graph, cards, inputs: directions.map((each) => layoutInput(graph, cards, sizes, each)) };
}

/** The scene in the direction that shows the graph larger in `room`, where several were tried. */
export function finishScene(draft: Draft, layouts: readonly Layout[], room: Size): Scene {
  const [first, second] = layouts;
  if (second === undefined || fitScale(first!, room) * SIDEWAYS >= fitScale(second, room)) return placed(draft, first!);
  return placed(draft, second);
}

export function makeScene(
  trace: Trace,
  pass: number | null,
  scope: Scope,
  direction: Direction | 'auto',
  room: Size,
  folds: Folds = {},
): Scene {
  const draft = draftScene(trace, pass, scope, direction, folds);
  const layouts = draft.inputs.map((input) => layoutGraph(input));
  return finishScene(draft, layouts, room);
}

export const FIT_MARGIN = 24;

export function fitScale(content: Size, room: Size): number {
  const width = Math.max(1, content.width + 2 * FIT_MARGIN);
  const height = Math.max(1, content.height + 2 * FIT_MARGIN);
  return Math.min(1, room.width / width, room.height / height);
}

interface Sizes {
  readonly boxes: ReadonlyMap<string, Size>;
  readonly labels: ReadonlyMap<string, Size>;
}

function measure(graph: DrawnGraph, trace: Trace, scope: Scope, folds: Folds): Sizes {
  const graphs = [graph];
  if (trace.passes.length <= STABLE_PASSES && graph.boxes.length <= STABLE_BOXES) {
    graphs.push(...trace.passes.map((_, pass) => drawGraph(trace, pass, scope, folds)));
  }
  const boxes = new Map<string, Size>();
  const labels = new Map<string, Size>();
  for (const each of graphs) {
    for (const box of each.boxes) grow(boxes, box.key, makeCard(each === graph ? box : withoutError(box)));
    for (const edge of each.edges) grow(labels, edge.key, edgeLabelSize(edge));
  }
  return { boxes, labels };
}

/** The one pass that fails may be drawn larger; the others need not keep room for its message. */
function withoutError(box: GraphBox): GraphBox {
  return { ...box, lines: box.lines.filter(({ role }) => role !== 'error') };
}

function grow(sizes: Map<string, Size>, key: string, size: Size | null): void {
  const before = sizes.get(key);
  if (size === null) return;
  const width = Math.max(size.width, before?.width ?? 0);
  sizes.set(key, { width, height: Math.max(size.height, before?.height ?? 0) });
}

function layoutInput(
  { boxes, edges }: DrawnGraph,
  cards: ReadonlyMap<string, Card>,
  sizes: Sizes,
  direction: Direction,
): LayoutInput {
  const size = (key: string): Size => ({ width: cards.get(key)!.width, height: cards.get(key)!.height });
  const open = boxes.filter((box) => box.open === true);
  return {
    nodes: boxes
      .filter((box) => box.open !== true)
      .map(({ key, inside = null }) => ({ id: key, ...size(key), group: inside })),
    edges: edges.map(({ key, source, target }) => ({ id: key, source, target, label: sizes.labels.get(key) ?? null })),
    groups: open.map(({ key, inside = null }) => ({ id: key, parent: inside, header: size(key) })),
    direction,
  };
}

function placed({ graph, cards }: Draft, layout: Layout): Scene {
  const nodes = new Map(layout.nodes.map((node) => [node.id, node]));
  const lines = new Map(layout.edges.map((edge) => [edge.id, edge]));
  return {
    graph,
    layout,
    frames: layout.groups,
    boxes: graph.boxes.map((box) => ({ box, card: cards.get(box.key)!, at: nodes.get(box.key)! })),
    edges: graph.edges.flatMap((edge) => {
      const at = lines.get(edge.key);
      return at === undefined ? [] : [{ edge, at }];
    }),
  };
}
