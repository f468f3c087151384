/** The pictures of what the engine records of examples/*.py. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { drawGraph } from '../../src/webview/graph.ts';
import { makeScene } from '../../src/webview/scene.ts';
import { makeHost } from '../runtime/run-program.ts';
import { exampleNames, recordExample } from './recorded.ts';

const host = makeHost();
after(() => host.dispose());

describe('a recorded trace', () => {
  for (const name of exampleNames) {
    it(`is drawn in every pass and direction (${name})`, async () => {
      const trace = await recordExample(host, name);
      for (const pass of [null, ...trace.passes.keys()]) {
        for (const direction of ['right', 'down'] as const) {
          const { graph, layout, boxes } = makeScene(trace, pass, 'run', direction, { width: 900, height: 600 });
          assert.equal(layout.nodes.length, graph.boxes.length);
          assert.equal(layout.edges.length, graph.edges.length);
          assert.ok(boxes.every(({ card, at }) => card.width <= at.width && card.height <= at.height));
        }
      }
    });
  }

  it('of three passes sums two equal contributions into each accumulation', async () => {
    const trace = await recordExample(host, '5_three_passes.py');
    const sums = trace.passes.map((_, pass) => {
      const { edges, boxes } = drawGraph(trace, pass);
      const sent = edges.filter(({ state }) => state === 'ran').map(({ text }) => text.join());
      const leaf = boxes.find(({ kind }) => kind === 'leaf');
      assert.equal(sent.length, 2);
      assert.equal(sent[0], sent[1]);
      return leaf?.lines.find(({ role }) => role === 'after')?.text.join();
    });
    assert.deepEqual(sums, [
      '[ 2., 10., 12., 20., 32.]',
      '[ 2.2000, 11.0000, 13.2000, 22.0000, 35.2000]',
      '[ 3.2000, 12.0000, 14.4000, 24.0000, 41.6000]',
    ]);
  });

  it('marks the second backward through a freed graph, and an earlier call that was refused', async () => {
    const trace = await recordExample(host, '6_second_backward.py');
    const states = trace.passes.map((_, pass) =>
      drawGraph(trace, pass).boxes.map(({ kind, state }) => `${kind} ${state}`),
    );
    assert.deepEqual(states, [
      ['leaf idle', 'op idle', 'seed failed'],
      ['leaf ran', 'op ran', 'seed ran'],
      ['leaf idle', 'op failed', 'seed ran'],
    ]);
  });
});
