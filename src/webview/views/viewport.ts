/** Pan and zoom of the graph: one transform, set by wheel, drag, buttons and keys. */
import { select, type ZoomBehavior, type ZoomTransform, zoom, zoomIdentity, zoomTransform } from 'd3';
import type { Point, Rect, Size } from '../layout/index.ts';
import type { Transform } from '../saved-state.ts';
import { FIT_MARGIN, fitScale } from '../scene.ts';

/** The first picture shows everything down to `FIT_LEAST`, and where that is too small a legible part. */
const LEGIBLE = 0.8;
const FIT_LEAST = 0.5;
const STEP = 1.3;
const SMOOTH_MS = 140;

export interface Viewport {
  readonly transform: () => ZoomTransform;
  readonly room: () => Size;
  readonly fitTo: (content: Size) => void;
  /** Fits, or where that is too small to read centres `focus`. */
  readonly open: (content: Size, focus: Rect | null) => void;
  readonly restore: (saved: Transform) => void;
  readonly zoomBy: (direction: 1 | -1) => void;
  /** Moves just enough to show `rect`. */
  readonly reveal: (rect: Rect, byUser: boolean) => void;
  /** So that what has gone so far in the graph stays where it is on the screen. */
  readonly follow: (by: Point) => void;
  /** Puts a point of the graph into the middle. */
  readonly centreAt: (x: number, y: number) => void;
  /** Whether the user has moved the picture since the last fit. */
  readonly moved: () => boolean;
}

export function makeViewport(
  svg: SVGSVGElement,
  onChange: (transform: ZoomTransform, moved: boolean) => void,
): Viewport {
  const root = select(svg);
  let moved = false;
  const behaviour: ZoomBehavior<SVGSVGElement, unknown> = zoom<SVGSVGElement, unknown>()
    .scaleExtent([0.002, 4])
    .on('zoom', (event: { transform: ZoomTransform; sourceEvent: Event | null }) => {
      if (event.sourceEvent !== null) moved = true;
      onChange(event.transform, moved);
    });
  root.call(behaviour).on('dblclick.zoom', null);
  const transform = (): ZoomTransform => zoomTransform(svg);
  const room = (): Size => ({ width: svg.clientWidth || 1, height: svg.clientHeight || 1 });
  const set = (k: number, x: number, y: number): void =>
    void root.call(behaviour.transform, zoomIdentity.translate(x, y).scale(k));
  const centre = (rect: Rect, k: number, content: Size = rect): void => {
    const { width, height } = room();
    set(k, along(rect.x, rect.width, content.width, width, k), along(rect.y, rect.height, content.height, height, k));
  };
  const fitTo = (content: Size): void => {
    moved = false;
    centre({ x: 0, y: 0, ...content }, fitScale(content, room()));
  };
  return {
    transform,
    room,
    fitTo,
    open: (content, focus) => {
      const k = fitScale(content, room());
      moved = false;
      if (k >= FIT_LEAST || focus === null) fitTo(content);
      else centre(focus, LEGIBLE, content);
    },
    restore: ({ x, y, k }) => {
      moved = true;
      set(k, x, y);
    },
    zoomBy: (direction) => {
      moved = true;
      const factor = direction > 0 ? STEP : 1 / STEP;
      if (calm()) root.call(behaviour.scaleBy, factor);
      else root.transition().duration(SMOOTH_MS).call(behaviour.scaleBy, factor);
    },
    reveal: (rect, byUser) => {
      const { k, x, y } = transform();
      const { width, height } = room();
      const dx = nudge(rect.x * k + x, rect.width * k, width);
      const dy = nudge(rect.y * k + y, rect.height * k, height);
      if (dx === 0 && dy === 0) return;
      moved ||= byUser;
      root.call(behaviour.translateBy, dx / k, dy / k);
    },
    follow: (by) => void root.call(behaviour.translateBy, -by.x, -by.y),
    centreAt: (x, y) => {
      moved = true;
      root.call(behaviour.translateTo, x, y);
    },
    moved: () => moved,
  };
}

function calm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Centres [at, at + size], or the whole where it fits, without leaving room empty beyond the content's ends. */
function along(at: number, size: number, content: number, room: number, k: number): number {
  if (content * k + 2 * FIT_MARGIN <= room) return (room - content * k) / 2;
  const wanted = room / 2 - k * (at + size / 2);
  return Math.min(FIT_MARGIN, Math.max(room - FIT_MARGIN - content * k, wanted));
}

/** How far to move so that [at, at + size] lies within [0, room]. */
function nudge(at: number, size: number, room: number): number {
  if (at < FIT_MARGIN) return FIT_MARGIN - at;
  const beyond = at + size - (room - FIT_MARGIN);
  return beyond > 0 ? -Math.min(beyond, at - FIT_MARGIN) : 0;
}
