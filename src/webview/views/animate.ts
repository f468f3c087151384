/** What a picture's boxes do when a group opens or closes: they go to their new places, unless the user wants things calm. */
import type { Point } from '../layout/index.ts';
import type { Scene } from '../scene.ts';

const DURATION = 190;
/** More elements than these do not hold a frame's time. */
const MOST = 300;

/** `moved` is how far the group itself went: the viewport has followed it. */
export function animateMoves(content: SVGGElement, before: Scene, after: Scene, moved: Point): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const nodes = [...content.querySelectorAll<SVGGElement>('.node')];
  if (nodes.length > MOST) return;
  const places = new Map(before.boxes.map(({ box, at }) => [box.key, at]));
  const now = new Map(after.boxes.map(({ box, at }) => [box.key, at]));
  const options = { duration: DURATION, easing: 'ease-out' };
  for (const node of nodes) {
    const key = node.dataset['key'] ?? '';
    const [from, to] = [places.get(key), now.get(key)];
    if (to === undefined) continue;
    if (from === undefined) node.animate([{ opacity: 0 }, { opacity: 1 }], options);
    else node.animate([translate(from.x + moved.x, from.y + moved.y), translate(to.x, to.y)], options);
  }
  for (const other of content.querySelectorAll('.edge, .group-frame')) {
    other.animate([{ opacity: 0 }, { opacity: 1 }], options);
  }
}

const translate = (x: number, y: number): Keyframe => ({ transform: `translate(${x}px, ${y}px)` });
