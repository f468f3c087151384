import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TraceEvent } from '../../src/trace/events.ts';
import { makeHost, type Outcome, runProgram } from './run-program.ts';

const PROGRAM = `import builtins, gc, linecache, os, random, sys, warnings
import torch
import torch.nn as nn
print(sorted(sys.modules), sorted(vars(builtins)), sys.path, sys.argv, os.getcwd(), sorted(os.environ))
print(sorted(linecache.cache), warnings.filters, getattr(torch._tensor, "__warningregistry__", None))
print([sys.monitoring.get_tool(number) for number in range(6)], sys.gettrace(), sys.excepthook)
print(sorted({type(each).__name__ for each in gc.get_objects() if "torch" in type(each).__module__}))
print(sum(isinstance(each, torch.Tensor) for each in gc.get_objects()), sys.getrecursionlimit())
print(torch.initial_seed(), torch.rand(3), torch.is_grad_enabled(), torch.get_default_dtype())
x = torch.tensor([1.0, 2.0], requires_grad=True)
model = nn.Linear(2, 2)
y = (model(x) * x).sum()
y.backward()
print(y.grad_fn, x.grad, x._version)
handle = y.register_hook(lambda grad: print("hook", grad))
try:
    y.backward()
except RuntimeError as error:
    print(error)
torch.ones(2) @ torch.ones(3)
`;

/**
 * What the program told, without the time that it took. Addresses depend on what lay in memory before; a program can see them, but not learn anything
 * from them. Text arrives in as many pieces as the time that it took, so pieces that follow each other are joined.
 */
function told({ events, end }: Outcome) {
  const joined: TraceEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    const goesOn = event.kind === 'output' && last?.kind === 'output';
    if (goesOn && last.stream === event.stream && last.site === event.site)
      joined[joined.length - 1] = { ...last, text: last.text + event.text };
    else joined.push(event);
  }
  return { end, events: joined.map((event) => JSON.stringify(event).replace(/0x[0-9a-f]+|(?<="ms":)[\d.]+/g, '0')) };
}

describe('the rehearsal of a spare interpreter', () => {
  for (const record of [true, false]) {
    it(`leaves nothing that a program ${record ? 'that is recorded' : 'in silence'} could see`, async () => {
      const cold = makeHost();
      const warm = makeHost();
      const first = told(await runProgram(cold, PROGRAM, { record }));
      await warm.warm();
      const second = told(await runProgram(warm, PROGRAM, { record }));
      await Promise.all([cold.dispose(), warm.dispose()]);
      assert.ok(first.events.length > 10);
      assert.deepEqual(second, first);
    });
  }
});
