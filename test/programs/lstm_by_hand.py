# An LSTM cell written out: four gates from one product, state carried through time, truncated by detach.
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(6)
inputs, hidden, steps = 2, 3, 4
W = (torch.randn(inputs + hidden, 4 * hidden) * 0.4).requires_grad_()
b = torch.zeros(4 * hidden)
b[hidden : 2 * hidden] = 1.0
b.requires_grad_()


def cell(x, state):
    h, c = state
    gates = torch.cat([x, h], dim=-1) @ W + b
    i, f, o, g = gates.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


sequence = torch.randn(2 * steps, 1, inputs)
target = sequence.sum(-1).cumsum(0) / 4
state = (torch.zeros(1, hidden), torch.zeros(1, hidden))
for part in range(2):
    outputs = []
    for x in sequence[part * steps : (part + 1) * steps]:
        state = cell(x, state)
        outputs.append(state[0].mean())
    loss = (torch.stack(outputs) - target[part * steps : (part + 1) * steps, 0]).square().mean()
    loss.backward()
    print(f"{loss.item():.5f}", f"{W.grad.norm().item():.5f}", f"{b.grad.norm().item():.5f}")
    print(state[0].grad_fn.name(), [node.name() for node, _ in state[1].grad_fn.next_functions])
    state = tuple(s.detach() for s in state)
    print([s.requires_grad for s in state], [s.is_leaf for s in state])
forget = b.grad.view(4, hidden)[1]
print(forget.shape, bool((b.grad != 0).all()))
