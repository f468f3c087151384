/**
 * What Pyodide expects to find on the global, made inside the realm. Imported first: Pyodide looks at the global when it is loaded.
 * There is no `process` and no `window`, so Pyodide takes its "shell" path, which has no Node file system, sockets or child processes.
 */
import { type HostCalls, takeHostCalls } from './host-calls.ts';
import { encodeUtf8, Utf8Stream } from './utf8.ts';

export const host: HostCalls = takeHostCalls();

const ASSET = 'asset:';
/** Stands for no bytes at all. */
export const NO_ASSET = '';
/** Pyodide asks for its bytes; the host has compiled them already (pyodide.ts). */
const CODE = 'pyodide.asm.wasm';

/** The bytes of an asset, or null when it was not shipped. */
export function readAsset(name: string): Uint8Array | null {
  const size = host.assetSize(name);
  if (size < 0) return null;
  const bytes = new Uint8Array(size);
  host.readAsset(name, bytes, 0);
  return bytes;
}

/** The address under which Pyodide asks for an asset. */
export function assetUrl(name: string): string {
  return ASSET + name;
}

function readbuffer(url: string): ArrayBuffer {
  const name = url.replace(/^asset:\/?/, '');
  if (name === NO_ASSET || name === CODE) return new ArrayBuffer(0);
  const bytes = readAsset(name);
  if (!bytes) throw new Error(`There is no asset '${url}'.`);
  return bytes.buffer as ArrayBuffer;
}

class TextDecoderShim {
  decode(input?: ArrayBuffer | ArrayBufferView): string {
    if (!input) return '';
    const bytes = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input);
    const stream = new Utf8Stream();
    return (stream.decode(bytes) + stream.flush()).replace(/(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
  }
}

class TextEncoderShim {
  encode(text = ''): Uint8Array {
    return encodeUtf8(text);
  }
  encodeInto(text: string, into: Uint8Array): { read: number; written: number } {
    const bytes = encodeUtf8(text);
    into.set(bytes);
    return { read: text.length, written: bytes.length };
  }
}

class UrlShim {
  readonly href: string;
  constructor(url: string) {
    this.href = url;
  }
  toString(): string {
    return this.href;
  }
}

class AbortSignalShim {
  readonly aborted = false;
  static any(): AbortSignalShim {
    return new AbortSignalShim();
  }
  addEventListener(): void {}
  removeEventListener(): void {}
}

class AbortControllerShim {
  readonly signal = new AbortSignalShim();
  abort(): void {}
}

function fillRandom(view: ArrayBufferView): ArrayBufferView {
  host.random(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return view;
}

/** Pyodide's shell path reads random bytes for `/dev/urandom` with a shell command; it is answered without a shell. */
function shellRandom(_shell: string, [, command = '']: string[]): string {
  const size = Number(/^head -c(\d+) \/dev\/urandom/.exec(command)?.[1] ?? 0);
  const bytes = new Uint8Array(size);
  if (size > 0) host.random(bytes);
  return base64(bytes);
}

function base64(bytes: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let j = 0; j < 4; j++) text += i + j > bytes.length ? '=' : alphabet[(word >> (18 - 6 * j)) & 63];
  }
  return text;
}

/** What a dying interpreter still writes: where each thread of Python stood. It is not output of the program's. */
export const lastWords: { dying: boolean; bytes: number[] } = { dying: false, bytes: [] };

function diag(...parts: unknown[]): void {
  if (/^Pyodide has suffered a fatal error/.test(String(parts[0]).slice(0, 100))) {
    lastWords.dying = true;
    return;
  }
  // A failing Pyodide prints its whole source line: only the beginning is of use.
  host.diag(
    parts
      .map((part) => String(part).slice(0, 400))
      .join(' ')
      .slice(0, 1000),
  );
}

const global = globalThis as unknown as Record<string, unknown>;
Object.assign(global, {
  read: (url: string) => new TextDecoderShim().decode(readbuffer(url)),
  load: () => {
    throw new Error('No script can be loaded here.');
  },
  readbuffer,
  os: { system: shellRandom },
  performance: { now: () => host.now() },
  crypto: { getRandomValues: fillRandom },
  // A program runs in one long call, in which no timer could fire: Python's own loop keeps them (python/_backpass_asyncio.py).
  setTimeout: () => 0,
  clearTimeout: () => {},
  setImmediate: () => 0,
  clearImmediate: () => {},
  TextDecoder: TextDecoderShim,
  TextEncoder: TextEncoderShim,
  URL: UrlShim,
  AbortSignal: AbortSignalShim,
  AbortController: AbortControllerShim,
  console: { log: diag, info: diag, warn: diag, error: diag, debug: diag, trace: diag },
});

// A prepareStackTrace of the program's would be handed call sites of Node's realm.
Object.defineProperty(Error, 'prepareStackTrace', { value: undefined, writable: false, configurable: false });
