/** Boxes by what one types: a variable, an operation, a module, a line. */
import { indexOf } from '../../trace/index-of.ts';
import type { Trace } from '../../trace/model.ts';
import type { DrawnGraph, GraphBox } from '../graph.ts';

/** All words must be found; `12` and `:12` are a line too. */
export function searchBoxes(graph: DrawnGraph, trace: Trace, query: string): GraphBox[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  return graph.boxes.filter((box) => {
    const text = textOf(box, trace);
    return words.every((word) => text.includes(word) || lineOf(word) === box.source?.line);
  });
}

function textOf(box: GraphBox, trace: Trace): string {
  const { nodes, tensors } = indexOf(trace);
  const names = tensors.get(box.tensor ?? -1)?.names ?? [];
  const node = nodes.get(box.node ?? -1);
  return [box.title, box.detail, box.badge, ...names, node?.op ?? '', node?.module ?? ''].join(' ').toLowerCase();
}

function lineOf(word: string): number | null {
  const found = /^(?:l|:|line:?)?(\d+)$/.exec(word);
  return found === null ? null : Number(found[1]);
}
