import torch

w = torch.tensor([0.2, 0.7], requires_grad=True)
hard = (w > 0.5).float()
loss = (hard.detach() + w - w.detach()).sum()
loss.backward()
print(w.grad)
