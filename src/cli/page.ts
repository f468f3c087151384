import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trace } from '../trace/model.ts';
import { standalonePage } from '../trace/page.ts';
import { reason } from './program.ts';

/** Writes the panel with the trace in it, as one file. Null, or why not. */
export function writePage(path: string, trace: Trace, distDir: string): string | null {
  try {
    const [script, style] = ['panel.js', 'panel.css'].map((name) => readFileSync(join(distDir, name), 'utf8'));
    const nonce = randomBytes(18).toString('base64url');
    // The page stands alone: there is no map beside it.
    const alone = (text = ''): string => text.replace(/\n?(?:\/\/|\/\*)# sourceMappingURL=.*\s*$/, '\n');
    writeFileSync(path, standalonePage(trace, { script: alone(script), style: alone(style), nonce }));
    return null;
  } catch (error) {
    return `${path}: ${reason(error)}`;
  }
}
