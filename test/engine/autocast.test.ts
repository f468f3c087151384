import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listed } from '../../src/engine/autocast.ts';
import { table } from '../../src/engine/registry.ts';
import '../../src/engine/index.ts';

describe('autocast', () => {
  it('lists ops that there are', () => {
    const names = new Set(table.map(({ def }) => def.name));
    assert.deepEqual(
      [...listed.keys()].filter((name) => !names.has(name)),
      [],
    );
  });
});
