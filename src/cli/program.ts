import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface Program {
  readonly file: string;
  readonly source: string;
  /** Files in its folder can be imported and read. */
  readonly root: string;
}

/** The program, or in one sentence why there is none. */
export function readProgram(path: string): Program | string {
  if (!path.endsWith('.py')) return `${path} is not a Python file (.py)`;
  const file = resolve(path);
  try {
    if (statSync(file).isDirectory()) return `${path} is a folder`;
    const source = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    return { file, source, root: dirname(file) };
  } catch (error) {
    return `${path}: ${reason(error)}`;
  }
}

/** Why a file could not be read or written. */
export function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EISDIR: 'that is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'the file is not UTF-8',
};
