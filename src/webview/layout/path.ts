/** A line's points as an SVG path: straight inside layers, an S in the gaps. */
import type { Direction, Point } from './types.ts';

export function pathOf(points: readonly Point[], direction: Direction): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let before = first;
  const parts = [`M${coordinates(first)}`];
  for (const point of rest) {
    parts.push(segment(before, point, direction));
    before = point;
  }
  return parts.join('');
}

function segment(from: Point, to: Point, direction: Direction): string {
  if (Math.abs(from.x - to.x) < 0.5 || Math.abs(from.y - to.y) < 0.5) return `L${coordinates(to)}`;
  const middle = direction === 'right' ? (from.x + to.x) / 2 : (from.y + to.y) / 2;
  const leave = direction === 'right' ? { x: middle, y: from.y } : { x: from.x, y: middle };
  const arrive = direction === 'right' ? { x: middle, y: to.y } : { x: to.x, y: middle };
  return `C${coordinates(leave)} ${coordinates(arrive)} ${coordinates(to)}`;
}

function coordinates({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
