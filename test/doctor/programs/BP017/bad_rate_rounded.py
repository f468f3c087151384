import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
rate = 1 // 1000
optimizer = torch.optim.Adam([w], lr=rate)  # <- BP017
for step in range(3):
    loss = w.square().sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
