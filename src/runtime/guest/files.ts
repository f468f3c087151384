import { host } from './shims.ts';

/** The program's folder as Python sees it: read-only, and only what the worker allows. Paths are the program's own. */
export interface Files {
  read(path: string): Uint8Array | null;
  kind(path: string): 'file' | 'dir' | null;
  /** The names in a folder, joined with newlines. */
  list(path: string): string | null;
}

export const files: Files = {
  read(path) {
    const size = host.openFile(String(path));
    if (size < 0) return null;
    const bytes = new Uint8Array(size);
    host.takeFile(bytes);
    return bytes;
  },
  kind(path) {
    const kind = host.kind(String(path));
    return kind === 'file' || kind === 'dir' ? kind : null;
  },
  list(path) {
    const names = host.list(String(path));
    return names === '\0' ? null : names;
  },
};
