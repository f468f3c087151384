/** `torch.func`, which PyTorch 1.13 does not have yet: beside `torch.autograd.functional`, which is compared with it. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { run, startHost } from './run-python.ts';

const host = startHost();
after(() => host.dispose());

const HEAD = `import torch
from torch.autograd import functional
from torch.func import functional_call, grad, grad_and_value, hessian, jacrev, vjp
x = torch.tensor([1.0, 2.0, 3.0])
y = torch.tensor([0.5, -1.0, 2.0])
f = lambda a: (a**3).sum()
g = lambda a: a * a.flip(0)
`;

async function printed(source: string): Promise<string> {
  const { stdout, stderr } = await run(host, HEAD + source);
  assert.equal(stderr, '');
  return stdout;
}

describe('torch.func', () => {
  it('gives the derivatives that torch.autograd.functional gives', async () => {
    const said = await printed(`
print(torch.equal(grad(f)(x), functional.jacobian(f, x)))
print(torch.equal(jacrev(g)(x), functional.jacobian(g, x)))
print(torch.equal(hessian(f)(x), functional.hessian(f, x)))
value, pull = vjp(g, x)
print(torch.equal(pull(y)[0], functional.vjp(g, x, y)[1]), torch.equal(value, g(x)))
print(torch.equal(jacrev(jacrev(f))(x), hessian(f)(x)), grad(grad(lambda t: t**4))(torch.tensor(2.0)))
`);
    assert.equal(said, 'True\nTrue\nTrue\nTrue True\nTrue tensor(48.)\n');
  });

  it('keeps the shape of its arguments, and hands on what belongs to a value', async () => {
    const said = await printed(`
print(grad(lambda p, t: (p["w"] * t).sum() + p["b"])({"w": x, "b": torch.tensor(1.0)}, y))
print(grad(lambda a, b: (a * b * b).sum(), argnums=(0, 1))(x, y))
print(grad_and_value(lambda a: (f(a), a * 2), has_aux=True)(x))
`);
    assert.equal(
      said,
      "{'w': tensor([ 0.5000, -1.0000,  2.0000]), 'b': tensor(1.)}\n" +
        '(tensor([0.2500, 1.0000, 4.0000]), tensor([ 1., -4., 12.]))\n' +
        '(tensor([ 3., 12., 27.]), (tensor(36.), tensor([2., 4., 6.])))\n',
    );
  });

  it("leaves its results in the program's graph where they belong to it, and only there", async () => {
    const said = await printed(`
z = x.clone().requires_grad_()
slope = grad(f)(z)
slope.sum().backward()
w = torch.tensor(3.0, requires_grad=True)
print(z.grad, grad(f)(x).requires_grad, grad(lambda a: (a * w).sum())(x).requires_grad)
`);
    assert.equal(said, 'tensor([ 6., 12., 18.]) False True\n');
  });

  it('calls a module with other parameters, and gives it its own back', async () => {
    const said = await printed(`
layer = torch.nn.Linear(3, 1)
own = layer.weight
print(functional_call(layer, {"weight": torch.ones(1, 3), "bias": torch.zeros(1)}, (x,)), layer.weight is own)
`);
    assert.equal(said, 'tensor([6.]) True\n');
  });

  it('refuses what is not scalar in the words of PyTorch 2, and forward mode by name', async () => {
    const said = await printed(`
for attempt in (lambda: grad(g)(x), lambda: torch.func.jvp(f, (x,), (y,)), lambda: torch.func.vmap(f)):
    try:
        attempt()
    except (RuntimeError, NotImplementedError) as error:
        print(type(error).__name__, error)
`);
    assert.match(
      said,
      /^RuntimeError grad_and_value\(f\)\(\*args\): Expected f\(\*args\) to return a scalar tensor, got tensor with 1 dims\./,
    );
    assert.match(said, /NotImplementedError torch\.func\.jvp is not in the embedded engine yet/);
    assert.match(said, /NotImplementedError torch\.func\.vmap is not in the embedded engine yet/);
  });
});
