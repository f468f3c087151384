/** Marks on boxes and edges: found, on a path, at the caret. */
import type { Scene } from '../scene.ts';

export type Mark = 'found' | 'path' | 'caret';
export interface Marks {
  readonly boxes: ReadonlyMap<string, Mark>;
  readonly edges: ReadonlySet<string>;
}

export function withMarks(scene: Scene, { boxes: marked, edges: lit }: Marks): Scene {
  if (marked.size === 0 && lit.size === 0) return scene;
  const boxes = scene.boxes.map((item) => {
    const mark = marked.get(item.box.key);
    return mark === undefined ? item : { ...item, box: { ...item.box, mark } };
  });
  const edges = scene.edges.map((item) =>
    lit.has(item.edge.key) ? { ...item, edge: { ...item.edge, onPath: true } } : item,
  );
  return {
    ...scene,
    graph: { ...scene.graph, boxes: boxes.map(({ box }) => box), edges: edges.map(({ edge }) => edge) },
    boxes,
    edges,
  };
}
