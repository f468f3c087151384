/** Draws edges: the line against the forward flow, with the contribution beside it. */
import type { Selection } from 'd3';
import type { GraphEdge } from '../graph.ts';
import type { Direction, Point } from '../layout/index.ts';
import { pathOf } from '../layout/path.ts';
import type { SceneEdge } from '../scene.ts';
import { truncate } from '../text.ts';

type Layer = Selection<SVGGElement, unknown, null, undefined>;
type Edges = Selection<SVGGElement, SceneEdge, SVGGElement, unknown>;

const LABEL_BASE = 11;
const NUMBER_LINE = 16;

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
      .attr('orient', 'auto')
      .append('path')
      .attr('d', 'M0 0.6 8 4 0 7.4z');
  }
}

export function renderEdges(
  layer: Layer,
  edges: readonly SceneEdge[],
  direction: Direction,
  selection: string | null,
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
    .attr('class', ({ edge }) => `edge ${edge.state}${touches(edge, selection) ? ' lit' : ''}`)
    .attr('data-key', ({ edge }) => edge.key);
  groups
    .select('.line')
    .attr('d', ({ edge, at }) => pathOf(edge.state === 'forward' ? at.points : backward(at.points), direction))
    .attr('marker-end', ({ edge }) => `url(#arrow-${edge.state === 'seed' ? 'ran' : edge.state})`);
  renderLabels(groups);
}

/** The arrow points at what receives. */
function backward(points: readonly Point[]): Point[] {
  return points.toReversed();
}

function touches({ source, target }: GraphEdge, selection: string | null): boolean {
  return selection !== null && (source === selection || target === selection);
}

interface LabelLine {
  readonly text: string;
  readonly full: string;
  readonly className: string;
  readonly y: number;
}

function renderLabels(groups: Edges): void {
  groups
    .select<SVGGElement>('.label')
    .attr('transform', ({ at }) => (at.label === null ? null : `translate(${at.label.x + 6},${at.label.y})`))
    .selectAll<SVGTextElement, LabelLine>('text')
    .data(labelLines)
    .join('text')
    .attr('class', ({ className }) => className)
    .attr('y', ({ y }) => y)
    .attr('data-full', ({ text, full }) => (text === full ? null : full))
    .text(({ text }) => text);
}

function labelLines({ edge, at }: SceneEdge): LabelLine[] {
  if (at.label === null || edge.text.length === 0) return [];
  const width = at.label.width - 6;
  const free = at.label.height - LABEL_BASE - 4 - NUMBER_LINE * edge.text.length;
  const line = (full: string, className: string, y: number): LabelLine => ({
    text: truncate(full, width, className === 'label' ? 'label' : 'mono'),
    full,
    className,
    y: y + Math.max(0, free),
  });
  return [
    line(edge.label, 'label via', LABEL_BASE),
    ...edge.text.map((text, i) => line(text, 'mono contribution', LABEL_BASE + NUMBER_LINE * (i + 1))),
  ];
}
