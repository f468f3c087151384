import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Value } from '../../src/trace/model.ts';
import { bindingAt, nodesAtLine, passesAtLine, tensorAt } from '../../src/trace/positions.ts';
import {
  contributions,
  gradHistory,
  graphOfPass,
  labelOfNode,
  nodeById,
  tensorById,
  upstream,
  upstreamOfTensor,
  valueAtPass,
} from '../../src/trace/queries.ts';
import { at, bind, FILE, fold, node, pass, passEnd, raw, site, squareEvents, tensor } from './events.ts';

const data = (value: Value | null | undefined) => value?.data;
const square = fold(squareEvents());

describe('asking a trace about gradients', () => {
  it('tells the upstream gradient of a node and of a tensor, pass by pass', () => {
    assert.deepEqual(upstream(square, 1, 1)!.map(data), [[0.5]]);
    assert.deepEqual(data(upstreamOfTensor(square, 1, 1)), [0.5]);
    assert.deepEqual(data(upstreamOfTensor(square, 1, 0)), [3]);
  });

  it('tells the contributions that were summed, and where each came from', () => {
    const arrived = contributions(square, 0, 0);
    assert.deepEqual(
      arrived.map(({ from, inputName, value }) => [from, inputName, data(value)]),
      [
        [1, 'self', [3]],
        [1, 'other', [3]],
      ],
    );
    assert.deepEqual(
      contributions(square, 1, 1).map(({ from, value }) => [from, data(value)]),
      [[null, [0.5]]],
    );
  });

  it('tells how the accumulated .grad of a leaf grew', () => {
    const history = gradHistory(square, 0);
    assert.deepEqual(
      history.map((item) => [item.pass, data(item.before), data(item.incoming), data(item.after)]),
      [
        [0, undefined, [6], [6]],
        [1, [6], [3], [9]],
      ],
    );
  });

  it('answers with nothing where there is nothing', () => {
    assert.equal(upstream(square, 7, 1), null);
    assert.equal(upstream(square, 0, 99), null);
    assert.equal(upstreamOfTensor(square, 0, 99), null);
    assert.deepEqual(contributions(square, -1, 0), []);
    assert.equal(valueAtPass(square, 99, 0), null);
    assert.equal(nodeById(square, -1), null);
  });

  it('tells what a tensor held when a pass began', () => {
    const change = { kind: 'update', tensor: 0, op: 'add_', version: 1, gradFn: null, site: null } as const;
    const trace = fold([
      tensor(0, [1]),
      pass([0], [null]),
      passEnd(),
      { ...change, value: raw([2]) },
      pass([0], [null]),
      passEnd(),
      { ...change, value: raw([3]) },
    ]);
    assert.deepEqual(
      [0, 1, 2].map((index) => data(valueAtPass(trace, 0, index))),
      [[1], [2], [3]],
    );
  });

  it('tells which part of the graph a pass reaches', () => {
    const trace = fold([...squareEvents(), tensor(2, [1], { gradFn: 2 }), node(2, { outputs: [2] })]);
    const graph = graphOfPass(trace, 0);
    assert.deepEqual(
      graph.nodes.map(({ id }) => id),
      [0, 1],
    );
    assert.deepEqual(graph.edges, [
      { from: 1, input: 0, to: 0, output: 0 },
      { from: 1, input: 1, to: 0, output: 0 },
    ]);
  });

  it('names nodes by what the program calls their tensors', () => {
    assert.equal(labelOfNode(square, nodeById(square, 0)!), 'AccumulateGrad (x)');
    assert.equal(labelOfNode(square, nodeById(square, 1)!), 'MulBackward0 (y)');
  });

  it('walks a graph of 100,000 nodes without recursion', () => {
    const chain = Array.from({ length: 100_000 }, (_, i) =>
      node(i, { next: i === 0 ? [] : [{ node: i - 1, index: 0 }] }),
    );
    const trace = fold([...chain, tensor(0, [1], { gradFn: 99_999 }), pass([0], [null])]);
    assert.equal(graphOfPass(trace, 0).nodes.length, 100_000);
  });
});

describe('asking a trace about a place in the text', () => {
  it('finds the tensor of the smallest expression', () => {
    assert.equal(tensorAt(square, FILE, 2, 6)!.id, 1);
    assert.equal(tensorAt(square, FILE, 1, 0)!.id, 0);
    assert.equal(tensorAt(square, FILE, 9, 0), null);
    assert.equal(tensorAt(square, '/other.py', 2, 6), null);
  });

  it('finds what a line made', () => {
    assert.deepEqual(
      nodesAtLine(square, FILE, 2).map(({ id }) => id),
      [0, 1],
    );
    assert.deepEqual(
      passesAtLine(square, FILE, 3).map(({ index }) => index),
      [0, 1],
    );
  });

  const held = (line: number, column: number, name: string, scope?: string) => {
    const trace = fold([
      ...[1, 2, 3, 4, 5].map((id) => tensor(id, [id])),
      ...[1, 3, 5, 7, 9].map((row, id) => site(id, at(row, 4, 5))),
      bind('x', 1, 0),
      bind('x', 2, 1, 'f'),
      bind('x', 3, 4),
      bind('x', 4, 1, 'f'),
      bind('w', 5, 3, 'f'),
    ]);
    const place = { file: FILE, line, column, name, ...(scope === undefined ? {} : { scope }) };
    const binding = bindingAt(trace, place);
    return binding === null ? null : tensorById(trace, binding.tensor)!.id;
  };

  it('tells what a name held: bound right there, or above', () => {
    assert.equal(held(1, 4, 'x', ''), 1);
    assert.equal(held(8, 0, 'x', ''), 1);
    assert.equal(held(9, 4, 'x', ''), 3);
    assert.equal(held(20, 0, 'x', ''), 3);
  });

  it('looks in the function first, at its last run, and then around it', () => {
    assert.equal(held(4, 0, 'x', 'f'), 4);
    assert.equal(held(4, 0, 'x', 'f.<locals>.g'), 4);
    assert.equal(held(4, 0, 'x', 'h'), 1);
    assert.equal(held(7, 0, 'nothing'), null);
  });

  it('takes the last binding where none is above, as a loop does', () => {
    assert.equal(held(2, 0, 'w', 'f'), 5);
  });
});
