/** The worker: holds the sealed realm, and gives it the few host functions it has. Everything Node can do stays on this side. */
import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { createContext, runInNewContext, Script } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { createFileAccess, type FileAccess } from './files.ts';
import { HOST_SLOT, type HostCalls } from './guest/host-calls.ts';
import { HostMessage, PROTOCOL_VERSION, type RunRequest, type WorkerMessage } from './protocol.ts';

const { distDir, rehearse } = workerData as { distDir: string; rehearse: boolean };
const port = parentPort!;
const started = performance.now();
const ASSETS = new Set(['python.zip', 'python.snapshot']);

function post(message: WorkerMessage): void {
  port.postMessage(message);
}

let access: FileAccess = createFileAccess(null, {});
let opened: Uint8Array | null = null;
let onRun: ((json: string) => void) | null = null;
let resolvePython: (code: WebAssembly.Module) => void;
const python = new Promise<WebAssembly.Module>((resolve) => {
  resolvePython = resolve;
});

/** Releases what nobody holds: the collector itself never does while one long call into the guest lasts. */
let collector: (() => void) | null = null;
function collectGarbage(): void {
  collector ??= createCollector();
  collector();
}

/**
 * What a weak reference was made or read for is held until the current job ends, and one call into the guest is one job; a script that ends
 * with its microtasks ends it for that matter.
 */
function createCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const script = new Script('Promise.resolve().then(() => 0)');
  const realm = createContext({}, { microtaskMode: 'afterEvaluate' });
  return () => {
    script.runInContext(realm);
    collect();
  };
}

function assetPath(name: string): string {
  if (!ASSETS.has(name)) throw new Error('No such asset.');
  return join(distDir, name);
}

const { prototype: typedArray } = Object.getPrototypeOf(Uint8Array) as { prototype: Uint8Array };
const [bufferOf, offsetOf, lengthOf] = (['buffer', 'byteOffset', 'byteLength'] as const).map(
  (name) => Object.getOwnPropertyDescriptor(typedArray, name)!.get!,
) as [() => ArrayBuffer, () => number, () => number];

/** Cross-realm: this realm's view of the guest's array, made without calling anything of the array. */
function viewOf(into: Uint8Array): Uint8Array {
  return new Uint8Array(bufferOf.call(into), offsetOf.call(into), lengthOf.call(into));
}

/** Reads straight into the guest's array: pages that are touched twice cost twice. */
function readAsset(name: string, into: Uint8Array, position: number): void {
  const view = viewOf(into);
  const file = openSync(assetPath(name), 'r');
  try {
    let done = 0;
    while (done < view.length) {
      const count = readSync(file, view, done, view.length - done, position + done);
      if (count === 0) throw new Error(`The asset '${name}' ends too early.`);
      done += count;
    }
  } finally {
    closeSync(file);
  }
}

/** Cross-realm, the other way. */
function copied(words: Float64Array, count: number): Float64Array<ArrayBuffer> {
  const own = new Float64Array(count >>> 0);
  Float64Array.prototype.set.call(own, words);
  return own;
}

const calls: HostCalls = {
  now: () => performance.now(),
  bufferBytes: (collect) => {
    // Array buffers are swept beside the program: the second collection waits for what the first one found.
    if (collect) collectGarbage();
    if (collect) collectGarbage();
    return process.memoryUsage().arrayBuffers;
  },
  collect: collectGarbage,
  assetSize: (name) => statSync(assetPath(name), { throwIfNoEntry: false })?.size ?? -1,
  readAsset: (name, into, position) => readAsset(name, into, position >>> 0),
  random: (into) => void randomFillSync(into),
  stage: (stage) => post({ kind: 'stage', stage: stage as 'loading', ms: performance.now() - started }),
  rehearse: () => (rehearse ? 1 : 0),
  ready: (interrupt, snapshot) =>
    post({ kind: 'ready', version: PROTOCOL_VERSION, interrupt, ms: performance.now() - started, snapshot }),
  onPython: (callback) => void python.then(callback),
  onRun: (callback) => {
    onRun = callback;
  },
  emit: (texts, words, count) => post({ kind: 'events', texts: String(texts), words: copied(words, count) }),
  done: (exitCode, limit) =>
    post({
      kind: 'done',
      exitCode: exitCode | 0,
      limit: limit === 'output' || limit === 'passes' ? limit : null,
      files: access.served(),
    }),
  fatal: (message, ours) => post({ kind: 'fatal', message: String(message), ours: ours === true }),
  openFile: (path) => {
    opened = access.read(String(path));
    return opened ? opened.length : -1;
  },
  takeFile: (into) => {
    if (opened) viewOf(into).set(opened);
    opened = null;
  },
  kind: (path) => access.kind(String(path)) ?? '',
  list: (path) => access.list(String(path))?.join('\n') ?? '\0',
  diag: (text) => void process.stderr.write(`${String(text).slice(0, 1000)}\n`),
};

/** A function's `constructor` compiles text into code of its own realm; without it a leaked function is only a function. */
function removeFunctionConstructors(): void {
  const kinds = [() => {}, async () => {}, function* () {}, async function* () {}];
  for (const kind of kinds) {
    const prototype = Object.getPrototypeOf(kind) as object;
    Object.defineProperty(prototype, 'constructor', { value: undefined, writable: false, configurable: false });
  }
}

function startGuest(): void {
  const file = join(distDir, 'guest.js');
  const script = new Script(readFileSync(file, 'utf8'), { filename: 'guest.js' });
  const sandbox = Object.create(null) as Record<string, unknown>;
  const realm = createContext(sandbox, { codeGeneration: { strings: false, wasm: true } });
  for (const call of Object.values(calls)) Object.freeze(Object.setPrototypeOf(call, null));
  sandbox[HOST_SLOT] = Object.freeze(Object.assign(Object.create(null), calls));
  removeFunctionConstructors();
  script.runInContext(realm);
}

port.on('message', (raw: unknown) => {
  const message = v.parse(HostMessage, raw);
  // Without a prototype it is nothing but code: WebAssembly.Instance asks for no more.
  if (message.kind === 'python') resolvePython(Object.setPrototypeOf(message.module, null) as WebAssembly.Module);
  else run(message);
});

function run(request: RunRequest): void {
  access = createFileAccess(request.root, request.overlays);
  onRun?.(JSON.stringify({ ...request, overlays: {} }));
}

startGuest();
