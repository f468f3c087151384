# A softmax classifier: cross entropy by hand and by function, one-hot targets, gradient of the logits.
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(4)
features = torch.randn(9, 4)
labels = torch.tensor([0, 1, 2] * 3)
W = torch.zeros(4, 3, requires_grad=True)
b = torch.zeros(3, requires_grad=True)

for epoch in range(4):
    for batch in torch.arange(9).split(3):
        logits = features[batch] @ W + b
        loss = F.cross_entropy(logits, labels[batch])
        loss.backward()
        with torch.no_grad():
            W -= 0.5 * W.grad
            b -= 0.5 * b.grad
        W.grad.zero_()
        b.grad.zero_()
    predicted = (features @ W + b).argmax(dim=1)
    print(epoch, f"{loss.item():.4f}", predicted.tolist(), (predicted == labels).float().mean().item())

logits = (features @ W + b).detach().requires_grad_()
by_hand = -(logits - logits.logsumexp(dim=1, keepdim=True))[torch.arange(9), labels].mean()
by_hand.backward()
expected = (logits.softmax(1) - F.one_hot(labels, 3)) / 9
print(torch.allclose(logits.grad, expected, atol=1e-6), by_hand.grad_fn.name())
for reduction in ("none", "sum", "mean"):
    value = F.nll_loss(F.log_softmax(logits, dim=-1), labels, reduction=reduction)
    print(reduction, value.shape, value.grad_fn.name())
smooth = F.cross_entropy(logits, labels, label_smoothing=0.1, weight=torch.tensor([1.0, 2.0, 0.5]))
print(f"{smooth.item():.4f}", torch.autograd.grad(smooth, logits)[0].sum(1).abs().max() < 1e-6)
