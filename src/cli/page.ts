import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trace } from '../trace/model.ts';
import { standalonePage } from '../trace/page.ts';
import { reason } from './program.ts';

/** Writes the panel with the trace in it, as one file. Null, or why not. */
export function writePage(path: string, trace: Trace, distDir: string): string | null {
  try {
    const read = (name: string): string => readFileSync(join(distDir, name), 'utf8');
    const [script, style] = [read('panel.js'), read('panel.css')];
    const nonce = randomBytes(18).toString('base64url');
    writeFileSync(path, standalonePage(trace, { script, style, nonce }));
    return null;
  } catch (error) {
    return `${path}: ${reason(error)}`;
  }
}
