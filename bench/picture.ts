/** What a drawing of a graph is worth: what lies on what, what crosses, and how long the lines are. */
import type { Direction, Layout, Point, Rect } from '../src/webview/layout/index.ts';

/** Boxes and lines as any library gives them. Lines are polylines, with the two boxes that each joins. */
export interface Picture {
  readonly boxes: readonly Rect[];
  readonly lines: readonly { readonly points: readonly Point[]; readonly ends: readonly [number, number] }[];
}
export interface Worth {
  readonly overlaps: number;
  readonly through: number;
  readonly crossings: number;
  readonly length: number;
}

const SLACK = 0.6;
/** Points of a curve that stand for it. */
const SAMPLES = 6;

export function worthOf({ boxes, lines }: Picture): Worth {
  const segments = lines.flatMap(({ points }, line) =>
    points.slice(1).map((to, i): Segment => ({ line, from: points[i]!, to, ...spanOf(points[i]!, to) })),
  );
  return {
    overlaps: countOverlaps(boxes),
    through: countThrough(boxes, lines, segments),
    crossings: countCrossings(lines, segments),
    length: segments.reduce((sum, { from, to }) => sum + Math.hypot(to.x - from.x, to.y - from.y), 0),
  };
}

/** The panel's own lines: straight along the flow, an S between. */
export function linesOf(layout: Layout, ends: readonly (readonly [number, number])[]): Picture['lines'] {
  return layout.edges.map(({ points }, at) => ({
    ends: ends[at]!,
    points: points.flatMap((to, i) => (i === 0 ? [to] : bend(points[i - 1]!, to, layout.direction))),
  }));
}

function bend(from: Point, to: Point, direction: Direction): Point[] {
  if (Math.abs(from.x - to.x) < 0.5 || Math.abs(from.y - to.y) < 0.5) return [to];
  const [leave, arrive] =
    direction === 'down'
      ? [
          { x: from.x, y: (from.y + to.y) / 2 },
          { x: to.x, y: (from.y + to.y) / 2 },
        ]
      : [
          { x: (from.x + to.x) / 2, y: from.y },
          { x: (from.x + to.x) / 2, y: to.y },
        ];
  return cubic(from, leave, arrive, to);
}

/** Of a Bézier curve, without its first point. */
export function cubic(a: Point, b: Point, c: Point, d: Point): Point[] {
  return Array.from({ length: SAMPLES }, (_, i) => {
    const t = (i + 1) / SAMPLES;
    const [p, q, r, s] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t ** 3];
    return { x: p * a.x + q * b.x + r * c.x + s * d.x, y: p * a.y + q * b.y + r * c.y + s * d.y };
  });
}

interface Segment {
  readonly line: number;
  readonly from: Point;
  readonly to: Point;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

function spanOf(a: Point, b: Point): Pick<Segment, 'top' | 'bottom' | 'left' | 'right'> {
  return {
    top: Math.min(a.y, b.y),
    bottom: Math.max(a.y, b.y),
    left: Math.min(a.x, b.x),
    right: Math.max(a.x, b.x),
  };
}

function countOverlaps(boxes: readonly Rect[]): number {
  const sorted = boxes.toSorted((a, b) => a.y - b.y);
  let count = 0;
  sorted.forEach((a, i) => {
    for (let j = i + 1; j < sorted.length && sorted[j]!.y < a.y + a.height - SLACK; j++) {
      const b = sorted[j]!;
      if (a.x < b.x + b.width - SLACK && b.x < a.x + a.width - SLACK) count += 1;
    }
  });
  return count;
}

/** Lines that touch the inside of a box that is not at one of their ends. */
function countThrough(boxes: readonly Rect[], lines: Picture['lines'], segments: readonly Segment[]): number {
  const order = boxes.map((box, at) => ({ box, at })).sort((a, b) => a.box.y - b.box.y);
  const tallest = boxes.reduce((max, { height }) => Math.max(max, height), 0);
  const hit = new Set<number>();
  for (const segment of segments) {
    let at = firstFrom(order, segment.top - tallest);
    for (; at < order.length && order[at]!.box.y <= segment.bottom; at++) {
      const { box, at: index } = order[at]!;
      if (lines[segment.line]!.ends.includes(index) || !passes(segment, box)) continue;
      hit.add(segment.line);
    }
  }
  return hit.size;
}

function firstFrom(order: readonly { readonly box: Rect }[], y: number): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order[middle]!.box.y < y) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a segment has a point inside a box (Liang and Barsky's clipping). */
function passes({ from, to }: Segment, { x, y, width, height }: Rect): boolean {
  let [enter, leave] = [0, 1];
  const sides = [
    [from.x - to.x, from.x - (x + SLACK)],
    [to.x - from.x, x + width - SLACK - from.x],
    [from.y - to.y, from.y - (y + SLACK)],
    [to.y - from.y, y + height - SLACK - from.y],
  ] as const;
  for (const [p, q] of sides) {
    if (p === 0 && q < 0) return false;
    if (p < 0) enter = Math.max(enter, q / p);
    if (p > 0) leave = Math.min(leave, q / p);
  }
  return enter < leave;
}

function countCrossings(lines: Picture['lines'], segments: readonly Segment[]): number {
  const sorted = segments.toSorted((a, b) => a.top - b.top);
  let active: Segment[] = [];
  let count = 0;
  for (const segment of sorted) {
    active = active.filter(({ bottom }) => bottom >= segment.top);
    for (const other of active) {
      if (other.line === segment.line || other.right < segment.left || segment.right < other.left) continue;
      const [a, b] = [lines[segment.line]!.ends, lines[other.line]!.ends];
      if (!a.some((end) => b.includes(end)) && cross(segment, other)) count += 1;
    }
    active.push(segment);
  }
  return count;
}

function cross(a: Segment, b: Segment): boolean {
  const side = (p: Point, q: Point, r: Point): number => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return (
    side(a.from, a.to, b.from) * side(a.from, a.to, b.to) < 0 &&
    side(b.from, b.to, a.from) * side(b.from, b.to, a.to) < 0
  );
}
