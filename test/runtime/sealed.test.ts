import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { distDir, makeHost, runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'backpass-sealed-'));
const root = join(folder, 'project');
mkdirSync(root);
const marker = join(folder, 'marker.txt');
const secret = 'the host secret 4711';
writeFileSync(marker, secret);
writeFileSync(join(root, 'data.txt'), 'data');
process.env['BACKPASS_TEST_SECRET'] = secret;
const worker = readFileSync(join(distDir, 'worker.js'), 'utf8');
after(() => rmSync(folder, { recursive: true }));

/** Each reaches for the host by one way. It must end in a Python exception (or say DENIED), and leave the host as it was. */
const ESCAPES: Record<string, string> = {
  'import js': 'import js; print(js.globalThis)',
  'from js import process': 'from js import process; print(process.env)',
  'import pyodide_js': 'import pyodide_js; print(pyodide_js.FS)',
  'pyodide.code.run_js': 'from pyodide.code import run_js; print(run_js("globalThis"))',
  'pyodide.ffi': 'from pyodide.ffi import create_proxy; print(create_proxy)',
  '_pyodide internals': 'import _pyodide._base; print(_pyodide._base)',
  _pyodide_core: 'import _pyodide_core; print(_pyodide_core)',
  'importlib.import_module': 'import importlib; print(importlib.import_module("js"))',
  'modules that are loaded already': `
import sys
found = [name for name in sys.modules if name.split(".")[0] in ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core")]
print(found) if found else exit("DENIED")`,
  'a cleared meta path': `
import sys
sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "_Closed"]
import js; print(js.process)`,
  'the builtin importer': 'import _imp, importlib.machinery as m; print(m.BuiltinImporter.load_module("pyodide_js"))',
  'os.system': `import os; os.system("echo gone > ${marker}"); raise SystemExit("DENIED")`,
  'os.popen': `import os; os.popen("cat ${marker}").read()`,
  'posix.system': `import posix; code = posix.system("echo gone > ${marker}"); assert code == 0, code`,
  subprocess: `import subprocess; print(subprocess.run(["cat", "${marker}"], capture_output=True))`,
  'os.fork': 'import os; print(os.fork())',
  'os.execv': 'import os; os.execv("/bin/sh", ["sh"])',
  multiprocessing: 'import multiprocessing as m; m.Process(target=print).start()',
  'a socket': 'import socket; socket.create_connection(("127.0.0.1", 22), timeout=2)',
  'a listening socket': 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.accept())',
  'urllib over http': 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:1/", timeout=2).read())',
  'urllib over file': `import urllib.request as u; print(u.urlopen("file://${marker}").read())`,
  'the environment': `
import os
assert "${secret}" in str(dict(os.environ)) or "PATH" not in os.environ and exit("DENIED")
print(os.environ)`,
  'open of a host file': `print(open("${marker}").read())`,
  'open of /etc/passwd': 'print(open("/etc/passwd").read())',
  'open past the workspace': 'print(open("../marker.txt").read())',
  'os.open of a host file': `import os; print(os.read(os.open("${marker}", os.O_RDONLY), 99))`,
  'io.FileIO of a host file': `import io; print(io.FileIO("${marker}").read())`,
  'the worker file': `print(open("${join(distDir, 'worker.js')}").read())`,
  'a write over a host file': `
try: open("${marker}", "w").write("gone")
except OSError: pass
raise SystemExit("DENIED")`,
  'a write beside the program': `
try: open("${join(root, 'new.txt')}", "w").write("new")
except OSError: pass
raise SystemExit("DENIED")`,
  'a delete beside the program': `import os; os.remove("${join(root, 'data.txt')}")`,
  'a listing of the host': `import os; print(os.listdir("${distDir}"))`,
  '/proc': 'print(open("/proc/self/environ").read())',
  ctypes: 'import ctypes; print(ctypes.CDLL(None))',
  _ctypes: 'import _ctypes; print(_ctypes.dlopen("libc.so.6", 0))',
  'a dynamic library': `
import importlib.machinery as m, importlib.util as u
print(u.module_from_spec(m.ModuleSpec("x", m.ExtensionFileLoader("x", "/tmp/x.so"), origin="/tmp/x.so")))`,
  micropip: 'import micropip; print(micropip)',
  webbrowser:
    'import webbrowser; print(webbrowser.open("http://127.0.0.1/")) if webbrowser.open("http://127.0.0.1/") else exit("DENIED")',
  'the garbage collector': `
import gc
proxies = [o for o in gc.get_objects() if type(o).__name__ == "JsProxy" or "Js" in type(o).__mro__[0].__name__]
print([p.process for p in proxies])
raise SystemExit("DENIED")`,
};

/** The same, for every JavaScript object that a program can get hold of by walking what is alive. */
const PROXY_WALK = `
import gc, sys
def js_objects():
    seen = []
    for frame_local in [sys._getframe(i).f_locals for i in range(1, 40) if safe_frame(i)]:
        seen += [v for v in frame_local.values() if "JsProxy" in repr(type(v).__mro__)]
    for thing in gc.get_objects():
        for value in gc.get_referents(thing):
            if "JsProxy" in repr(type(value).__mro__): seen.append(value)
    return seen
def safe_frame(i):
    try: sys._getframe(i + 1); return True
    except ValueError: return False
found = js_objects()
print("objects", bool(found) or "none")
`;

const CHAINS: Record<string, string> = {
  'constructor.constructor': 'o.constructor.constructor("return process")()',
  '__proto__ of a constructor': 'o.__proto__.constructor.constructor("return globalThis.process")()',
  'the constructor of its methods':
    '[getattr(o, n) for n in dir(o) if not n.startswith("_")][0].constructor("return 1")()',
  'arguments of a caller': 'o.constructor.constructor.arguments.callee',
  'the async function constructor': 'o.constructor.constructor.call(None, "return import(\\"node:fs\\")")()',
  'getPrototypeOf and up': 'o.constructor.getPrototypeOf(o.constructor).constructor("return process")()',
  'require by name': 'o.constructor.require("fs")',
};

describe('a sealed program', () => {
  const host = makeHost();
  after(() => host.dispose());

  const run = (source: string) => runProgram(host, source, { file: join(root, 'main.py'), root, timeoutMs: 15_000 });

  function assertHostUntouched(seen: string): void {
    assert.equal(readFileSync(marker, 'utf8'), secret);
    assert.deepEqual(readdirSync(root), ['data.txt']);
    assert.equal(readFileSync(join(distDir, 'worker.js'), 'utf8'), worker);
    assert.ok(!seen.includes(secret), seen);
  }

  for (const [name, source] of Object.entries(ESCAPES)) {
    it(`does not get out by ${name}`, async () => {
      const { end, stdout, stderr } = await run(source);
      assertHostUntouched(stdout);
      assert.equal(end.kind === 'exit' && end.code, 1, `${JSON.stringify(end)} ${stdout} ${stderr}`);
      assert.match(stderr, /(Error|DENIED|Interrupted)/);
    });
  }

  it('is told in words why js cannot be imported', async () => {
    const { stderr } = await run('import js');
    assert.match(stderr, /ImportError: import of 'js' is not possible in Backpass: .*sealed/);
  });

  for (const [name, chain] of Object.entries(CHAINS)) {
    it(`cannot compile JavaScript by ${name}`, async () => {
      const { stdout, stderr } = await run(`${PROXY_WALK}
reached = 0
for o in found[:200]:
    try:
        value = ${chain}
        if "process" in repr(value) or "node" in repr(value): reached += 1
    except BaseException as error:
        pass
print("reached", reached)`);
      assertHostUntouched(stdout);
      assert.match(stdout, /reached 0\n$/, stderr);
    });
  }

  it('cannot reach Node from the JavaScript global of its own realm', async () => {
    const { stdout, stderr } = await run(`${PROXY_WALK}
names = ["process", "require", "Buffer", "Worker", "fetch", "WebSocket", "XMLHttpRequest", "eval", "importScripts", "Deno", "__backpassHost"]
hits = set()
for o in found[:200]:
    for name in names:
        for way in (lambda: getattr(o, name), lambda: getattr(o.constructor, name), lambda: getattr(o.globalThis, name)):
            try: way(); hits.add(name)
            except BaseException: pass
print(sorted(hits - {"eval"}))`);
    assert.match(stdout, /^objects True/, 'The walk must find something to try.');
    assert.equal(stdout.split('\n').at(-2), '[]', stderr);
  });

  it('cannot pollute the objects of the host', async () => {
    await run(`${PROXY_WALK}
for o in found[:50]:
    for target in ("__proto__", "constructor"):
        try: getattr(o, target).polluted = "yes"
        except BaseException: pass
        try: getattr(o.constructor, "prototype").polluted = "yes"
        except BaseException: pass`);
    assert.equal((Object.prototype as Record<string, unknown>)['polluted'], undefined);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.equal((await run('print("next")')).stdout, 'next\n');
  });

  it('cannot spoil the run after it by emptying sys.modules and builtins', async () => {
    const { end } = await run(`
import sys, builtins, json, os
json.dumps = json.loads = None
os.write = None
sys.stdout = None
sys.modules.clear()
builtins.__import__ = None`);
    assert.notEqual(end.kind, 'timeout');
    assert.equal((await run('import json; print(json.dumps([1]))')).stdout, '[1]\n');
  });

  it('may write files of its own, in memory', async () => {
    const { stdout, stderr } = await run(`
import tempfile, os
path = os.path.join(tempfile.mkdtemp(), "own.txt")
open(path, "w").write("kept")
print(open(path).read(), path)`);
    assert.match(stdout, /^kept /, stderr);
    assert.equal(existsSync(stdout.trim().split(' ')[1]!), false);
  });
});
