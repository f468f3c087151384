import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Direction,
  type Layout,
  type LayoutInput,
  layoutGraph,
  type Point,
  type Rect,
} from '../../src/webview/layout/index.ts';
import { makeScene } from '../../src/webview/scene.ts';
import * as programs from './programs.ts';

const DIRECTIONS: readonly Direction[] = ['right', 'down'];

const PICTURES = {
  'three passes': programs.threePasses(),
  'a failing pass': programs.nonScalar(),
  'no backward pass': programs.noBackward(),
  'no gradients at all': programs.noGrad(),
  'a perceptron': programs.perceptron(4),
  'hostile names': programs.hostile(),
  'a chain over one weight': programs.chain(60),
};

describe('layout', () => {
  for (const [name, trace] of Object.entries(PICTURES)) {
    for (const direction of DIRECTIONS) {
      it(`keeps boxes, labels and lines of ${name} apart (${direction})`, () => {
        const { layout } = makeScene(trace, trace.passes.length - 1, 'run', direction, { width: 900, height: 600 });
        assertApart(layout);
      });
    }
  }

  it('keeps random graphs apart', () => {
    for (let seed = 1; seed <= 40; seed++) {
      for (const direction of DIRECTIONS) assertApart(layoutGraph(randomGraph(seed, 4 + seed, direction)));
    }
  });

  it('keeps random graphs apart that are nested, and every group around what it holds', () => {
    for (let seed = 1; seed <= 30; seed++) {
      for (const direction of DIRECTIONS) {
        const input = nested(randomGraph(seed, 12 + seed, direction));
        const layout = layoutGraph(input);
        assertApart(layout);
        assertHeld(input, layout);
      }
    }
  });

  it('lays out groups that are alike alike, and remembers them', () => {
    const block = (at: number) => ['a', 'b', 'c'].map((name) => ({ id: `${name}${at}`, group: `g${at}`, ...SIZE }));
    const inner = (at: number) => [edge(`a${at}`, `b${at}`), edge(`a${at}`, `c${at}`), edge(`b${at}`, `c${at}`)];
    const blocks = [0, 1, 2, 3];
    const layout = layoutGraph({
      nodes: blocks.flatMap(block),
      edges: blocks.flatMap((at) => [...inner(at), ...(at === 0 ? [] : [edge(`c${at - 1}`, `a${at}`)])]),
      groups: blocks.map((at) => ({ id: `g${at}`, parent: null, header: SIZE })),
      direction: 'down',
    });
    const sizes = layout.groups.map(({ width, height }) => [width, height]);
    assert.deepEqual(sizes[1], sizes[2]);
    assertApart(layout);
  });

  it('gives the same picture for the same graph', () => {
    assert.deepEqual(layoutGraph(randomGraph(7, 30, 'right')), layoutGraph(randomGraph(7, 30, 'right')));
  });

  it('lets every edge run forward', () => {
    const layout = layoutGraph(randomGraph(3, 25, 'right'));
    for (const { points } of layout.edges) assert.ok(points[0]!.x < points.at(-1)!.x);
  });

  it('spreads parallel edges', () => {
    const edges = ['a', 'b', 'c'].map((id) => ({ id, source: 'x', target: 'y', label: null }));
    const nodes = ['x', 'y'].map((id) => ({ id, width: 100, height: 60 }));
    const layout = layoutGraph({ nodes, edges, direction: 'right' });
    assert.equal(new Set(layout.edges.map(({ points }) => points[0]!.y)).size, 3);
  });

  it('lays out a chain of 1,000 nodes over one weight without a deep stack', () => {
    const trace = programs.chain(1000);
    const { layout } = makeScene(trace, 0, 'run', 'down', { width: 900, height: 600 });
    // The weight stands at each of its 1,000 uses.
    assert.equal(layout.nodes.length, 2002);
    assertApart(layout, 120);
  });

  it('survives cycles, loops, unknown ends and emptiness', () => {
    const nodes = ['a', 'b', 'c'].map((id) => ({ id, width: 50, height: 30 }));
    const edges = [edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('a', 'a'), edge('a', 'nowhere')];
    assertApart(layoutGraph({ nodes, edges, direction: 'right' }));
    assert.deepEqual(layoutGraph({ nodes: [], edges: [], direction: 'down' }).nodes, []);
  });
});

const SIZE = { width: 90, height: 40 };
const edge = (source: string, target: string) => ({ id: source + target, source, target, label: null });

/** Runs of neighbours in groups of eight, and these in groups of two. */
function nested(input: LayoutInput): LayoutInput {
  const nodes = input.nodes.map((node, at) => ({ ...node, group: at % 8 > 5 ? null : `g${Math.floor(at / 8)}` }));
  const count = Math.ceil(nodes.length / 8);
  const header = { width: 130, height: 24 };
  const inner = Array.from({ length: count }, (_, at) => ({ id: `g${at}`, parent: `h${Math.floor(at / 2)}`, header }));
  const outer = Array.from({ length: count }, (_, at) => ({ id: `h${at}`, parent: null, header })).filter(
    (_, at) => at * 2 < count,
  );
  const order = new Map(input.nodes.map(({ id }, at) => [id, at]));
  // What lies between two groups comes after them: a group that is left is not entered again.
  const sorted = [...nodes].sort((a, b) => order.get(a.id)! - order.get(b.id)!);
  const loose = sorted.map((node) =>
    node.group === null ? { ...node, group: `h${Math.floor(order.get(node.id)! / 16)}` } : node,
  );
  return { ...input, nodes: loose, groups: [...inner, ...outer] };
}

function assertHeld(input: LayoutInput, { nodes, groups }: Layout): void {
  const frames = new Map(groups.map((frame) => [frame.id, frame]));
  const inside = (a: Rect, b: Rect): boolean =>
    a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width + 0.01 && a.y + a.height <= b.y + b.height + 0.01;
  input.nodes.forEach(({ id, group }, at) => {
    if (group != null) assert.ok(inside(nodes[at]!, frames.get(group)!), `${id} is in ${group}`);
  });
  for (const { id, parent } of input.groups!) {
    if (parent !== null) assert.ok(inside(frames.get(id)!, frames.get(parent)!), `${id} is in ${parent}`);
  }
  const tops = groups.filter(({ id }) => id.startsWith('h'));
  tops.forEach((a, i) => {
    for (const b of tops.slice(i + 1)) assert.ok(!overlap(a, b), `${a.id} overlaps ${b.id}`);
  });
}

/** No two boxes or labels overlap, and no line passes through a box or a label that is not its own. */
function assertApart(layout: Layout, sample = Number.POSITIVE_INFINITY): void {
  const labels = layout.edges.flatMap(({ id, label }) => (label === null ? [] : [{ ...label, id: `label ${id}` }]));
  const boxes = [...layout.nodes, ...labels].sort((a, b) => a.y - b.y);
  boxes.forEach((a, i) => {
    for (let j = i + 1; j < boxes.length && boxes[j]!.y < a.y + a.height - 0.01; j++) {
      assert.ok(!overlap(a, boxes[j]!), `${a.id} overlaps ${boxes[j]!.id}`);
    }
  });
  const step = Math.max(1, Math.floor(layout.edges.length / sample));
  layout.edges.forEach(({ id, points }, at) => {
    if (at % step !== 0) return;
    const line = points.slice(1).flatMap((to, i) => curve(points[i]!, to, layout.direction));
    for (const box of boxes) {
      const inner = { x: box.x + 0.5, y: box.y + 0.5, width: box.width - 1, height: box.height - 1 };
      const hit = line.find((point) => contains(inner, point));
      assert.equal(hit, undefined, `edge ${id} passes through ${box.id}`);
    }
  });
  for (const box of boxes) {
    assert.ok(
      box.x >= -0.01 &&
        box.y >= -0.01 &&
        box.x + box.width <= layout.width + 0.01 &&
        box.y + box.height <= layout.height + 0.01,
    );
  }
}

function overlap(a: Rect, b: Rect): boolean {
  const apart = 0.01;
  return (
    a.x + apart < b.x + b.width &&
    b.x + apart < a.x + a.width &&
    a.y + apart < b.y + b.height &&
    b.y + apart < a.y + a.height
  );
}

function contains(box: Rect, { x, y }: Point): boolean {
  return x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
}

/** Points of the drawn line, as `pathOf` draws it. */
function curve(from: Point, to: Point, direction: Direction): Point[] {
  const middle = direction === 'right' ? (from.x + to.x) / 2 : (from.y + to.y) / 2;
  const straight = from.x === to.x || from.y === to.y;
  const leave = straight ? from : direction === 'right' ? { x: middle, y: from.y } : { x: from.x, y: middle };
  const arrive = straight ? to : direction === 'right' ? { x: middle, y: to.y } : { x: to.x, y: middle };
  return Array.from({ length: 17 }, (_, i) => {
    const t = i / 16;
    const mix = (k: 'x' | 'y'): number =>
      (1 - t) ** 3 * from[k] + 3 * (1 - t) ** 2 * t * leave[k] + 3 * (1 - t) * t ** 2 * arrive[k] + t ** 3 * to[k];
    return { x: mix('x'), y: mix('y') };
  });
}

function randomGraph(seed: number, size: number, direction: Direction): LayoutInput {
  let state = seed * 2654435761;
  const random = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % limit;
  };
  const nodes = Array.from({ length: size }, (_, i) => ({
    id: `n${i}`,
    width: 60 + random(200),
    height: 40 + random(120),
  }));
  const edges = Array.from({ length: size * 2 }, (_, i) => {
    const target = 1 + random(size - 1);
    const label = random(3) === 0 ? null : { width: 40 + random(160), height: 30 + random(30) };
    return { id: `e${i}`, source: `n${random(target)}`, target: `n${target}`, label };
  });
  return { nodes, edges, direction };
}
