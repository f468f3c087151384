/** The whole graph in a corner, with what is seen of it: a place to go to by the pointer. The keyboard has its keys for that. */
import type { ZoomTransform } from 'd3';
import { t } from '../l10n.ts';
import type { Rect, Size } from '../layout/index.ts';
import type { Scene } from '../scene.ts';
import { type Html, show } from './elements.ts';

const LARGEST = { width: 180, height: 130 };
const INSET = 4;
/** Boxes; with fewer there is nothing to get lost in. */
const LEAST = 12;

export interface Minimap {
  readonly draw: (scene: Scene, transform: ZoomTransform, room: Size) => void;
}

export function makeMinimap(parent: Html, onGo: (x: number, y: number) => void): Minimap {
  const canvas = parent
    .append<HTMLCanvasElement>('canvas')
    .attr('class', 'minimap')
    .attr('aria-hidden', 'true')
    .attr('title', t('The whole graph: click to go there'));
  const element = canvas.node()!;
  const context = element.getContext('2d')!;
  let drawn: { scene: Scene; picture: OffscreenCanvas; scale: number } | null = null;
  const go = (event: PointerEvent): void => {
    if (drawn === null || event.buttons === 0) return;
    event.stopPropagation();
    const box = element.getBoundingClientRect();
    onGo((event.clientX - box.left - INSET) / drawn.scale, (event.clientY - box.top - INSET) / drawn.scale);
  };
  canvas.on('pointerdown', (event: PointerEvent) => {
    element.setPointerCapture(event.pointerId);
    go(event);
  });
  canvas.on('pointermove', go);
  return {
    draw: (scene, transform, room) => {
      const view = seenRect(transform, room);
      const needed = scene.boxes.length >= LEAST && !holds(view, scene.layout);
      show(canvas, needed);
      if (!needed) return;
      if (drawn?.scene.layout !== scene.layout) drawn = { scene, ...pictureOf(scene, element) };
      drawView(context, drawn, view);
    },
  };
}

function seenRect({ x, y, k }: ZoomTransform, { width, height }: Size): Rect {
  return { x: -x / k, y: -y / k, width: width / k, height: height / k };
}

function holds(view: Rect, { width, height }: Size): boolean {
  return view.x <= 0 && view.y <= 0 && view.x + view.width >= width && view.y + view.height >= height;
}

/** Once per layout: it may be ten thousand boxes. */
function pictureOf({ layout, boxes }: Scene, element: HTMLCanvasElement): { picture: OffscreenCanvas; scale: number } {
  const scale = Math.min(LARGEST.width / layout.width, LARGEST.height / layout.height);
  const size = { width: Math.max(24, layout.width * scale), height: Math.max(24, layout.height * scale) };
  const ratio = devicePixelRatio;
  element.width = Math.ceil((size.width + 2 * INSET) * ratio);
  element.height = Math.ceil((size.height + 2 * INSET) * ratio);
  element.style.width = `${size.width + 2 * INSET}px`;
  element.style.height = `${size.height + 2 * INSET}px`;
  const picture = new OffscreenCanvas(element.width, element.height);
  const context = picture.getContext('2d')!;
  const style = getComputedStyle(element);
  context.setTransform(ratio, 0, 0, ratio, INSET * ratio, INSET * ratio);
  for (const { box, at } of boxes) {
    context.fillStyle = style.getPropertyValue(box.kind === 'leaf' ? '--grad' : '--dim');
    const [width, height] = [Math.max(1, at.width * scale), Math.max(1, at.height * scale)];
    context.fillRect(at.x * scale, at.y * scale, width, height);
  }
  return { picture, scale };
}

function drawView(
  context: CanvasRenderingContext2D,
  { picture, scale }: { picture: OffscreenCanvas; scale: number },
  view: Rect,
): void {
  const ratio = devicePixelRatio;
  const { width, height } = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.drawImage(picture, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, INSET * ratio, INSET * ratio);
  context.strokeStyle = getComputedStyle(context.canvas).getPropertyValue('--accent');
  context.lineWidth = 1.5;
  const [left, top] = [Math.max(-2, view.x * scale), Math.max(-2, view.y * scale)];
  const right = Math.min(width / ratio - 2 * INSET + 2, (view.x + view.width) * scale);
  const bottom = Math.min(height / ratio - 2 * INSET + 2, (view.y + view.height) * scale);
  context.strokeRect(left, top, Math.max(3, right - left), Math.max(3, bottom - top));
}
