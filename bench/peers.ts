/** JavaScript libraries that do the same rows, each cell in a process of its own. `tools/peers.mjs` has installed them. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const dir = join(process.cwd(), 'out/peers');
const LIMIT_MS = 60_000;
/** Milliseconds of warming up and of measuring. */
const TIME = '300,400';

export const PEERS = ['tfjs-wasm', 'jax-js', 'jax-js-jit'] as const;

/** Median milliseconds of a row; a dash where the library cannot do it. */
export function peerTime(peer: (typeof PEERS)[number], row: string): number | null {
  const script = join(dir, peer.startsWith('tfjs') ? 'tfjs.out.mjs' : 'jax.mjs');
  if (!existsSync(script)) return null;
  const env = { ...process.env, PEER: peer, PEERS_DIR: dir, PEERS_TIME: TIME };
  try {
    const lines = execFileSync(process.execPath, [script, row], {
      encoding: 'utf8',
      env,
      timeout: LIMIT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).split('\n');
    const found = JSON.parse(lines.findLast((line) => line.startsWith('{')) ?? '{}') as { ms_median?: number };
    return found.ms_median ?? null;
  } catch {
    return null;
  }
}
