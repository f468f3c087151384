/** Traces that the engine itself recorded from examples/*.py. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as v from 'valibot';
import { Trace } from '../../src/trace/model.ts';
import { drawGraph } from '../../src/webview/graph.ts';
import { makeScene } from '../../src/webview/scene.ts';

const FOLDER = 'test/fixtures/traces';
const read = (file: string): Trace => v.parse(Trace, JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')));

describe('a recorded trace', () => {
  for (const file of readdirSync(FOLDER)) {
    it(`is drawn in every pass and direction (${file})`, () => {
      const trace = read(file);
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

  it('of three passes sums two equal contributions into each accumulation', () => {
    const trace = read('5_three_passes.trace.json');
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

  it('marks the second backward through a freed graph, and an earlier call that was refused', () => {
    const trace = read('6_second_backward.trace.json');
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
