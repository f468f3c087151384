import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { largeTrace, readLargeMessage, readMessage } from '../../src/webview/host.ts';
import { readSaved, toSaved } from '../../src/webview/saved-state.ts';
import { type Action, INITIAL, type Model, reduce } from '../../src/webview/store.ts';
import * as programs from './programs.ts';

const model = (...actions: Action[]): Model => actions.reduce(reduce, INITIAL);
const shown = (serial: number, trace = programs.threePasses()): Action => ({
  kind: 'state',
  state: { kind: 'trace', serial, trace, stale: false },
});

describe('the page state', () => {
  it('shows the last pass first and keeps the chosen one over runs', () => {
    assert.equal(model(shown(1)).pass, 2);
    assert.equal(model(shown(1), { kind: 'pass', pass: 1 }, shown(2)).pass, 1);
    assert.equal(model(shown(1), shown(2, programs.noBackward())).pass, null);
  });

  it('goes on with the last pass, and begins anew with another file', () => {
    const longer = programs.perceptron(5);
    assert.equal(model(shown(1), shown(2, longer)).pass, 4);
    const chosen = model(shown(1), { kind: 'pass', pass: 0 }, { kind: 'select', key: 't0', reveal: false });
    const other = reduce(chosen, shown(2, { ...longer, file: '/p/other.py' }));
    assert.deepEqual([other.pass, other.selection, other.file], [4, null, '/p/other.py']);
    assert.equal(reduce(chosen, shown(2)).selection, 't0');
  });

  it('keeps the graph while the next run goes on', () => {
    const now = model(shown(1), { kind: 'state', state: { kind: 'running', file: 'train.py' } });
    assert.equal(now.shown.kind, 'trace');
    assert.equal(now.running, 'train.py');
  });

  it('holds a pass number within what there is', () => {
    assert.equal(model(shown(1), { kind: 'pass', pass: 99 }).pass, 2);
    assert.equal(model({ kind: 'pass', pass: 3 }).pass, null);
  });

  it('comes back from what was saved, and only from that', () => {
    const saved = toSaved('/p/train.py', model(shown(1)), { x: 1, y: 2, k: 1 });
    assert.deepEqual(readSaved(structuredClone(saved)), saved);
    for (const bad of [
      null,
      undefined,
      3,
      {},
      { ...saved, version: 0 },
      { ...saved, transform: { x: 0, y: 0, k: 0 } },
    ]) {
      assert.equal(readSaved(bad), null);
    }
  });
});

describe('a message', () => {
  it('is read where it is well formed', () => {
    assert.equal(readMessage({ kind: 'stale', stale: true }).kind, 'message');
    for (const bad of [null, 1, 'x', {}, { kind: 'state' }, { kind: 'state', state: { kind: 'trace', serial: -1 } }]) {
      assert.equal(readMessage(bad).kind, 'unreadable');
    }
  });

  it('is read in slices where it is large, and says what is wrong with it', async () => {
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
    };
    const trace = programs.chain(1000);
    const message = { kind: 'state', state: { kind: 'trace', serial: 1, trace, stale: false } };
    assert.notEqual(largeTrace(message), null);
    assert.deepEqual(await readLargeMessage(message, pause), readMessage(message));
    assert.ok(pauses > 15);
    const nodes = trace.nodes.map((node, at) => (at === 700 ? { ...node, name: 7 } : node));
    const broken = { ...message, state: { ...message.state, trace: { ...trace, nodes } } };
    const read = await readLargeMessage(broken, pause);
    assert.match(read.kind === 'unreadable' ? read.why : '', /^name: /);
  });
});
