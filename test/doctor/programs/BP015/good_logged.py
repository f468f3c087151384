import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
history = []
for step in range(3):
    loss = w.square().sum()
    loss.backward()
    value = torch.tensor(loss.item())
    history.append(value)
print(torch.tensor([float(value) for value in history]).mean())
