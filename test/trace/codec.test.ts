import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeEvents, decodeTrace, encodeTrace } from '../../src/trace/codec.ts';
import { TraceError } from '../../src/trace/errors.ts';
import { fold, squareEvents } from './events.ts';

const trace = fold(squareEvents());
const text = encodeTrace(trace);

const refuses = (damaged: string, code: string, message: RegExp) =>
  assert.throws(
    () => decodeTrace(damaged),
    (error) => error instanceof TraceError && error.code === code && message.test(error.message),
  );

describe('a trace as text', () => {
  it('comes back as it was', () => {
    assert.deepEqual(decodeTrace(text), trace);
  });

  it('ignores fields that a later version added', () => {
    assert.deepEqual(decodeTrace(text.replace('{"version":1', '{"new":[1],"version":1')), trace);
  });

  it('of another version is refused by its number', () => {
    refuses(text.replace('"version":1', '"version":7'), 'version', /version 7.*reads version 1/);
    refuses('{}', 'format', /no object with a version/);
  });

  it('that was cut off is refused', () => {
    refuses(text.slice(0, 1000), 'format', /cut off or damaged/);
    refuses('', 'format', /empty/);
    refuses('PK\u0003\u0004', 'format', /damaged|not JSON/);
  });

  it('that lacks or mistakes a field is refused by the path to it', () => {
    refuses(text.replace('"retainGraph":true', '"retainGraph":"yes"'), 'format', /passes\.0\.retainGraph/);
    refuses(JSON.stringify({ ...trace, tensors: undefined }), 'format', /tensors/);
  });

  it('that nests lists by the ten thousand is refused without a crash', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    refuses(text.replace('"data":[3]', `"data":${deep}`), 'format', /deep/);
  });
});

describe('a batch of events as text', () => {
  it('comes back as it was', () => {
    assert.deepEqual(decodeEvents(JSON.stringify(squareEvents())), squareEvents());
  });

  it('is refused as a whole where one is wrong', () => {
    const events = [...squareEvents(), { kind: 'step', node: -1, gradOutputs: [], gradInputs: [] }];
    assert.throws(() => decodeEvents(JSON.stringify(events)), TraceError);
    assert.throws(() => decodeEvents('[{"kind":"launch"}]'), TraceError);
  });
});
