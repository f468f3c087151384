/** The graph from afar: many boxes, too small to read, on a canvas under the one that is drawn as elements. */
import type { ZoomTransform } from 'd3';
import type { BoxState, GraphBox, GraphEdge } from '../graph.ts';
import { isSelected } from '../graph.ts';
import { boundsOf, overlaps, type Rect, type Size } from '../layout/index.ts';
import type { Scene, SceneEdge } from '../scene.ts';
import { truncate } from '../text.ts';
import type { Tints } from '../tints.ts';
import type { Html } from './elements.ts';

/** In pixels of the screen: a box that is lower bears no name, a line that is shorter no bend. */
const NAME_HEIGHT = 11;
const FONT = 11;

export interface FarCanvas {
  readonly draw: (scene: Scene, transform: ZoomTransform, room: Size, selection: string | null, tints: Tints) => void;
  readonly clear: () => void;
}

export function makeFarCanvas(parent: Html): FarCanvas {
  const canvas = parent
    .append<HTMLCanvasElement>('canvas')
    .attr('class', 'far-canvas')
    .attr('aria-hidden', 'true')
    .node()!;
  const context = canvas.getContext('2d')!;
  let empty = true;
  const resize = ({ width, height }: Size): void => {
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
  };
  const clear = (): void => {
    if (empty) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    empty = true;
  };
  return {
    clear,
    draw: (scene, { x, y, k }, room, selection, tints) => {
      resize(room);
      empty = false;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      const ratio = devicePixelRatio;
      context.setTransform(k * ratio, 0, 0, k * ratio, x * ratio, y * ratio);
      const view = { x: -x / k, y: -y / k, width: room.width / k, height: room.height / k };
      drawAll(context, scene, { view, k, selection, tints, colours: coloursOf(canvas) });
    },
  };
}

interface Look {
  readonly view: Rect;
  readonly k: number;
  readonly selection: string | null;
  readonly tints: Tints;
  readonly colours: Colours;
}
type Colours = Readonly<
  Record<'upstream' | 'grad' | 'card' | 'line' | 'dim' | 'accent' | 'text' | 'error' | 'tint', string>
>;

/** The theme's, as they are now. */
function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    upstream: of('--upstream'),
    grad: of('--grad'),
    card: of('--card'),
    line: of('--vscode-descriptionForeground'),
    dim: of('--dim'),
    accent: of('--accent'),
    text: of('--vscode-foreground'),
    error: of('--vscode-errorForeground'),
    tint: of('--tint'),
  };
}

function drawAll(context: CanvasRenderingContext2D, scene: Scene, look: Look): void {
  const { view, colours, k } = look;
  context.fillStyle = colours.text;
  context.globalAlpha = 0.05;
  for (const frame of scene.frames) {
    if (overlaps(frame, view)) context.fillRect(frame.x, frame.y, frame.width, frame.height);
  }
  context.globalAlpha = 1;
  context.lineWidth = Math.min(1.5 / k, 6);
  drawLines(context, scene.edges, look, (edge) => edge.state === 'ran' || edge.state === 'seed', colours.upstream);
  drawLines(context, scene.edges, look, (edge) => edge.state !== 'ran' && edge.state !== 'seed', colours.dim);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `600 ${FONT / k}px ${getComputedStyle(context.canvas).fontFamily}`;
  for (const { box, at } of scene.boxes) if (overlaps(at, view)) drawBox(context, box, at, look);
}

function drawLines(
  context: CanvasRenderingContext2D,
  edges: readonly SceneEdge[],
  { view, selection, k }: Look,
  wanted: (edge: GraphEdge) => boolean,
  colour: string,
): void {
  const lit = new Path2D();
  context.beginPath();
  for (const { edge, at } of edges) {
    if (!wanted(edge) || !overlaps(boundsOf(at), view)) continue;
    const chosen = isSelected({ key: edge.source }, selection) || isSelected({ key: edge.target }, selection);
    const path = chosen ? lit : context;
    at.points.forEach((point, i) => {
      if (i === 0) path.moveTo(point.x, point.y);
      else path.lineTo(point.x, point.y);
    });
  }
  context.strokeStyle = colour;
  context.stroke();
  const width = context.lineWidth;
  context.lineWidth = Math.max(width, 2.5 / k);
  context.stroke(lit);
  context.lineWidth = width;
}

const OUTLINES: Readonly<Record<BoxState, keyof Colours | null>> = {
  failed: 'error',
  idle: 'dim',
  ran: null,
  plain: null,
};

function drawBox(
  context: CanvasRenderingContext2D,
  box: GraphBox,
  at: Rect,
  { colours, k, selection, tints }: Look,
): void {
  context.fillStyle = colours.card;
  context.fillRect(at.x, at.y, at.width, at.height);
  const tint = tints.of(box.key);
  if (tint !== null) {
    context.globalAlpha = tint.share;
    context.fillStyle =
      tint.colour === null ? colours.tint : getComputedStyle(context.canvas).getPropertyValue(tint.colour);
    context.fillRect(at.x, at.y, at.width, at.height);
    context.globalAlpha = 1;
  }
  const chosen = isSelected(box, selection);
  const own = box.kind === 'leaf' ? 'grad' : box.kind === 'seed' ? 'upstream' : 'line';
  context.strokeStyle = colours[chosen ? 'accent' : (OUTLINES[box.state] ?? own)];
  context.lineWidth = (chosen ? 2.5 : 1) / k;
  context.strokeRect(at.x, at.y, at.width, at.height);
  if (at.height * k < NAME_HEIGHT) return;
  context.fillStyle = colours.text;
  context.fillText(truncate(box.title, at.width * k * 1.1, 'small'), at.x + at.width / 2, at.y + at.height / 2);
}
