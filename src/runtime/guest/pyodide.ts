/** Starts CPython. The one file that imports `pyodide`; the version is pinned because the snapshot options are undocumented. */
import { loadPyodide, type PyodideAPI, type PyodideConfig, version } from 'pyodide';
import createPyodideModule from 'pyodide/pyodide.asm.mjs';
import { type FileSystem, readFromAsset } from './asset-file.ts';
import environment from './environment.json';
import type { CApi } from './native.ts';
import { assetUrl, host, NO_ASSET } from './shims.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';

/** Bytes up to which Python's heap may grow; past it an allocation raises MemoryError. */
const HEAP_LIMIT = 1_500_000_000;

const SNAPSHOT = 'python.snapshot';
const LIBRARY = 'python.zip';

export interface Python {
  pyodide: PyodideAPI;
  /** Whether it came from the memory snapshot, or was started from the `.pyc` files. */
  snapshot: boolean;
  api: CApi;
}

/** Restores Python from the snapshot; when that is missing or refused, starts it afresh. */
export async function startPython(): Promise<Python> {
  if (host.assetSize(SNAPSHOT) >= 0) {
    try {
      return started(await load(openSnapshot(SNAPSHOT)), true);
    } catch (error) {
      host.diag(`The Python snapshot was refused (${String(error).slice(0, 200)}); starting without it.`);
    }
  }
  return started(await load(null), false);
}

function started(pyodide: PyodideAPI, snapshot: boolean): Python {
  const { _module: api } = pyodide as unknown as { _module: CApi };
  return { pyodide, snapshot, api };
}

function load(snapshot: Snapshot | null): Promise<PyodideAPI> {
  const config: PyodideConfig = {
    indexURL: assetUrl(''),
    stdLibURL: assetUrl(snapshot ? NO_ASSET : LIBRARY),
    lockFileContents: JSON.stringify({
      info: { abi_version: '2026_0', arch: 'wasm32', platform: 'emscripten', python: '3.14.0', version },
      packages: {},
    }),
    packageBaseUrl: assetUrl(''),
    // What the snapshot was made with.
    env: { ...environment },
    enableRunUntilComplete: false,
    createPyodideModule: ((settings: Settings) => createModule(settings, snapshot)) as unknown as NonNullable<
      PyodideConfig['createPyodideModule']
    >,
  };
  if (snapshot) config._loadSnapshot = snapshot.head;
  return loadPyodide(config);
}

/** Gives the code that the host has compiled where Pyodide asks for that of no bytes. Answers with what undoes it. */
function instantiateWith(module: WebAssembly.Module): () => void {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source, imports) =>
    source.byteLength === 0
      ? { module, instance: new WebAssembly.Instance(module, imports ?? {}) }
      : instantiate(source, imports);
  return () => {
    WebAssembly.instantiate = instantiate;
  };
}

interface Imports {
  env: { emscripten_resize_heap(size: number): number; _emscripten_system(command: number): number };
}
interface Settings {
  indexURL: string;
  INITIAL_MEMORY: number;
  instantiateWasm(imports: Imports, done: (instance: unknown, module: unknown) => void): object;
}

/** Makes the Emscripten module with our imports (a capped heap, no shell), its heap filled from the snapshot. */
async function createModule(settings: Settings, snapshot: Snapshot | null): Promise<unknown> {
  const code = await new Promise<WebAssembly.Module>((resolve) => host.onPython(resolve));
  // It comes without one; Emscripten asks for what it is.
  Object.setPrototypeOf(code, WebAssembly.Module.prototype);
  // Pyodide has taken the length of what it was given, which is not the whole.
  if (snapshot) settings.INITIAL_MEMORY = snapshot.heapBytes;
  const instantiate = settings.instantiateWasm;
  settings.instantiateWasm = (imports, done) => {
    const { env } = imports;
    const grow = env.emscripten_resize_heap;
    env.emscripten_resize_heap = (size) => (size >>> 0 > HEAP_LIMIT ? 0 : grow(size));
    env._emscripten_system = () => -52; // ENOSYS.
    const restore = instantiateWith(code);
    return instantiate(imports, (instance, module) => {
      restore();
      done(instance, module);
    });
  };
  const module = (await createPyodideModule(settings)) as { HEAPU8: Uint8Array; FS: FileSystem };
  if (snapshot) {
    snapshot.fill(module.HEAPU8);
    // What a snapshot begins with is imported already.
    readFromAsset(module.FS, '/lib/python314.zip', LIBRARY);
  }
  return module;
}
