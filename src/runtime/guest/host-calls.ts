/**
 * The few functions that the worker hands into the sealed realm. They take and give primitives only, and Python's
 * code, which has no prototype; byte arrays are made inside the realm and filled outside, so that no object of Node's realm (and no
 * constructor of one) is ever seen in here.
 */
export interface HostCalls {
  now(): number;
  /** Bytes in array buffers of this worker; collects garbage first when asked to. */
  bufferBytes(collect: boolean): number;
  /** Collects garbage; weak references tell afterwards what nobody holds. */
  collect(): void;
  /** Calls back with CPython, compiled. */
  onPython(callback: (code: WebAssembly.Module) => void): void;
  /** Bytes of an asset (`python.zip`, `python.snapshot`), or -1 when there is none. */
  assetSize(name: string): number;
  /** Fills the array with the asset's bytes from `position` on. */
  readAsset(name: string, into: Uint8Array, position: number): void;
  random(into: Uint8Array): void;
  stage(stage: string): void;
  /** 1 when nobody waits for the interpreter yet. */
  rehearse(): number;
  ready(interrupt: SharedArrayBuffer, snapshot: boolean): void;
  /** Registers what is called, once, with a `RunRequest` as JSON. */
  onRun(callback: (json: string) => void): void;
  /** Packed events: new texts as a JSON array, and so many words. */
  emit(texts: string, words: Float64Array, count: number): void;
  done(exitCode: number, limit: string): void;
  fatal(message: string, ours: boolean): void;
  /** Opens a readable file under the root and answers its size, or -1; `takeFile` then fills an array of that size. */
  openFile(path: string): number;
  takeFile(into: Uint8Array): void;
  /** `'file'`, `'dir'` or `''`. */
  kind(path: string): string;
  /** Names in a folder, one a line, or `'\0'` when it cannot be listed. */
  list(path: string): string;
  diag(text: string): void;
}

/** The name under which the worker leaves the functions for the one moment until they are taken. */
export const HOST_SLOT = '__backpassHost';

/** Takes the host functions off the global and wraps each so that what it throws is an error of this realm. */
export function takeHostCalls(): HostCalls {
  const global = globalThis as unknown as Record<string, unknown>;
  const raw = global[HOST_SLOT] as Record<string, (...args: unknown[]) => unknown>;
  delete global[HOST_SLOT];
  const names = [
    'now bufferBytes collect onPython assetSize readAsset random stage rehearse ready onRun',
    'emit done fatal openFile takeFile kind list diag',
  ].flatMap((line) => line.split(' '));
  const calls: Record<string, unknown> = Object.create(null);
  for (const name of names) calls[name] = rethrowing(name, raw[name]!);
  return Object.freeze(calls) as unknown as HostCalls;
}

function rethrowing(name: string, call: (...args: unknown[]) => unknown) {
  return (...args: unknown[]) => {
    try {
      return call(...args);
    } catch {
      // The caught error belongs to Node's realm: not even its message is looked at.
      throw new Error(`The host could not answer '${name}'.`);
    }
  };
}
