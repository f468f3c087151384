import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeBox } from '../../src/webview/describe.ts';
import { type DrawnGraph, drawGraph, findBox, type GraphBox, type LineRole } from '../../src/webview/graph.ts';
import { defaultScope } from '../../src/webview/scene.ts';
import { TraceMaker } from './make-trace.ts';
import * as programs from './programs.ts';

function box(graph: DrawnGraph, title: string): GraphBox {
  const found = graph.boxes.find((each) => each.title === title);
  assert.ok(found, `no box ${title}`);
  return found;
}
const line = (of: GraphBox, role: LineRole): string =>
  of.lines
    .filter((each) => each.role === role)
    .map(({ text }) => text.join(' '))
    .join(' | ');

describe('the drawn graph of three passes', () => {
  const trace = programs.threePasses();

  it('has a box per node, with the leaf and its AccumulateGrad as one, and a seed', () => {
    const graph = drawGraph(trace, 0);
    assert.deepEqual(
      graph.boxes.map(({ kind, title }) => [kind, title]),
      [
        ['leaf', 'x'],
        ['op', 'y'],
        ['seed', 'gradient'],
      ],
    );
  });

  it('draws the two uses of x as two edges with a contribution each', () => {
    const edges = drawGraph(trace, 2).edges.filter(({ state }) => state === 'ran');
    assert.deepEqual(
      edges.map(({ label }) => label),
      ['via self', 'via other'],
    );
    for (const { text } of edges) assert.deepEqual(text, ['[0.5000, 0.5000, 0.6000, 1.0000, 3.2000]']);
  });

  it('shows before + incoming = after for each pass', () => {
    const sums = [0, 1, 2].map((pass) => {
      const x = box(drawGraph(trace, pass), 'x');
      return [line(x, 'before'), line(x, 'incoming'), line(x, 'after')];
    });
    assert.deepEqual(sums, [
      ['None', '[ 2., 10., 12., 20., 32.]', '[ 2., 10., 12., 20., 32.]'],
      [
        '[ 2., 10., 12., 20., 32.]',
        '[0.2000, 1.0000, 1.2000, 2.0000, 3.2000]',
        '[ 2.2000, 11.0000, 13.2000, 22.0000, 35.2000]',
      ],
      [
        '[ 2.2000, 11.0000, 13.2000, 22.0000, 35.2000]',
        '[1.0000, 1.0000, 1.2000, 2.0000, 6.4000]',
        '[ 3.2000, 12.0000, 14.4000, 24.0000, 41.6000]',
      ],
    ]);
  });

  it('shows the upstream gradient of y, and says that the incoming one is a sum', () => {
    const graph = drawGraph(trace, 2);
    assert.equal(line(box(graph, 'y'), 'upstream'), '[0.5000, 0.1000, 0.1000, 0.1000, 0.2000]');
    assert.match(line(box(graph, 'x'), 'note'), /sum of 2 contributions/);
  });

  it('says everything in words', () => {
    const graph = drawGraph(trace, 2);
    const words = describeBox(box(graph, 'y'), graph);
    for (const part of ['y', 'x * x', 'MulBackward0', 'upstream ∂L/∂y [0.5000', 'contributes to x via self: [0.5000']) {
      assert.ok(words.includes(part), `${part} in ${words}`);
    }
  });

  it('finds a box by its node, its leaf and its AccumulateGrad', () => {
    const graph = drawGraph(trace, 0);
    const accumulate = trace.nodes.find(({ name }) => name === 'AccumulateGrad')!;
    assert.equal(findBox(graph, { kind: 'node', id: accumulate.id })?.title, 'x');
    assert.equal(findBox(graph, { kind: 'tensor', id: 0 })?.title, 'x');
    assert.equal(findBox(graph, { kind: 'tensor', id: 1 })?.title, 'y');
    assert.equal(findBox(graph, { kind: 'node', id: 99 }), null);
  });
});

describe('the drawn graph', () => {
  it('marks the node that failed, and draws up to it', () => {
    const graph = drawGraph(programs.nonScalar(), 0);
    assert.equal(box(graph, 'y').state, 'failed');
    assert.match(line(box(graph, 'y'), 'error'), /scalar outputs/);
    assert.equal(box(graph, 'x').state, 'idle');
  });

  it('is the forward graph where no pass ran', () => {
    const graph = drawGraph(programs.noBackward(), null);
    assert.ok(graph.edges.every(({ state }) => state === 'forward'));
    assert.equal(line(box(graph, 'x'), 'after'), 'None');
    assert.equal(line(box(graph, 'loss'), 'upstream'), '');
  });

  it('is made of tensors where there are no nodes', () => {
    const graph = drawGraph(programs.noGrad(), null);
    assert.deepEqual(
      graph.boxes.map(({ title }) => title),
      ['a', 'b', 'a + b', 'c', 'unused'],
    );
    assert.equal(box(graph, 'c').detail, '(a + b) * a');
    assert.equal(graph.edges.length, 4);
  });

  it('dims what another pass ran, or leaves it out on request', () => {
    const trace = programs.perceptron(3);
    const whole = drawGraph(trace, 1, 'run');
    assert.equal(whole.boxes.filter(({ state, kind }) => state === 'ran' && kind === 'op').length, 8);
    assert.equal(whole.boxes.filter(({ state }) => state === 'idle').length, 16);
    assert.equal(drawGraph(trace, 1, 'pass').boxes.length, 8 + 4 + 1);
    assert.equal(defaultScope(trace), 'pass');
    assert.equal(defaultScope(programs.threePasses()), 'run');
  });

  it('says that autograd.grad() returns and leaves .grad alone', () => {
    const maker = new TraceMaker();
    const x = maker.tensor('x', [1], [16], true, 1);
    maker.backward(maker.mul('y', x, x, 2), [1], 3, 'grad');
    const leaf = box(drawGraph(maker.trace(), 0), 'x');
    assert.equal(line(leaf, 'incoming'), '[32.]');
    assert.match(line(leaf, 'note'), /returned by autograd\.grad\(\)/);
    assert.equal(line(leaf, 'after'), '');
  });

  it('copes with ids that lead nowhere', () => {
    const trace = programs.threePasses();
    const broken = { ...trace, tensors: [], passes: [{ ...trace.passes[0]!, roots: [77] }] };
    assert.doesNotThrow(() => drawGraph(broken, 0));
    assert.doesNotThrow(() => drawGraph(trace, 42));
  });
});
