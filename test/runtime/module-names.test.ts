/** Every node knows the module that made it, and which of that module's calls it was. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { makeHost, runProgram } from './run-program.ts';

describe('a node of the trace knows its module', () => {
  const host = makeHost();
  after(() => host.dispose());

  /** What the program's nodes are, in the order in which they were made: `MulBackward0 encoder.0#1`. */
  async function places(source: string): Promise<string[]> {
    const { events, end, stderr } = await runProgram(host, `${HEAD}${source}`);
    assert.equal(end.kind === 'exit' && end.code, 0, stderr);
    const nodes = events.filter((event) => event.kind === 'node').filter(({ name }) => name !== 'AccumulateGrad');
    return nodes.map(({ name, module, moduleCall }) =>
      module === null ? name.replace(/Backward0$/, '') : `${name.replace(/Backward0$/, '')} ${module}#${moduleCall}`,
    );
  }

  it('by its path from the outermost one, through Sequential, ModuleList and ModuleDict', async () => {
    const found = await places(`
class Attention(nn.Module):
    def forward(self, x):
        return x.sin()
class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn = Attention()
        self.steps = nn.Sequential(Attention(), nn.Sequential(Attention()))
    def forward(self, x):
        return self.steps(self.self_attn(x)).cos() + F.relu(x)
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Module()
        self.encoder.layers = nn.ModuleList([Layer(), Layer()])
        self.heads = nn.ModuleDict({"a": Attention(), "b": Attention()})
    def forward(self, x):
        for layer in self.encoder.layers:
            x = layer(x)
        return self.heads["b"](x) * self.heads["a"](x)
Model()(x).sum()
`);
    const layer = (i: number) => [
      `Sin encoder.layers.${i}.self_attn#1`,
      `Sin encoder.layers.${i}.steps.0#1`,
      `Sin encoder.layers.${i}.steps.1.0#1`,
      `Cos encoder.layers.${i}#1`,
      `Relu encoder.layers.${i}#1`,
      `Add encoder.layers.${i}#1`,
    ];
    assert.deepEqual(found, [...layer(0), ...layer(1), 'Sin heads.b#1', 'Sin heads.a#1', 'Mul Model#1', 'Sum']);
  });

  it('and which of its calls it was, under reuse and over several passes', async () => {
    const found = await places(`
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.step = Step()
        self.again = self.step
    def forward(self, x):
        return self.again(self.step(x)).exp()
model = Model()
for _ in range(2):
    model(x).sum().backward()
`);
    const round = (n: number) => [`Sin step#${2 * n - 1}`, `Sin step#${2 * n}`, `Exp Model#${n}`, 'Sum'];
    assert.deepEqual(found, [...round(1), ...round(2)]);
  });

  it('by the way to it, where two modules share one', async () => {
    const found = await places(`
class Part(nn.Module):
    def __init__(self, embed):
        super().__init__()
        self.embed = embed
    def forward(self, x):
        return self.embed(x)
shared = Step()
pair = nn.Sequential(OrderedDict(encoder=Part(shared), decoder=Part(shared)))
pair(x)
pair.decoder(x)
shared(x)
`);
    assert.deepEqual(found, [
      'Sin encoder.embed#1',
      'Sin decoder.embed#2',
      'Sin decoder.embed#3',
      'Sin decoder.embed#4',
    ]);
  });

  it('under recursion', async () => {
    const found = await places(`
class Countdown(nn.Module):
    def __init__(self):
        super().__init__()
        self.step = Step()
    def forward(self, x, n):
        return x.exp() if n == 0 else self(self.step(x), n - 1).cos()
nn.Sequential(OrderedDict(body=Countdown())).body(x, 1)
class Loop(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.inner.outer = self
    def forward(self, x, n=1):
        return self.inner(x, n).cos()
class Inner(nn.Module):
    def forward(self, x, n):
        return x.sin() if n == 0 else self.outer(x, n - 1)
Loop()(x)
`);
    assert.deepEqual(found, [
      'Sin step#1',
      'Exp Countdown#2',
      'Cos Countdown#1',
      'Sin inner#2',
      'Cos Loop#2',
      'Cos Loop#1',
    ]);
  });

  it('in hooks, in backward, in checkpoints, and not outside of modules or after an error', async () => {
    const found = await places(`
from torch.utils.checkpoint import checkpoint
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Step()])
    def forward(self, x):
        return checkpoint(self.blocks[0], x)
model = Model()
handle = model.register_forward_hook(lambda module, input, output: output.exp())
model(x).sum().backward()
handle.remove()
class Failing(nn.Module):
    def forward(self, x):
        raise ValueError
try:
    nn.Sequential(Failing())(x)
except ValueError:
    x.tan()
class Unmade(nn.Module):
    def __init__(self):
        pass
try:
    Unmade()(x)
except AttributeError:
    x.tan()
`);
    assert.deepEqual(found, [
      'CheckpointFunctionBackward Model#1',
      'Exp Model#1',
      'Sum',
      'Sin blocks.0#2',
      'Tan',
      'Tan',
    ]);
  });

  it('by its class, where it is no part of what runs; and a module that comes or goes is found', async () => {
    const found = await places(`
class Wrapper(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.held = [model]
        self.own = Step()
    def forward(self, x):
        return self.held[0](self.own(x))
wrapper = Wrapper(nn.Sequential(Step()))
wrapper(x)
wrapper.model = wrapper.held[0]
wrapper.own = Step()
wrapper(x)
`);
    assert.deepEqual(found, ['Sin own#1', 'Sin Sequential.0#1', 'Sin own#1', 'Sin model.0#2']);
  });
});

const HEAD = `
from collections import OrderedDict
import torch
from torch import nn
from torch.nn import functional as F
class Step(nn.Module):
    def forward(self, x):
        return x.sin()
x = torch.ones(2, requires_grad=True)
`;
