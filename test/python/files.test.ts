import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { bindings, run, startHost, textOf } from './run-python.ts';

describe('a program among its files', () => {
  const host = startHost();
  const root = mkdtempSync(join(tmpdir(), 'backpass-files-'));
  after(async () => {
    await host.dispose();
    rmSync(root, { recursive: true });
  });
  const put = (path: string, text: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const main = (source: string) => run(host, source, { file: join(root, 'main.py'), root });

  it('imports modules, packages, namespace packages and relative ones', async () => {
    put('one.py', 'value = 1');
    put('pack/__init__.py', 'from .two import value\nfrom . import three');
    put('pack/two.py', 'value = 2');
    put('pack/three.py', 'from .two import value as base\nvalue = base + 1');
    put('space/four.py', 'value = 4');
    const source =
      'import one, pack, pack.three, space.four\nprint(one.value, pack.value, pack.three.value, space.four.value, one.__file__)';
    assert.equal((await main(source)).stdout, `1 2 3 4 ${root}/one.py\n`);
  });
  it('has sites, names and frames in imported modules', async () => {
    const text =
      'import torch\ndef double(v):\n    w = v * 2\n    return w\ndef fail():\n    raise ValueError("there")\n';
    put('helper.py', text);
    const source = 'import torch, helper\nx = torch.ones(2, requires_grad=True)\nhelper.double(x)\nhelper.fail()';
    const outcome = await main(source);
    assert.deepEqual(bindings(outcome), ['x', 'v@double', 'w@double']);
    const node = outcome.events.find((event) => event.kind === 'node' && event.name === 'MulBackward0');
    const [inner, outer] = node!.kind === 'node' ? node.stack.map((site) => outcome.sites.get(site)!) : [];
    assert.equal(inner!.file, join(root, 'helper.py'));
    assert.equal(textOf(text, inner!), 'v * 2');
    assert.equal(textOf(source, outer!), 'helper.double(x)');
    assert.deepEqual(
      outcome.error!.frames.map((frame) => frame.source.file),
      [join(root, 'main.py'), join(root, 'helper.py')],
    );
    assert.doesNotMatch(outcome.stderr, /importlib|_backpass/);
  });
  it('tells of a syntax error in an imported module', async () => {
    put('broken.py', 'x = (1\n');
    const { error, stderr } = await main('import broken');
    assert.equal(error!.type, 'SyntaxError');
    assert.deepEqual(
      error!.frames.map((frame) => frame.source.file),
      [join(root, 'main.py'), join(root, 'broken.py')],
    );
    assert.doesNotMatch(stderr, /_backpass/);
  });
  it('reads modules in their own encoding', async () => {
    put('latin.py', Buffer.from('# -*- coding: latin-1 -*-\nvalue = "é"\n', 'latin1'));
    assert.equal((await main('import latin\nprint(latin.value)')).stdout, 'é\n');
  });
  it('opens files beside it, by relative and absolute paths, and pathlib does', async () => {
    put('data/numbers.txt', '1 2\n3\n');
    const source = `import os, pathlib
print(open("data/numbers.txt").read().split(), open(os.path.join(os.path.dirname(__file__), "data/numbers.txt"), "rb").read())
print(pathlib.Path("data/numbers.txt").read_text(), os.path.exists("data"), os.listdir("data"), os.path.isfile("nothing"))
try: open("nothing.txt")
except FileNotFoundError as e: print(e)`;
    assert.equal(
      (await main(source)).stdout,
      "['1', '2', '3'] b'1 2\\n3\\n'\n1 2\n3\n True ['numbers.txt'] False\n[Errno 44] No such file or directory: 'nothing.txt'\n",
    );
  });
  it('writes to memory only', async () => {
    put('log.txt', 'old\n');
    const source =
      'open("log.txt", "a").write("new\\n")\nprint(open("log.txt").read())\nopen("made.txt", "w").write("x")\nprint(open("made.txt").read())';
    assert.equal((await main(source)).stdout, 'old\nnew\n\nx\n');
    assert.equal((await main('print(open("log.txt").read())')).stdout, 'old\n\n');
  });
  it('is __main__, with __file__, argv and its folder first on the path', async () => {
    const source =
      'import sys\nprint(__name__, __file__, sys.argv, sys.path[0], sys.modules["__main__"].__file__ == __file__)';
    const { stdout } = await run(host, source, { file: join(root, 'main.py'), root, argv: ['main.py', '--lr', '0.1'] });
    assert.equal(stdout, `__main__ ${root}/main.py ['main.py', '--lr', '0.1'] ${root} True\n`);
  });
  it('has no input: input() meets the end', async () => {
    assert.equal((await main('input("name? ")')).error!.type, 'EOFError');
  });
});
