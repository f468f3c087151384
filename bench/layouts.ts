/** Layouts of real graphs, beside libraries that do the same: each of them in a process of its own, cold, as a panel would be. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LayoutCache, type LayoutInput, layoutGraph } from '../src/webview/layout/index.ts';
import { GRAPHS, readGraph } from './graphs.ts';
import { cubic, linesOf, type Picture, type Worth, worthOf } from './picture.ts';

const LIBRARIES = ['dagre', 'elk', 'dot'] as const;
const LIMIT_MS = 30_000;
const dir = join(process.cwd(), 'out/peers');

export function measureLayouts(print: (row: [what: string, value: string, note: string]) => void): void {
  for (const name of GRAPHS) {
    const input = readGraph(name);
    const title = `layout of ${name.slice(2)}, ${input.nodes.length} nodes`;
    print([title, own(input), 'cold, nested per module; time, crossings, overlaps, edges through boxes, length']);
    for (const library of LIBRARIES) print([`  ${library}, flat`, peer(library, name, input), '']);
  }
}

function own(input: LayoutInput): string {
  const started = performance.now();
  const cache: LayoutCache = new Map();
  const layout = layoutGraph(input, cache);
  const ms = performance.now() - started;
  const again = performance.now();
  layoutGraph(input, cache);
  const warm = performance.now() - again;
  const picture = { boxes: layout.nodes, lines: linesOf(layout, endsOf(input)) };
  return `${words(ms, worthOf(picture))} (${warm.toFixed(0)} ms warm)`;
}

function peer(library: (typeof LIBRARIES)[number], name: string, input: LayoutInput): string {
  const script = join(dir, 'layout.mjs');
  if (!existsSync(script)) return 'not installed';
  try {
    const flat = JSON.stringify({ nodes: input.nodes, edges: input.edges });
    const answer = execFileSync(process.execPath, [script, library], {
      input: flat,
      encoding: 'utf8',
      timeout: LIMIT_MS,
      maxBuffer: 2 ** 28,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const { ms, boxes, lines, curved } = JSON.parse(answer) as Answer;
    const ends = endsOf(input);
    const drawn: Picture['lines'] = lines.map((points, at) => ({
      ends: ends[at]!,
      points: curved ? sampled(points) : points,
    }));
    return words(ms, worthOf({ boxes, lines: drawn }));
  } catch (error) {
    const late = (error as { code?: string }).code === 'ETIMEDOUT';
    return late ? `over ${LIMIT_MS / 1000} s` : `cannot lay out ${name.slice(2)}`;
  }
}

interface Answer {
  readonly ms: number;
  readonly boxes: Picture['boxes'];
  readonly lines: readonly Picture['lines'][number]['points'][];
  /** Whether the points are those of Bézier curves, three for each after the first. */
  readonly curved: boolean;
}

function sampled(points: Answer['lines'][number]): Answer['lines'][number] {
  const [first] = points;
  if (first === undefined) return [];
  const found = [first];
  for (let i = 3; i < points.length; i += 3) {
    found.push(...cubic(points[i - 3]!, points[i - 2]!, points[i - 1]!, points[i]!));
  }
  return found;
}

function endsOf({ nodes, edges }: LayoutInput): (readonly [number, number])[] {
  const order = new Map(nodes.map(({ id }, at) => [id, at]));
  return edges.map(({ source, target }) => [order.get(source)!, order.get(target)!]);
}

function words(ms: number, { crossings, overlaps, through, length }: Worth): string {
  return `${ms.toFixed(0)} ms, ${crossings} ×, ${overlaps} over, ${through} through, ${(length / 1000).toFixed(0)}k px`;
}
