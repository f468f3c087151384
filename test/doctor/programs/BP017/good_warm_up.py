import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.0)
for step in range(3):
    optimizer.param_groups[0]["lr"] = 0.1 * step
    loss = w.square().sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(w)
