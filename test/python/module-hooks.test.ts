/** What later PyTorch than 1.13 lets a module's hooks do: keyword arguments, an order, calls after errors, hooks before backward. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { makeHost, runProgram } from '../runtime/run-program.ts';

describe("a module's hooks", () => {
  const host = makeHost();
  after(() => host.dispose());

  async function printed(body: string): Promise<string[]> {
    const { stdout, stderr, end } = await runProgram(host, `${HEAD}${body}`);
    assert.equal(end.kind === 'exit' && end.code, 0, stderr);
    return stdout.trimEnd().split('\n');
  }

  it('are given keyword arguments, and may change them', async () => {
    const lines = await printed(`
m.register_forward_pre_hook(lambda module, args, kwargs: (args, {"by": kwargs["by"] + 1}), with_kwargs=True)
m.register_forward_hook(lambda module, args, kwargs, output: print(args[0].tolist(), kwargs, output.tolist()), with_kwargs=True)
m(x, by=2)
m.register_forward_pre_hook(lambda module, args, kwargs: 3, with_kwargs=True)
try:
    m(x, by=2)
except RuntimeError as error:
    print(error)
`);
    assert.deepEqual(lines, [
      "[1.0, 2.0] {'by': 3} [3.0, 6.0]",
      'forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got 3.',
    ]);
  });

  it('are called in the order of registration, or first', async () => {
    const lines = await printed(`
for register in (m.register_forward_pre_hook, m.register_forward_hook, m.register_full_backward_hook, m.register_full_backward_pre_hook):
    name = register.__name__.replace("register_", "")
    register(lambda *_, name=name: print("second", name))
    handle = register(lambda *_, name=name: print("first", name), prepend=True)
m(x).sum().backward()
handle.remove()
m(x).sum().backward()
`);
    const forward = ['first forward_pre_hook', 'second forward_pre_hook', 'first forward_hook', 'second forward_hook'];
    const backward = ['second full_backward_pre_hook', 'first full_backward_hook', 'second full_backward_hook'];
    assert.deepEqual(lines, [...forward, 'first full_backward_pre_hook', ...backward, ...forward, ...backward]);
  });

  it('may change what arrives before backward', async () => {
    const lines = await printed(`
m.register_full_backward_pre_hook(lambda module, grad_output: (grad_output[0] * 10,))
m.register_full_backward_hook(lambda module, grad_input, grad_output: print(grad_input[0].tolist(), grad_output[0].tolist()))
m(x).sum().backward()
print(x.grad.tolist())
`);
    assert.deepEqual(lines, ['[10.0, 10.0] [10.0, 10.0]', '[10.0, 10.0]']);
  });

  it('are called after an error, if they are always called', async () => {
    const lines = await printed(`
m.register_forward_hook(lambda module, args, output: print("never"))
m.register_forward_hook(lambda module, args, output: print("always", output), always_call=True)
try:
    m(x, by="nothing")
except TypeError as error:
    print(type(error).__name__)
`);
    assert.deepEqual(lines, ['always None', 'TypeError']);
  });

  it('before and after a state is saved', async () => {
    const lines = await printed(`
m.register_state_dict_pre_hook(lambda module, prefix, keep_vars: print("saving", repr(prefix), keep_vars))
m.register_load_state_dict_pre_hook(lambda module, state, prefix, *rest: print("loading", type(module).__name__, list(state)))
m.load_state_dict(m.state_dict(prefix=""))
`);
    assert.deepEqual(lines, ["saving '' False", "loading Scaled ['scale']"]);
  });
});

const HEAD = `
import torch
from torch import nn
class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))
    def forward(self, x, by=1):
        return x * self.scale * by
m = Scaled()
x = torch.tensor([1.0, 2.0], requires_grad=True)
`;
