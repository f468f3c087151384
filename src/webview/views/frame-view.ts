/** Draws the frames of open groups, under everything else. */
import type { Selection } from 'd3';
import type { PlacedNode } from '../layout/index.ts';

export function renderFrames(
  layer: Selection<SVGGElement, unknown, null, undefined>,
  frames: readonly PlacedNode[],
): void {
  layer
    .selectAll<SVGRectElement, PlacedNode>('rect.group-frame')
    .data(frames, ({ id }) => id)
    .join('rect')
    .attr('class', 'group-frame')
    .attr('data-group', ({ id }) => id)
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .attr('width', ({ width }) => width)
    .attr('height', ({ height }) => height)
    .attr('rx', 12);
}
