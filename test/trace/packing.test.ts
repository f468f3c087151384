import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TraceError } from '../../src/trace/errors.ts';
import { TraceEvent } from '../../src/trace/events.ts';
import { createPacker, createUnpacker, type Pack } from '../../src/trace/packing.ts';
import { FILE, raw, squareEvents, step, tensor } from './events.ts';

const owned = ({ words, texts }: Pack): Pack => ({ words: words.slice(), texts });

function pack(events: readonly TraceEvent[]): Pack {
  const packer = createPacker(TraceEvent);
  events.forEach(packer.add);
  return owned(packer.take());
}

const unpack = (one: Pack): TraceEvent[] => createUnpacker(TraceEvent)(one);

describe('packed events', () => {
  it('are read as they were written', () => {
    assert.deepEqual(unpack(pack(squareEvents())), squareEvents());
  });

  it('keep elements that are no numbers', () => {
    const events = [
      tensor(0, ['nan', 1.5, '-inf']),
      tensor(1, [true, false]),
      tensor(2, ['1+2j', '9223372036854775807']),
    ];
    assert.deepEqual(unpack(pack(events)), events);
  });

  it('keep values that have no data, and texts of any length', () => {
    const stats = { min: null, max: 1e300, mean: 0.1, std: null, norm: null, zeros: 3, nans: 1, infs: 0 };
    const value = { shape: [100], dtype: 'float32', stats, preview: { head: [1, 2, 3], tail: ['nan', 0, 1] } };
    const output = { kind: 'output', stream: 'stderr', text: `${'long '.repeat(100)}\ud800`, site: null } as const;
    const events = [step(1, [value, null], [raw([1])]), output, output];
    assert.deepEqual(unpack(pack(events)), events);
  });

  it('are read pack by pack', () => {
    const packer = createPacker(TraceEvent);
    const read = createUnpacker(TraceEvent);
    for (let i = 0; i < 3; i++) {
      for (const event of squareEvents()) packer.add(event);
      assert.deepEqual(read(owned(packer.take())), squareEvents());
    }
    assert.equal(packer.size, 0);
  });

  it('say each text once', () => {
    const site = { kind: 'site', id: 1, source: { file: FILE, line: 1, column: 0, endLine: 1, endColumn: 5 } } as const;
    assert.deepEqual(pack([site, { ...site, id: 2 }]).texts, [FILE]);
  });

  it('are refused when they are cut off', () => {
    const { words, texts } = pack(squareEvents());
    const whole = unpack({ words, texts }).length;
    for (let length = 1; length < words.length; length++) {
      try {
        assert.ok(unpack({ words: words.slice(0, length), texts }).length < whole);
      } catch (error) {
        assert.ok(error instanceof TraceError, String(error));
      }
    }
  });

  it('are refused, or others, when a word is damaged; never a failure of another kind', () => {
    const { words, texts } = pack(squareEvents());
    for (let at = 0; at < words.length; at++) {
      for (const word of [-1, 0.5, 1e9, Number.NaN, Number.POSITIVE_INFINITY, 7]) {
        const damaged = words.slice();
        damaged[at] = word;
        try {
          unpack({ words: damaged, texts });
        } catch (error) {
          assert.ok(error instanceof TraceError, String(error));
        }
      }
    }
  });

  it('are refused when a text is missing', () => {
    const { words } = pack(squareEvents());
    assert.throws(() => unpack({ words, texts: [] }), TraceError);
  });
});
