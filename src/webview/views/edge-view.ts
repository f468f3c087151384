/** Draws edges: the line against the forward flow, with the contribution beside it. */
import type { Selection } from 'd3';
import { edgeLabelTexts, type LabelText } from '../edge-label.ts';
import { type GraphEdge, isSelected } from '../graph.ts';
import type { Direction, Point } from '../layout/index.ts';
import { pathOf } from '../layout/path.ts';
import type { SceneEdge } from '../scene.ts';
import type { Flow } from '../store.ts';

type Layer = Selection<SVGGElement, unknown, null, undefined>;
type Edges = Selection<SVGGElement, SceneEdge, SVGGElement, unknown>;

export function addMarkers(defs: Selection<SVGDefsElement, unknown, null, undefined>): void {
  for (const kind of ['ran', 'idle', 'forward']) {
    defs
      .append('marker')
      .attr('id', `arrow-${kind}`)
      .attr('class', `arrow ${kind}`)
      .attr('viewBox', '0 0 8 8')
      .attr('refX', 7)
      .attr('refY', 4)
      .attr('markerWidth', 10)
      .attr('markerHeight', 10)
      .attr('markerUnits', 'userSpaceOnUse')
      .attr('orient', 'auto-start-reverse')
      .append('path')
      .attr('d', 'M0 0.6 8 4 0 7.4z');
  }
}

export function renderEdges(
  layer: Layer,
  edges: readonly SceneEdge[],
  direction: Direction,
  selection: string | null,
  flow: Flow = 'backward',
): void {
  const groups: Edges = layer
    .selectAll<SVGGElement, SceneEdge>('g.edge')
    .data(edges, ({ edge }) => edge.key)
    .join((enter) => {
      const group = enter.append('g').attr('aria-hidden', 'true');
      group.append('path').attr('class', 'line');
      group.append('g').attr('class', 'label');
      return group;
    })
    .attr('class', ({ edge }) => `${edgeClass(edge, selection)} flow-${flow}`)
    .attr('data-key', ({ edge }) => edge.key);
  groups
    .select('.line')
    .attr('d', ({ edge, at }) => pathOf(runsForward(edge, flow) ? at.points : backward(at.points), direction))
    .attr('marker-start', ({ edge }) => (flow === 'both' && edge.state !== 'seed' ? 'url(#arrow-forward)' : null))
    .attr('marker-end', ({ edge }) => {
      const kind = edge.state === 'seed' ? 'ran' : edge.state;
      return `url(#arrow-${runsForward(edge, flow) ? 'forward' : kind})`;
    });
  renderLabels(groups, direction);
}

function edgeClass(edge: GraphEdge, selection: string | null): string {
  const turn = edge.turn === undefined ? '' : ' turn-now';
  const path = edge.onPath === true ? ' on-path' : '';
  return `edge ${edge.state}${turn}${path}${touches(edge, selection) ? ' lit' : ''}`;
}

/** The gradient that is given enters the graph, whichever way the rest is read. */
function runsForward({ state }: GraphEdge, flow: Flow): boolean {
  return state === 'forward' || (flow === 'forward' && state !== 'seed');
}

/** The arrow points at what receives. */
function backward(points: readonly Point[]): Point[] {
  return points.toReversed();
}

function touches({ source, target }: GraphEdge, selection: string | null): boolean {
  return isSelected({ key: source }, selection) || isSelected({ key: target }, selection);
}

function renderLabels(groups: Edges, direction: Direction): void {
  groups
    .select<SVGGElement>('.label')
    .selectAll<SVGTextElement, LabelText>('text')
    .data(({ edge, at }) => edgeLabelTexts(edge, at.label, direction))
    .join('text')
    .attr('class', ({ font, tone }) => `${font} ${tone}`)
    .attr('text-anchor', ({ anchor }) => anchor)
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .attr('data-full', ({ text, full }) => (text === full ? null : full))
    .text(({ text }) => text);
}
