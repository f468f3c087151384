import { host } from './shims.ts';

/**
 * The program's folder as Python sees it: read-only, and only what the worker allows. Paths are the program's own. What there is not is
 * `undefined`, which is Python's None; a `null` would arrive as Pyodide's `jsnull`.
 */
export interface Files {
  read(path: string): Uint8Array | undefined;
  kind(path: string): 'file' | 'dir' | undefined;
  /** The names in a folder, joined with newlines. */
  list(path: string): string | undefined;
}

export const files: Files = {
  read(path) {
    const size = host.openFile(String(path));
    if (size < 0) return undefined;
    const bytes = new Uint8Array(size);
    host.takeFile(bytes);
    return bytes;
  },
  kind(path) {
    const kind = host.kind(String(path));
    return kind === 'file' || kind === 'dir' ? kind : undefined;
  },
  list(path) {
    const names = host.list(String(path));
    return names === '\0' ? undefined : names;
  },
};
