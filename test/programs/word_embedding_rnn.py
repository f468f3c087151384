# Next-letter prediction: an embedding looked up by index, and a recurrent cell written out.
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(5)
text = "hello"
vocabulary = sorted(set(text))
ids = torch.tensor([vocabulary.index(letter) for letter in text])
size, hidden_size = len(vocabulary), 3
embedding = torch.randn(size, 3, requires_grad=True)
Wx = torch.randn(3, hidden_size, requires_grad=True)
Wh = (torch.eye(hidden_size) * 0.5).requires_grad_()
out = torch.randn(hidden_size, size, requires_grad=True)
parameters = dict(embedding=embedding, Wx=Wx, Wh=Wh, out=out)


def run(ids):
    h = torch.zeros(hidden_size)
    logits = []
    for i in ids:
        h = torch.tanh(embedding[i] @ Wx + h @ Wh)
        logits.append(h @ out)
    return torch.stack(logits), h


for step in range(4):
    logits, h = run(ids[:-1])
    loss = F.cross_entropy(logits, ids[1:])
    loss.backward()
    norm = torch.stack([p.grad.norm() for p in parameters.values()]).norm()
    with torch.no_grad():
        for p in parameters.values():
            p.add_(p.grad, alpha=-0.3)
            p.grad = None
    print(step, f"loss {loss.item():.4f} norm {norm.item():.4f}", "".join(vocabulary[i] for i in logits.argmax(-1)))

rows = F.embedding(ids, embedding, padding_idx=0)
(gradient,) = torch.autograd.grad(rows.sum(), embedding)
print(gradient, rows.grad_fn.name())
print([name for name, p in parameters.items() if p.requires_grad], h.grad_fn.name())
