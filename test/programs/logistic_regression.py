# Logistic regression with a penalty on the weights; three ways to write the loss.
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(2)
points = torch.cat([torch.randn(6, 2) + 1.5, torch.randn(6, 2) - 1.5])
labels = torch.cat([torch.ones(6), torch.zeros(6)])
weight = torch.zeros(2, requires_grad=True)
bias = torch.zeros((), requires_grad=True)


def loss_of(weight, bias, penalty=0.01):
    logits = points @ weight + bias
    return F.binary_cross_entropy_with_logits(logits, labels) + penalty * weight.square().sum()


for step in range(5):
    loss = loss_of(weight, bias)
    weight.grad = bias.grad = None
    loss.backward()
    with torch.no_grad():
        weight.sub_(weight.grad)
        bias.sub_(bias.grad)
    correct = ((points @ weight + bias > 0) == labels.bool()).sum()
    print(step, round(loss.item(), 5), f"{correct}/{len(labels)}", [round(v, 4) for v in weight.tolist()])

logits = (points @ weight + bias)[:4]
by_hand = torch.log1p(torch.exp(-logits)).mean()
by_sigmoid = F.binary_cross_entropy(torch.sigmoid(logits), torch.ones(4))
by_softplus = F.softplus(-logits).mean()
gradients = [torch.autograd.grad(one, weight, retain_graph=True)[0] for one in (by_hand, by_sigmoid, by_softplus)]
print(torch.allclose(gradients[0], gradients[1], atol=1e-6), torch.allclose(gradients[0], gradients[2], atol=1e-6))
print(by_hand.grad_fn.name(), by_sigmoid.grad_fn.name(), by_softplus.grad_fn.name())
