import torch

torch.manual_seed(0)
w = torch.tensor([2.0, 3.0], dtype=torch.float16, requires_grad=True)
scaler = torch.cuda.amp.GradScaler(enabled=False)
loss = (w.float() * 4).sum()
scaler.scale(loss).backward()
print(w.grad, torch.tensor([0.0, 1.0]).log(), (torch.tensor([1.0]) / 0).item())
