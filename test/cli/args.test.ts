import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCommand } from '../../src/cli/args.ts';
import { toBytes } from '../../src/cli/streams.ts';

const run = (line: string) => parseCommand(['run', ...line.split(' ')]);
const PLAIN = {
  kind: 'run',
  file: 'f.py',
  args: [],
  trace: null,
  html: null,
  timeoutMs: null,
  passes: null,
  keep: [],
  summary: false,
  doctor: null,
};
const asRun = (rest: object) => ({ ...PLAIN, ...rest });

describe('the command line', () => {
  it('takes options before and after FILE', () => {
    const expected = asRun({ trace: 'o.json', timeoutMs: 5000 });
    assert.deepEqual(run('f.py --trace o.json --timeout 5'), expected);
    assert.deepEqual(run('--trace=o.json --timeout=5 f.py'), expected);
    assert.deepEqual(run('--timeout 5 f.py --trace o.json'), expected);
    assert.deepEqual(run('f.py --html o.html a'), asRun({ html: 'o.html', args: ['a'] }));
  });

  it('takes a number of passes, and a wish for a summary', () => {
    assert.deepEqual(run('f.py --passes 12 --summary a'), asRun({ passes: 12, summary: true, args: ['a'] }));
    assert.deepEqual(run('--summary --passes=1 f.py'), asRun({ passes: 1, summary: true }));
  });

  it('takes passes to keep, one by one and from one to another', () => {
    assert.deepEqual(
      run('f.py --keep 5,17,100-110'),
      asRun({
        keep: [
          [5, 5],
          [17, 17],
          [100, 110],
        ],
      }),
    );
  });

  it('leaves what it does not know after FILE to the program, in its place', () => {
    assert.deepEqual(
      run('f.py a --lr 3 -v --trace o.json b'),
      asRun({ args: ['a', '--lr', '3', '-v', 'b'], trace: 'o.json' }),
    );
    assert.deepEqual(run('f.py --help'), asRun({ args: ['--help'] }));
  });

  it('leaves everything after -- to the program', () => {
    assert.deepEqual(run('f.py -- --lr 3 --timeout 5 --'), asRun({ args: ['--lr', '3', '--timeout', '5', '--'] }));
    assert.deepEqual(run('-- f.py --trace o'), asRun({ args: ['--trace', 'o'] }));
  });

  it('knows help and version', () => {
    for (const words of [['--help'], ['-h'], ['help'], ['run', '--help']])
      assert.equal(parseCommand(words).kind, 'help');
    for (const words of [['--version'], ['-V'], ['run', '-V']]) assert.equal(parseCommand(words).kind, 'version');
  });

  it('tells what is wrong', () => {
    const wrong = (words: string[], message: RegExp) => {
      const command = parseCommand(words);
      assert.ok(command.kind === 'wrong');
      assert.match(command.message, message);
    };
    wrong([], /what to do/);
    wrong(['walk'], /no command 'walk'/);
    wrong(['run'], /which FILE/);
    wrong(['run', '--lr', '3', 'f.py'], /no option '--lr'/);
    wrong(['run', 'f.py', '--trace'], /--trace needs a value/);
    wrong(['run', 'f.py', '--trace='], /--trace needs a value/);
    for (const seconds of ['0', '-1', 'soon', 'Infinity', '9e9'])
      wrong(['run', 'f.py', '--timeout', seconds], /number of seconds/);
    for (const passes of ['0', '5-', '7-3', 'all', '5,,6'])
      wrong(['run', 'f.py', '--keep', passes], /--keep takes passes such as/);
    for (const passes of ['0', '-1', '1.5', 'all', '9999999999'])
      wrong(['run', 'f.py', '--passes', passes], /number of passes/);
  });
});

describe('text as bytes', () => {
  it('is UTF-8, with escaped bytes as the bytes they were', () => {
    assert.deepEqual([...toBytes('a€\udcff\udc80b')], [0x61, 0xe2, 0x82, 0xac, 0xff, 0x80, 0x62]);
  });

  it('takes no half of a character for an escaped byte', () => {
    const skull = '\u{1f480}'; // Its second unit is U+DC80.
    assert.deepEqual(toBytes(`${skull}\udc80`), Buffer.concat([Buffer.from(skull), Buffer.from([0x80])]));
  });
});
