/** The walls of ARCHITECTURE.md, checked by reading what each file of `src` imports and says. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';

const ROOT = process.cwd();
const SRC = join(ROOT, 'src');

interface Import {
  readonly from: string;
  /** A path below `src`, or a package's name. */
  readonly target: string;
  readonly typeOnly: boolean;
}

interface SourceFile {
  readonly path: string;
  readonly code: string;
  readonly imports: readonly Import[];
}

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.[cm]?tsx?$/.test(path) && !path.endsWith('.d.ts'))
  .map(readSource);

function readSource(path: string): SourceFile {
  const text = readFileSync(join(SRC, path), 'utf8');
  const code = withoutComments(text);
  const statement = /\b(import|export)\s+(type\s+)?(?:([^'"`;]*?)\s+from\s+)?(['"])([^'"]+)\4/g;
  const dynamic = /\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g;
  const found = [...code.matchAll(statement)].map(
    ([, , type, names, , target]): Import => ({
      from: path,
      target: resolveImport(path, target!),
      typeOnly: type !== undefined || onlyTypes(names ?? ''),
    }),
  );
  const late = [...code.matchAll(dynamic)].map(
    ([, target]): Import => ({ from: path, target: resolveImport(path, target!), typeOnly: false }),
  );
  return { path, code, imports: [...found, ...late] };
}

/** `{ type A, type B }` brings nothing into the program. */
function onlyTypes(names: string): boolean {
  const list = /^\{(.*)\}$/s.exec(names.trim());
  const items = list === null ? [] : list[1]!.split(',').filter((item) => item.trim() !== '');
  return items.length > 0 && items.every((item) => item.trim().startsWith('type '));
}

function resolveImport(from: string, name: string): string {
  // A worker's script that is imported as text.
  const target = name.replace(/\?text$/, '');
  return target.startsWith('.') ? relative(SRC, join(SRC, dirname(from), target)).replaceAll('\\', '/') : target;
}

/** Strings keep their place: an import's target is one. What only looks like a comment inside one is a URL at worst. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/[^\n]*/g, ' ');
}

/** The room of a path below `src`; null for a package. */
function roomOf(target: string): string | null {
  if (target.startsWith('..') || !existsSync(join(SRC, target))) return null;
  return target.split('/')[0]!;
}

const inRoom = (room: string): readonly SourceFile[] => files.filter(({ path }) => path.startsWith(`${room}/`));

const importsOf = (room: string): readonly Import[] => inRoom(room).flatMap(({ imports }) => imports);

const show = (imports: readonly Import[]): string[] => imports.map(({ from, target }) => `${from} imports ${target}`);

const none = (imports: readonly Import[]): void => assert.deepEqual(show(imports), []);

/** What each room may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  common: [],
  engine: ['common'],
  trace: ['common', 'engine'],
  runtime: ['engine', 'trace', 'common'],
  doctor: ['trace', 'common'],
  extension: ['runtime', 'trace', 'doctor', 'common', 'webview'],
  webview: ['trace', 'common'],
  cli: ['runtime', 'trace', 'doctor', 'common'],
};

const PACKAGES: Readonly<Record<string, RegExp>> = {
  common: /^$/,
  engine: /^$/,
  trace: /^valibot$/,
  doctor: /^$/,
  runtime: /^(valibot|pyodide(\/.+)?|node:.+)$/,
  extension: /^(vscode|valibot|node:.+)$/,
  webview: /^(d3|valibot)$/,
  cli: /^(node:.+|(\.\.\/)+package\.json)$/,
};

const PURE = ['engine', 'trace', 'doctor', 'common', 'webview/layout'];

/** What a pure file has no business to say: the clock, chance, the page, the machine. */
const IMPURE =
  /\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bcrypto\.|\bfetch\(|\b(?:document|window|globalThis|process|navigator|localStorage)\s*[.[]|\bset(?:Timeout|Interval)\(|\bconsole\.|\brequire\(|\bBuffer\b/;

describe('the walls between the rooms', () => {
  it('stand around rooms that are all known', () => {
    const rooms = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const known = [...Object.keys(MAY_IMPORT), 'python'];
    assert.deepEqual(
      rooms.map(({ name }) => name).filter((name) => !known.includes(name)),
      [],
    );
    assert.ok(files.length > 40, 'the files were found');
  });

  for (const [room, allowed] of Object.entries(MAY_IMPORT)) {
    it(`let ${room} see ${allowed.join(', ') || 'nothing'}`, () => {
      none(
        importsOf(room).filter(({ target }) => {
          const other = roomOf(target);
          return other !== null && other !== room && !allowed.includes(other);
        }),
      );
    });

    it(`let ${room} use only its packages`, () => {
      none(importsOf(room).filter(({ target }) => roomOf(target) === null && !PACKAGES[room]!.test(target)));
    });
  }

  it('let trace see the engine as types only', () => {
    none(importsOf('trace').filter(({ target, typeOnly }) => roomOf(target) === 'engine' && !typeOnly));
  });

  it('let other rooms see the engine through its door', () => {
    none(
      files
        .filter(({ path }) => !path.startsWith('engine/'))
        .flatMap(({ imports }) => imports)
        .filter(({ target }) => roomOf(target) === 'engine' && target !== 'engine/index.ts'),
    );
  });

  it('let the extension see nothing of the page but its protocol', () => {
    none(
      importsOf('extension').filter(({ target }) => roomOf(target) === 'webview' && target !== 'webview/protocol.ts'),
    );
  });

  it('let one file of the runtime know Pyodide', () => {
    const knowing = importsOf('runtime').filter(({ target, typeOnly }) => /^pyodide(\/|$)/.test(target) && !typeOnly);
    assert.ok(new Set(knowing.map(({ from }) => from)).size <= 1, show(knowing).join('\n'));
  });

  it('let one file of python/torch know the bridge', () => {
    const python = join(SRC, 'python');
    const knowing = readdirSync(python, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.py') && path.startsWith('torch'))
      .filter((path) =>
        /^\s*(?:from|import)\s+_backpass_host\b|^\s*import\s+js\b/m.test(readFileSync(join(python, path), 'utf8')),
      );
    assert.ok(knowing.length <= 1, knowing.join('\n'));
  });
});

describe('the pure rooms', () => {
  for (const room of PURE) {
    it(`know no clock, chance, page or machine: ${room}`, () => {
      const said = inRoom(room).flatMap(({ path, code }) => {
        const match = IMPURE.exec(code);
        return match === null ? [] : [`${path} says ${match[0]}`];
      });
      assert.deepEqual(said, []);
    });
  }
});

describe('the contract files', () => {
  const CONTRACTS: Readonly<Record<string, readonly string[]>> = {
    'trace/model.ts': [],
    'trace/events.ts': ['trace/model.ts'],
    'runtime/protocol.ts': [],
    'webview/protocol.ts': ['trace/model.ts'],
  };

  for (const [path, allowed] of Object.entries(CONTRACTS)) {
    it(`hold types and validators only: ${path}`, () => {
      const { imports, code } = files.find((file) => file.path === path)!;
      none(imports.filter(({ target }) => target !== 'valibot' && !allowed.includes(target)));
      assert.doesNotMatch(code.replaceAll('v.lazy(() =>', ''), /\bfunction\b|=>|\bclass\b|\blet\b/);
    });
  }

  it('carry a version', () => {
    for (const path of ['trace/model.ts', 'runtime/protocol.ts', 'webview/protocol.ts']) {
      assert.match(files.find((file) => file.path === path)!.code, /export const \w*VERSION = \d+/);
    }
  });
});
