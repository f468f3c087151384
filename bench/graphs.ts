/** The graphs that layouts are measured on: walked from real models, with a size for every node and the module that made it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LayoutInput } from '../src/webview/layout/index.ts';

export const GRAPHS = ['d_resnet18', 'e_gpt2', 'e_gpt12', 'f_lstm100', 'g_gpt10k'] as const;

interface Stored {
  readonly nodes: readonly { id: string; kind: string; width: number; height: number; module: string }[];
  readonly edges: readonly { source: string; target: string }[];
  readonly modules: readonly { path: string; parent: string }[];
}

/** A parameter is drawn at each of its uses, as the panel does it. */
export function readGraph(name: string): LayoutInput {
  const file = join(process.cwd(), 'bench/graphs', `${name}.json.gz`);
  const { nodes, edges, modules } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Stored;
  const known = new Map(nodes.map((node) => [node.id, node]));
  const uses = new Map<string, number>();
  const copies: Stored['nodes'][number][] = [];
  const drawn = edges.map(({ source, target }, at) => {
    const node = known.get(source)!;
    const count = (uses.get(source) ?? 0) + 1;
    uses.set(source, count);
    if (node.kind !== 'param' || count === 1) return { id: `e${at}`, source, target, label: null };
    const id = `${source}@${count}`;
    copies.push({ ...node, id, module: known.get(target)!.module });
    return { id: `e${at}`, source: id, target, label: null };
  });
  return {
    nodes: [...nodes, ...copies].map(({ id, width, height, module }) => ({
      id,
      width,
      height,
      group: module === '' ? null : module,
    })),
    edges: drawn,
    groups: modules.map(({ path, parent }) => ({
      id: path,
      parent: parent === '' ? null : parent,
      header: { width: 26 + 7 * path.split('/').at(-1)!.length, height: 26 },
    })),
    direction: 'down',
  };
}
