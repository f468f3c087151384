import torch

w = torch.ones(3, requires_grad=True)
buffer = torch.Tensor(3)
for i in range(3):
    buffer[i] = float(i)
loss = (buffer * w).sum()
loss.backward()
print(torch.Tensor([5.0]), w.grad)
