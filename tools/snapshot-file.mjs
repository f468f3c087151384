// Writes a memory snapshot of Pyodide's as the guest reads it (src/runtime/guest/snapshot.ts says how it is laid out): without the parts of
// the heap that are zero.

const MARK = 'BPSN';
/** WebAssembly's page. */
const CHUNK = 64 * 1024;

/**
 * `snapshot` is what `makeMemorySnapshot()` answers; `fresh` the heap of a module that was only just made. Where that is not zero,
 * zeros of the snapshot have to be written.
 */
export function snapshotFile(snapshot, fresh) {
  // Pyodide's own: a mark, where the heap begins, ...
  const headBytes = new DataView(snapshot.buffer, snapshot.byteOffset).getUint32(4, true);
  const heap = snapshot.subarray(headBytes);
  const runs = runsOf(heap, fresh);
  const words = [headBytes, heap.length, runs.length, ...runs.flat()];
  const index = Buffer.alloc(4 + 4 * words.length);
  index.write(MARK, 'latin1');
  for (const [i, word] of words.entries()) index.writeUInt32LE(word, 4 + 4 * i);
  return Buffer.concat([
    index,
    snapshot.subarray(0, headBytes),
    ...runs.map(([start, size]) => heap.subarray(start, start + size)),
  ]);
}

/** [start, size] of what is to be written, in whole chunks. */
function runsOf(heap, fresh) {
  const runs = [];
  for (let start = 0; start < heap.length; start += CHUNK) {
    const end = Math.min(start + CHUNK, heap.length);
    if (isZero(heap.subarray(start, end)) && isZero(fresh.subarray(start, end))) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === start) last[1] += end - start;
    else runs.push([start, end - start]);
  }
  return runs;
}

function isZero(bytes) {
  return bytes.every((byte) => byte === 0);
}
