import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createFileAccess } from '../../src/runtime/files.ts';
import { makeHost, runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'backpass-files-'));
const root = join(folder, 'project');
mkdirSync(join(root, 'models'), { recursive: true });
writeFileSync(join(folder, 'secret.txt'), 'secret');
writeFileSync(join(folder, 'outside.py'), 'value = "outside"\n');
writeFileSync(join(root, 'helper.py'), 'def twice(x):\n    return 2 * x\n');
writeFileSync(join(root, 'models', '__init__.py'), 'from .net import Net\n');
writeFileSync(join(root, 'models', 'net.py'), 'class Net:\n    name = "net"\n');
writeFileSync(join(root, 'data.csv'), 'a,b\n1,2\n');
symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
symlinkSync(folder, join(root, 'up'));
symlinkSync(join(root, 'data.csv'), join(root, 'inside.csv'));
after(() => rmSync(folder, { recursive: true }));

const text = (bytes: Uint8Array | null) => (bytes ? Buffer.from(bytes).toString() : null);

describe('the files beside a program', () => {
  const access = createFileAccess(root, { [join(root, 'draft.py')]: 'x = 1', [join(folder, 'outside.py')]: 'no' });

  it('are read by absolute and by relative path, and remembered', () => {
    assert.equal(text(access.read(join(root, 'data.csv'))), 'a,b\n1,2\n');
    assert.match(text(access.read('models/net.py'))!, /class Net/);
    assert.deepEqual(access.served(), [join(root, 'data.csv'), join(root, 'models/net.py')]);
  });

  it('are refused outside the root, by name and by symbolic link', () => {
    for (const path of [
      '../secret.txt',
      join(folder, 'secret.txt'),
      'link.txt',
      'up/secret.txt',
      '/etc/passwd',
      '../outside.py',
    ]) {
      assert.equal(access.read(path), null, path);
      assert.equal(access.kind(path), null, path);
    }
    assert.equal(access.kind('up'), null);
    assert.equal(access.list('up'), null);
    assert.equal(access.list('..'), null);
    assert.equal(access.read('models\0/net.py'), null);
  });

  it('may be links that stay inside', () => {
    assert.equal(text(access.read('inside.csv')), 'a,b\n1,2\n');
  });

  it('have unsaved texts among them', () => {
    assert.equal(text(access.read('draft.py')), 'x = 1');
    assert.equal(access.kind('draft.py'), 'file');
    assert.ok(access.list('.')!.includes('draft.py'));
  });

  it('are none without a root', () => {
    const none = createFileAccess(null, { [join(root, 'draft.py')]: 'x = 1' });
    assert.equal(none.read(join(root, 'draft.py')), null);
    assert.equal(none.kind(root), null);
  });
});

describe('a program with files beside it', () => {
  const host = makeHost();
  after(() => host.dispose());
  const file = join(root, 'main.py');

  it('imports modules and packages, and reports what it read', async () => {
    const source = 'import helper\nfrom models import Net\nprint(helper.twice(21), Net.name, helper.__file__)';
    const { stdout, stderr, end } = await runProgram(host, source, { file, root });
    assert.equal(stdout, `42 net ${join(root, 'helper.py')}\n`, stderr);
    assert.deepEqual(end.kind === 'exit' && end.files.sort(), [
      join(root, 'helper.py'),
      join(root, 'models', '__init__.py'),
      join(root, 'models', 'net.py'),
    ]);
  });

  it('sees the unsaved text of a module', async () => {
    const overlays = { [join(root, 'helper.py')]: 'def twice(x):\n    return "unsaved"\n' };
    const { stdout, stderr } = await runProgram(host, 'import helper\nprint(helper.twice(1))', {
      file,
      root,
      overlays,
    });
    assert.equal(stdout, 'unsaved\n', stderr);
  });

  it('opens files beside it for reading', async () => {
    const source = 'print(open("data.csv").read())\nimport csv\nprint(list(csv.reader(open("data.csv"))))';
    const { stdout, stderr } = await runProgram(host, source, { file, root });
    assert.equal(stdout, "a,b\n1,2\n\n[['a', 'b'], ['1', '2']]\n", stderr);
  });

  it('cannot read or import past the root', async () => {
    const source = `
import sys
for path in ["../secret.txt", "${join(folder, 'secret.txt')}", "link.txt", "up/secret.txt", "/etc/passwd"]:
    try:
        print(open(path).read())
    except OSError as error:
        print(type(error).__name__)
sys.path.insert(0, "${folder}")
try:
    import outside
    print(outside.value)
except ImportError as error:
    print(type(error).__name__)`;
    const { stdout, stderr } = await runProgram(host, source, { file, root });
    assert.equal(stdout, `${'FileNotFoundError\n'.repeat(5)}ModuleNotFoundError\n`, stderr);
  });

  it('shows the lines of an imported module in a traceback', async () => {
    const { stderr } = await runProgram(host, 'import helper\nhelper.twice()', { file, root });
    assert.match(stderr, /TypeError: twice\(\) missing 1 required positional argument/);
  });
});
