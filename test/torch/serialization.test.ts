/** Files of `torch.save`: what one side writes the other reads. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createHost } from '../../src/runtime/host.ts';
import type { TraceEvent } from '../../src/trace/events.ts';

/** What is saved: every dtype, shared memory, containers, a state dict, a whole storage. */
const MAKE = `
import collections, io, pickle, torch
x = torch.arange(6.0).reshape(2, 3)
state = collections.OrderedDict(weight=torch.nn.Parameter(torch.tensor([[1.5, -2.0]])), bias=torch.tensor([1, 2]))
names = "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128".split()
value = {"x": x, "row": x[1], "turned": x.t(), "state": state, "kinds": [torch.tensor([1, 0]).to(getattr(torch, n)) for n in names],
         "dtype": torch.float32, "size": x.shape, "device": torch.device("cpu"), "empty": torch.zeros(0, 3), "leaf": torch.ones(1, requires_grad=True),
         "text": "hi", "storage": x.storage()}
`;
const WRITE = `${MAKE}
buffer = io.BytesIO()
torch.save(value, buffer)
print(buffer.getvalue().hex())
print(pickle.dumps(value, protocol=4).hex())
`;
const WRITE_OLD = `${MAKE}
buffer = io.BytesIO()
torch.save(value, buffer, _use_new_zipfile_serialization=False)
print(buffer.getvalue().hex())
`;
const read = (hex: string, pickled: boolean): string => `
import io, pickle, torch
data = bytes.fromhex("${hex}")
value = pickle.loads(data) if ${pickled ? 'True' : 'False'} else torch.load(io.BytesIO(data))
value["x"][1, 0] = 100
for name, one in value.items():
    print(name, type(one).__name__, dict(one) if name == "state" else one)
print(value["row"].storage_offset(), value["turned"].stride(), [type(one).__name__ for one in value["state"].values()])
`;

describe('files of torch.save', () => {
  const host = createHost({ distDir: join(process.cwd(), 'out') });
  after(() => host.dispose());

  it('that Backpass writes are read by PyTorch as by Backpass', async () => {
    const [archive, pickled] = (await runBackpass(WRITE)).split('\n') as [string, string];
    assert.equal(runPyTorch(read(archive, false)), await runBackpass(read(archive, false)));
    assert.equal(runPyTorch(read(pickled, true)), await runBackpass(read(pickled, true)));
  });

  it('that PyTorch writes, today and before its version 1.6, are read by Backpass', async () => {
    const [archive, pickled] = runPyTorch(WRITE).split('\n') as [string, string];
    const old = runPyTorch(WRITE_OLD).trim();
    const expected = runPyTorch(read(archive, false));
    assert.match(expected, /100/);
    assert.equal(await runBackpass(read(archive, false)), expected);
    assert.equal(await runBackpass(read(old, false)), expected);
    assert.equal(await runBackpass(read(pickled, true)), runPyTorch(read(pickled, true)));
  });

  function runPyTorch(source: string): string {
    const executable = process.env['BACKPASS_TORCH_PYTHON'] ?? '/usr/bin/python3';
    const result = spawnSync(executable, ['-W', 'ignore', '-c', source], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (result.status !== 0) throw new Error(`${executable} with torch is needed for these tests: ${result.stderr}`);
    return result.stdout;
  }

  async function runBackpass(source: string): Promise<string> {
    const events: TraceEvent[] = [];
    const request = { file: '/program.py', source, argv: ['/program.py'], root: null };
    await host.run(request, { events: (batch) => events.push(...batch) }).done;
    const failure = events.find((event) => event.kind === 'error');
    assert.equal(failure, undefined, failure?.kind === 'error' ? failure.traceback : '');
    return events.map((event) => (event.kind === 'output' && event.stream === 'stdout' ? event.text : '')).join('');
  }
});
