// What the JavaScript peers share: inputs, the timing loop, the one line of JSON that bench/run.ts reads.
export const rnd = (n, seed, scale = 1) => {
  const a = new Float32Array(n);
  for (let i = 0; i < n; i++) a[i] = ((hash(i, seed) / 4294967296) * 2 - 1) * scale;
  return a;
};
export const ints = (n, seed, max) =>
  Int32Array.from({ length: n }, (_, i) => Math.floor((hash(i, seed) / 4294967296) * max));
function hash(i, seed) {
  let h = Math.imul(i + 1 + seed * 7919, 2654435761 | 0);
  h ^= h >>> 15;
  h = Math.imul(h, 2246822519 | 0);
  return (h ^ (h >>> 13)) >>> 0;
}

export const GPT = { C: 64, H: 4, T: 64, B: 8, V: 128, L: 2, lr: 0.1 };
/** [name, shape, kind] of each parameter; kind 'w' random +-0.08, '1' ones, '0' zeros. The seed is 100 + position. */
export function gptParams() {
  const { C, T, V, L } = GPT,
    out = [
      ['wte', [V, C], 'w'],
      ['wpe', [T, C], 'w'],
    ];
  for (let l = 0; l < L; l++) {
    out.push([`ln1g${l}`, [C], '1'], [`ln1b${l}`, [C], '0']);
    for (const k of 'qkvo') out.push([`w${k}${l}`, [C, C], 'w'], [`b${k}${l}`, [C], '0']);
    out.push([`ln2g${l}`, [C], '1'], [`ln2b${l}`, [C], '0']);
    out.push([`w1${l}`, [C, 4 * C], 'w'], [`b1${l}`, [4 * C], '0'], [`w2${l}`, [4 * C, C], 'w'], [`b2${l}`, [C], '0']);
  }
  out.push(['lnfg', [C], '1'], ['lnfb', [C], '0'], ['head', [C, V], 'w']);
  return out.map(([name, shape, kind], i) => {
    const n = shape.reduce((a, b) => a * b, 1);
    return { name, shape, data: kind === 'w' ? rnd(n, 100 + i, 0.08) : new Float32Array(n).fill(+kind) };
  });
}

const absSum = (v) =>
  typeof v === 'number'
    ? Math.abs(v)
    : Array.from(v)
        .flat(Infinity)
        .reduce((a, x) => a + Math.abs(x), 0);

/** rows: {name: () => ({run, check})}; run does one step, check (before timing) gives numbers to compare across peers. */
export async function main(peer, rows) {
  const row = process.argv[2];
  if (row === '--list') return console.log(JSON.stringify(Object.keys(rows)));
  try {
    const { run, check } = await rows[row]();
    const checked = absSum(await check());
    const t = process.env.PEERS_TIME ?? '300,600',
      [warm, budget] = t.split(',').map(Number);
    const once = async (k) => {
      const a = performance.now();
      for (let i = 0; i < k; i++) {
        const r = run();
        if (r?.then) await r;
      }
      return (performance.now() - a) / k;
    };
    let est,
      t0 = performance.now(),
      n = 0;
    do {
      est = await once(1);
      n++;
    } while ((n < 2 && est < 1000) || performance.now() - t0 < warm);
    const inner = Math.max(1, Math.ceil(1 / est)),
      s = [];
    t0 = performance.now();
    do s.push(await once(inner));
    while (s.length < 3 || (performance.now() - t0 < budget && s.length < 200));
    s.sort((a, b) => a - b);
    console.log(JSON.stringify({ peer, row, ms_median: s[s.length >> 1], ms_min: s[0], n: s.length, check: checked }));
  } catch (e) {
    console.log(
      JSON.stringify({
        peer,
        row,
        error: String(e?.message ?? e)
          .split('\n')[0]
          .slice(0, 160),
      }),
    );
  }
  process.exit(0);
}
