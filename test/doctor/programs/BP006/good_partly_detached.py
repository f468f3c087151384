import torch

w = torch.ones(3, requires_grad=True)
y = w * 2
loss = (y * y.detach()).sum()
loss.backward()
print(w.grad)
