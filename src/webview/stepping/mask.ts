/** The picture as it is part of the way through a pass: what has not happened yet is not there. */
import type { Trace } from '../../trace/model.ts';
import { makeCard } from '../card.ts';
import type { BoxLine, GraphBox, GraphEdge, LineRole } from '../graph.ts';
import { t } from '../l10n.ts';
import type { Scene, SceneBox } from '../scene.ts';
import { arrivedAt, isReady, type Timeline, timelineOf } from './timeline.ts';

/** Places stay: each box keeps the room that the whole pass needs. */
export function sceneAt(scene: Scene, trace: Trace, position: number): Scene {
  const { pass } = scene.graph;
  if (pass === null) return scene;
  const timeline = timelineOf(trace, pass);
  const boxes = scene.boxes.map((item) => boxAt(item, timeline, position));
  const nodes = new Map(boxes.map(({ box }) => [box.key, box.node]));
  const edges = scene.edges.map((item) => {
    const edge = edgeAt(item.edge, nodes.get(item.edge.target) ?? null, timeline, position);
    return edge === item.edge ? item : { ...item, edge };
  });
  const graph = { ...scene.graph, boxes: boxes.map(({ box }) => box), edges: edges.map(({ edge }) => edge) };
  return { ...scene, graph, boxes, edges };
}

/** Boxes whose node has a breakpoint say so. */
export function withBreakpoints(scene: Scene, nodes: readonly number[]): Scene {
  if (nodes.length === 0) return scene;
  const mark = (box: GraphBox): GraphBox =>
    box.node !== null && box.kind !== 'seed' && nodes.includes(box.node) ? { ...box, breaks: true } : box;
  const boxes = scene.boxes.map((item) => ({ ...item, box: mark(item.box) }));
  return { ...scene, graph: { ...scene.graph, boxes: boxes.map(({ box }) => box) }, boxes };
}

function boxAt(item: SceneBox, timeline: Timeline, position: number): SceneBox {
  const box = maskBox(item.box, timeline, position);
  if (box.lines === item.box.lines) return { ...item, box };
  return { ...item, box, card: makeCard(box, item.at) };
}

function maskBox(box: GraphBox, timeline: Timeline, position: number): GraphBox {
  if (box.node === null || box.kind === 'seed' || !timeline.senders.has(box.node)) return box;
  const turn = timeline.turns.get(box.node);
  if (turn !== undefined && turn < position) return { ...box, turn: turn === position - 1 ? 'now' : 'done' };
  const { arrived, all } = arrivedAt(timeline, box.node, position);
  // `autograd.grad()` takes the gradient away where it arrives: that node has no turn.
  if (turn === undefined && arrived === all) return box;
  const ready = isReady(timeline, box.node, position);
  const gone: LineRole[] = ready ? ['after'] : ['upstream', 'incoming', 'after', 'note'];
  const lines = box.lines.filter(({ role }) => !gone.includes(role));
  if (!ready) lines.unshift(waiting(arrived, all));
  return { ...box, turn: ready ? (turn === position ? 'next' : 'ready') : 'later', lines };
}

function waiting(arrived: number, all: number): BoxLine {
  return { role: 'note', label: t('upstream'), text: [t('{0} of {1} in', arrived, all)] };
}

function edgeAt(edge: GraphEdge, from: number | null, { turns }: Timeline, position: number): GraphEdge {
  const turn = from === null ? undefined : turns.get(from);
  if (turn === undefined || turn < position - 1) return edge;
  if (turn === position - 1) return edge.state === 'ran' ? { ...edge, turn: 'now' } : edge;
  return { ...edge, state: 'idle', contribution: null, text: [] };
}
