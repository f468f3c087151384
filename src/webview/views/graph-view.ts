/** The graph: draws what is in view, keeps the viewport, moves the focus by arrow keys. */
import { pointer, type Selection, type ZoomTransform } from 'd3';
import { t } from '../l10n.ts';
import { boundsOf, overlaps, type Point, type Rect, type Size } from '../layout/index.ts';
import type { Transform } from '../saved-state.ts';
import type { Scene, SceneBox } from '../scene.ts';
import type { Flow } from '../store.ts';
import { NO_TINTS, type Tints } from '../tints.ts';
import { animateMoves } from './animate.ts';
import { addMarkers, renderEdges } from './edge-view.ts';
import type { Html } from './elements.ts';
import { makeFarCanvas } from './far-canvas.ts';
import { renderFrames } from './frame-view.ts';
import { makeMinimap } from './minimap.ts';
import { nearest } from './nearest.ts';
import { renderNodes } from './node-view.ts';
import { makeViewport } from './viewport.ts';

/** Up to this many boxes everything is in the document; above, what is in view. */
const DRAW_ALL = 150;
/** Below this scale so many boxes are drawn on a canvas. */
const CANVAS_BELOW = 0.45;
/** Below this scale text is not legible and left out. */
const FAR = 0.3;
/** How much around the view is drawn too, as a part of it. */
const MARGIN = 0.25;

export interface GraphEvents {
  readonly onActivate: (key: string) => void;
  readonly onEscape: () => void;
  /** Opens or closes a group. */
  readonly onFold: (key: string) => void;
  /** Where the user has moved the picture to; null once it is fitted. */
  readonly onTransform: (transform: Transform | null) => void;
}
export interface GraphView {
  readonly draw: (scene: Scene, selection: string | null, tints: Tints, flow: Flow) => void;
  /** Sets the viewport for a scene that is new to the user; `saved` wins where it shows any of it. */
  readonly open: (saved: Transform | null) => void;
  /** After another scene: a fresh run is fitted unless the user has moved it, and nothing may leave the view empty. */
  readonly settle: (fresh: boolean) => void;
  readonly fitAll: () => void;
  readonly zoomBy: (direction: 1 | -1) => void;
  readonly reveal: (key: string) => void;
  readonly room: () => Size;
  readonly resized: () => void;
}

export function makeGraphView(parent: Html, events: GraphEvents): GraphView {
  const far = makeFarCanvas(parent);
  const svg = parent.append('svg').attr('class', 'graph').attr('role', 'group').attr('aria-label', t('Backward graph'));
  addMarkers(svg.append('defs'));
  const content = svg.append('g').attr('class', 'viewport');
  const frameLayer = content.append('g').attr('class', 'frames').attr('aria-hidden', 'true');
  const edgeLayer = content.append('g').attr('class', 'edges');
  const nodeLayer = content.append('g').attr('class', 'nodes');
  const minimap = makeMinimap(parent, (x, y) => viewport.centreAt(x, y));
  let scene: Scene | null = null;
  let tints: Tints = NO_TINTS;
  let flow: Flow = 'backward';
  /** The group that was opened or closed: it stays where it is on the screen. */
  let held: string | null = null;
  let selection: string | null = null;
  let focus: string | null = null;
  /** A selection that has not been seen yet: what it opens beside the graph may cover it. */
  let unseen = false;
  let frame = 0;

  const viewport = makeViewport(svg.node()!, (transform, moved) => {
    content.attr('transform', transform.toString());
    events.onTransform(moved ? { x: transform.x, y: transform.y, k: transform.k } : null);
    if (scene !== null && scene.boxes.length > DRAW_ALL) schedule();
    else svg.classed('far', transform.k < FAR);
    if (scene !== null) minimap.draw(scene, transform, viewport.room());
  });
  const schedule = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(paint);
  };
  const paint = (): void => {
    if (scene === null) return;
    const { boxes, edges, frames } = isFar(scene) ? drawFar(scene) : inElements(scene);
    if (!boxes.some(({ box }) => box.key === focus)) focus = boxes[0]?.box.key ?? null;
    svg.classed('far', viewport.transform().k < FAR);
    renderFrames(frameLayer, frames);
    renderEdges(edgeLayer, edges, scene.layout.direction, selection, flow);
    renderNodes(nodeLayer, boxes, {
      graph: scene.graph,
      selection,
      focus,
      onActivate: activate,
      tints,
      onFold: fold,
      onFocus: setFocus,
    });
  };
  const isFar = ({ boxes }: Scene): boolean => boxes.length > DRAW_ALL && viewport.transform().k < CANVAS_BELOW;
  /** Only what has the focus is an element then. */
  const drawFar = (drawn: Scene): Pick<Scene, 'boxes' | 'edges' | 'frames'> => {
    far.draw(drawn, viewport.transform(), viewport.room(), selection, tints);
    return { boxes: drawn.boxes.filter(({ box }) => box.key === focus), edges: [], frames: [] };
  };
  const inElements = (drawn: Scene): Pick<Scene, 'boxes' | 'edges' | 'frames'> => {
    far.clear();
    if (drawn.boxes.length <= DRAW_ALL) return drawn;
    const view = visibleRect(viewport.transform(), viewport.room(), MARGIN);
    return {
      boxes: drawn.boxes.filter(({ at, box }) => overlaps(at, view) || box.key === focus),
      edges: drawn.edges.filter(({ at }) => overlaps(boundsOf(at), view)),
      frames: drawn.frames.filter((frame) => overlaps(frame, view)),
    };
  };
  const frames = (): Selection<SVGRectElement, SceneBox, SVGGElement, unknown> =>
    nodeLayer.selectAll<SVGGElement, SceneBox>('g.node').select<SVGRectElement>('.frame');
  const activate = (key: string): void => {
    setFocus(key);
    events.onActivate(key);
  };
  const fold = (key: string): void => {
    setFocus(key);
    held = key;
    events.onFold(key);
  };
  const setFocus = (key: string): void => {
    if (focus === key) return;
    focus = key;
    frames().attr('tabindex', ({ box }) => (box.key === key ? 0 : -1));
  };
  const reveal = (key: string, byUser = false): void => {
    const item = scene?.boxes.find(({ box }) => box.key === key);
    if (item !== undefined) viewport.reveal(item.at, byUser);
  };
  const move = (key: string): boolean => {
    const from = scene?.boxes.find(({ box }) => box.key === focus);
    const to =
      scene === null || from === undefined
        ? null
        : nearest(
            from.at,
            scene.boxes.map(({ at }) => at),
            key,
          );
    if (to === null) return false;
    focus = to;
    reveal(to, true);
    paint();
    frames()
      .filter(({ box }) => box.key === to)
      .node()
      ?.focus({ preventScroll: true });
    return true;
  };
  svg.on('click', (event: MouseEvent) => {
    if (scene === null || event.target !== svg.node() || !isFar(scene)) return;
    const [x, y] = viewport.transform().invert(pointer(event, svg.node()));
    const hit = scene.boxes.find(({ at }) => overlaps(at, { x, y, width: 0, height: 0 }));
    if (hit !== undefined) activate(hit.box.key);
  });
  svg.on('keydown', (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (handleKey(event.key)) event.preventDefault();
  });
  const isGroup = (key: string | null): boolean =>
    scene?.boxes.some(({ box }) => box.key === key && box.kind === 'group') ?? false;
  const handleKey = (key: string): boolean => {
    if (key === ' ' && isGroup(focus)) fold(focus!);
    else if ((key === 'Enter' || key === ' ') && focus !== null) events.onActivate(focus);
    else if (key === 'Escape') events.onEscape();
    else if (key === '+' || key === '=') viewport.zoomBy(1);
    else if (key === '-') viewport.zoomBy(-1);
    else if (key === '0') fitAll();
    else return move(key);
    return true;
  };
  const openScene = (drawn: Scene): void => viewport.open(drawn.layout, focusOf(drawn, selection));
  const inView = ({ boxes }: Scene): boolean => {
    const view = visibleRect(viewport.transform(), viewport.room(), 0);
    return boxes.some(({ at }) => overlaps(at, view));
  };
  const fitAll = (): void => {
    if (scene !== null) viewport.fitTo(scene.layout);
  };
  return {
    draw: (next, selected, colours, arrows) => {
      unseen ||= scene !== null && selected !== null && selected !== selection;
      const before = scene;
      scene = next;
      selection = selected;
      tints = colours;
      flow = arrows;
      const moved = before === null || held === null ? null : shiftOf(held, before, next);
      if (moved !== null) viewport.follow(moved);
      paint();
      if (moved !== null && before !== null) animateMoves(content.node()!, before, next, moved);
      if (moved !== null) held = null;
      minimap.draw(next, viewport.transform(), viewport.room());
    },
    open: (saved) => {
      if (saved !== null) viewport.restore(saved);
      if (scene !== null && (saved === null || !inView(scene))) openScene(scene);
      paint();
    },
    settle: (fresh) => {
      if (scene === null || scene.boxes.length === 0) return;
      if (!inView(scene) || (fresh && !viewport.moved())) openScene(scene);
    },
    fitAll,
    zoomBy: viewport.zoomBy,
    reveal: (key) => reveal(key),
    room: viewport.room,
    resized: () => {
      if (scene !== null && !viewport.moved()) openScene(scene);
      else if (unseen && selection !== null) reveal(selection);
      unseen = false;
      schedule();
    },
  };
}

/** What a picture that is too large to show whole starts at: the selection, a failure, else where the gradient enters. */
function focusOf(scene: Scene, selection: string | null): Rect | null {
  const chosen = scene.boxes.find(({ box }) => box.key === selection);
  const failed = scene.boxes.find(({ box }) => box.state === 'failed');
  return (chosen ?? failed ?? scene.boxes.find(({ box }) => box.kind === 'seed') ?? scene.boxes.at(-1))?.at ?? null;
}

/** How far a box goes from one picture to the next; null while that is not there. */
function shiftOf(key: string, before: Scene, after: Scene): Point | null {
  if (before.layout === after.layout) return null;
  const [from, to] = [before, after].map(({ boxes }) => boxes.find(({ box }) => box.key === key)?.at);
  return from === undefined || to === undefined ? null : { x: to.x - from.x, y: to.y - from.y };
}

/** What the window shows, in the graph's coordinates, and a margin around it. */
function visibleRect({ k, x, y }: ZoomTransform, { width, height }: Size, margin: number): Rect {
  return {
    x: (-x - width * margin) / k,
    y: (-y - height * margin) / k,
    width: (width * (1 + 2 * margin)) / k,
    height: (height * (1 + 2 * margin)) / k,
  };
}
