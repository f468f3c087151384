/** The engine beside PyTorch's operator database; what of it passes is in statuses.json, neither more nor less. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { conformance, differences, type Entry, status } from '../../tools/conformance.mjs';
import { readStatuses, STATUSES, type Statuses } from './statuses.ts';

const entries = await conformance(
  join(process.cwd(), 'out/conformance'),
  Math.min(4, Math.max(2, availableParallelism())),
);
if (process.env['ACCEPT']) writeFileSync(STATUSES, `${JSON.stringify(statuses(), null, 2)}\n`);
const accepted = readStatuses();

describe("every entry of PyTorch's operator database stands as statuses.json says", () => {
  for (const [name, entry] of entries) {
    it(name, () => {
      const expected = accepted.autograd[name] ?? accepted.others[name];
      assert.equal(
        status(entry),
        expected,
        `${expected} before, now ${status(entry)}\n${differences(entry, 3).join('\n')}`,
      );
    });
  }

  it('statuses.json names no entry that there is not', () => {
    const known = [...Object.keys(accepted.autograd), ...Object.keys(accepted.others)];
    assert.deepEqual(
      known.filter((name) => !entries.has(name)),
      [],
    );
  });
});

function statuses(): Statuses {
  const those = (wanted: (entry: Entry) => boolean): Record<string, string> =>
    Object.fromEntries(
      [...entries]
        .filter(([, entry]) => wanted(entry))
        .map(([name, entry]) => [name, status(entry)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return { autograd: those((entry) => entry.autograd), others: those((entry) => !entry.autograd) };
}
