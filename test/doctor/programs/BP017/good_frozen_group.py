import torch

a = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor([3.0], requires_grad=True)
optimizer = torch.optim.SGD([{"params": [a], "lr": 0.0}, {"params": [b]}], lr=0.1)
for step in range(3):
    loss = (a * b).square().sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(a, b)
