// Builds what Python needs into out/: the interpreter, the standard library and our packages as .pyc, and a memory snapshot.
// Compiling happens inside Pyodide itself, so that the .pyc files have its magic number and no Python is needed to build.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { snapshotFile } from './snapshot-file.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'out');
const pyodideDir = dirname(createRequire(import.meta.url).resolve('pyodide/package.json'));
const packages = [join(root, 'src/python'), join(root, 'src/runtime/guest/python')];

/** A run has the same: a snapshot holds what it was made with. */
const environment = JSON.parse(readFileSync(join(root, 'src/runtime/guest/environment.json'), 'utf8'));

/** Builds out/pyodide.asm.wasm, out/python.zip and out/python.snapshot; does nothing when they are up to date. */
export async function buildPython() {
  const sources = [...packages.flatMap((folder) => pythonFiles(folder)), await opTable()];
  const key = contentKey(sources);
  const stamp = join(out, 'python.key');
  const products = ['pyodide.asm.wasm', 'python.zip', 'python.snapshot'].map((name) => join(out, name));
  if (products.every((file) => existsSync(file)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  mkdirSync(out, { recursive: true });
  rmSync(stamp, { force: true });
  copyFileSync(join(pyodideDir, 'pyodide.asm.wasm'), products[0]);
  writeFileSync(products[1], await compileLibrary(sources));
  writeFileSync(products[2], await makeSnapshot(products[1]));
  writeFileSync(stamp, key);
}

function pythonFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ name: relative(folder, file).split(sep).join('/'), text: readFileSync(file, 'utf8') }));
}

/** The engine's ops, so that Python has made their functions before it starts. */
async function opTable() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/runtime/guest/public-ops.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { publicOps } = await import(`data:text/javascript;base64,${code}`);
  const lines = publicOps().map((op) => `    ${JSON.stringify(op)},\n`);
  const doc = `"""Where an op is kept, its name there, the engine's name of it, and the names of the parts of its answer."""`;
  return { name: 'torch/_op_table.py', text: `${doc}\n\nOPS = (\n${lines.join('')})\n` };
}

function contentKey(sources) {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(pyodideDir, 'package.json')));
  for (const tool of [fileURLToPath(import.meta.url), join(root, 'tools/snapshot-file.mjs')])
    hash.update(readFileSync(tool));
  hash.update(JSON.stringify({ environment, sources }));
  return hash.digest('hex');
}

async function start(options) {
  // Node's own `pyodide`, outside the sealed realm: this runs at build time only.
  const { loadPyodide } = await import('pyodide');
  return loadPyodide({
    env: { ...environment },
    stdout: () => {},
    stderr: (line) => process.stderr.write(`${line}\n`),
    ...options,
  });
}

/** The zip of the standard library and our packages, compiled. Bytecode is trusted as it is (unchecked hash), so no clock is in it. */
async function compileLibrary(sources) {
  const pyodide = await start({});
  pyodide.FS.writeFile('/stdlib.zip', readFileSync(join(pyodideDir, 'python_stdlib.zip')));
  pyodide.FS.writeFile('/sources.json', JSON.stringify(sources));
  pyodide.runPython(COMPILE);
  return pyodide.FS.readFile('/python.zip');
}

const COMPILE = `
import importlib._bootstrap_external as external, importlib.util as util, json, zipfile
DROPPED = ("ctypes/", "_pyrepl/windows", "_pyrepl/unix", "__phello__/", "__hello__", "antigravity", "idlelib/", "turtle", "test/",
           "ensurepip/", "lib2to3/", "site-packages/")
PREFIX = "/lib/python314.zip/"

def compiled(name, text):
    code = compile(text, PREFIX + name, "exec", dont_inherit=True, optimize=0)
    return external._code_to_hash_pyc(code, util.source_hash(text), False)

def members():
    with zipfile.ZipFile("/stdlib.zip") as library:
        for name in sorted(library.namelist()):
            if not name.startswith(DROPPED) and name.endswith(".py"):
                yield name, library.read(name)
    with open("/sources.json", encoding="utf-8") as file:
        for source in json.load(file):
            yield source["name"], source["text"].encode()

# As it is: the VSIX compresses the whole better than a zip its members, and an import has nothing to unpack.
with zipfile.ZipFile("/python.zip", "w", zipfile.ZIP_STORED) as target:
    for name, text in members():
        entry = zipfile.ZipInfo(name + "c", (2020, 1, 1, 0, 0, 0))
        target.writestr(entry, compiled(name, text))
`;

/** The heap of an interpreter that has imported everything a run begins with. No JavaScript object may be alive in it. */
async function makeSnapshot(library) {
  const pyodide = await start({ stdLibURL: library, _makeSnapshot: true });
  const size = pyodide._module.HEAP8.length;
  pyodide.runPython(WARM);
  if (pyodide._module.HEAP8.length !== size) throw new Error('The heap has grown: such a snapshot cannot be loaded.');
  return snapshotFile(pyodide.makeMemorySnapshot(), await freshHeap());
}

/** The heap of a module before Python is started in it. */
async function freshHeap() {
  const { default: createModule } = await import('pyodide/pyodide.asm.mjs');
  let heap;
  await start({
    createPyodideModule: async (settings) => {
      const module = await createModule({ ...settings, noInitialRun: true });
      heap = module.HEAPU8.slice();
      throw new Error('seen');
    },
  }).catch((error) => {
    if (!heap) throw error;
  });
  return heap;
}

const WARM = `
import importlib, gc, sys
import _backpass_boot, ast, collections, contextlib, copy, dataclasses, functools, inspect, io, itertools, json, linecache, math
import operator, os, pathlib, random, re, string, time, traceback, types, typing, warnings, weakref
for name in ("_backpass", "torch"):
    try:
        importlib.import_module(name)
    except Exception as error:
        # A program that imports it will say so at its own line; here it only costs time at the start of each run.
        print(f"build-python: {name} is not in the snapshot: {error!r}", file=sys.stderr)
        for loaded in [known for known in sys.modules if known.partition(".")[0] == name]:
            del sys.modules[loaded]
del importlib
gc.collect()
`;
