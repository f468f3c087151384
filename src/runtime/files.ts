/** Read-only access to the files beside a program: nothing outside its root, symbolic links followed before the check. */
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** A file larger than this is not served: it would not fit beside Python in memory anyway. */
const MAX_BYTES = 256 * 1024 * 1024;

export interface FileAccess {
  read(path: string): Uint8Array | null;
  kind(path: string): 'file' | 'dir' | null;
  /** Sorted names, or null when there is no such folder. */
  list(path: string): string[] | null;
  /** The files that were read, in order: what the program depends on. */
  served(): string[];
}

/** `overlays`: texts by absolute path that stand for what is on disk. Without a root nothing is readable, overlays included. */
export function createFileAccess(root: string | null, overlays: Readonly<Record<string, string>>): FileAccess {
  const served = new Set<string>();
  const base = root === null ? null : resolve(root);
  const realBase = base === null ? null : attempt(() => realpathSync(base));
  const texts = new Map(Object.entries(overlays).map(([path, text]) => [resolve(path), text]));

  /** The absolute path when it lies under the root by name, else null. */
  function named(path: string): string | null {
    if (base === null || path.includes('\0')) return null;
    const full = resolve(base, path);
    return isUnder(base, full) ? full : null;
  }

  /** Where the path really leads, when that is under the root too. */
  function real(full: string): string | null {
    const target = attempt(() => realpathSync(full));
    return target !== null && realBase !== null && isUnder(realBase, target) ? target : null;
  }

  function read(path: string): Uint8Array | null {
    const full = named(path);
    if (full === null) return null;
    const text = texts.get(full);
    const bytes = text === undefined ? readReal(real(full)) : Buffer.from(text, 'utf8');
    if (bytes) served.add(full);
    return bytes;
  }

  function kind(path: string): 'file' | 'dir' | null {
    const full = named(path);
    if (full === null) return null;
    if (texts.has(full)) return 'file';
    const target = real(full);
    if (target === null) return hasOverlayUnder(full) ? 'dir' : null;
    const stat = attempt(() => statSync(target));
    return stat?.isDirectory() ? 'dir' : stat?.isFile() ? 'file' : null;
  }

  function list(path: string): string[] | null {
    const full = named(path);
    if (full === null || kind(path) !== 'dir') return null;
    const target = real(full);
    const entries = target === null ? [] : (attempt(() => readdirSync(target, { withFileTypes: true })) ?? []);
    const names = new Set(entries.map((entry: Dirent) => entry.name).filter((name) => !name.includes('\n')));
    for (const overlay of texts.keys()) {
      if (isUnder(full, overlay) && overlay !== full) names.add(relative(full, overlay).split(sep)[0]!);
    }
    return [...names].sort();
  }

  function hasOverlayUnder(full: string): boolean {
    return [...texts.keys()].some((overlay) => overlay !== full && isUnder(full, overlay));
  }

  return { read, kind, list, served: () => [...served] };
}

function readReal(target: string | null): Uint8Array | null {
  if (target === null) return null;
  const stat = attempt(() => statSync(target));
  if (!stat?.isFile() || stat.size > MAX_BYTES) return null;
  return attempt(() => readFileSync(target));
}

function isUnder(base: string, path: string): boolean {
  const way = relative(base, path);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
