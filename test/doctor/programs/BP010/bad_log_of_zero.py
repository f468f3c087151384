import torch

logits = torch.tensor([[200.0, 0.0], [1.0, 3.0]], requires_grad=True)
target = torch.tensor([1, 0])
probabilities = torch.softmax(logits, dim=1)
likelihood = torch.log(probabilities)  # <- BP010
loss = -likelihood[torch.arange(2), target].mean()
loss.backward()
