# A generator against a discriminator: which gradients a step touches, with detach on one side and frozen leaves on the other.
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(12)
generator = [torch.randn(2, 3).requires_grad_(), torch.zeros(3, requires_grad=True)]
discriminator = [torch.randn(3, 1).requires_grad_(), torch.zeros(1, requires_grad=True)]


def generate(z):
    return torch.tanh(torch.addmm(generator[1], z, generator[0]))


def judge(x):
    return torch.addmm(discriminator[1], x, discriminator[0]).squeeze(1)


def step(parameters, loss, rate=0.1):
    for parameter in generator + discriminator:
        parameter.grad = None
    loss.backward()
    with torch.no_grad():
        for parameter in parameters:
            parameter.sub_(rate * parameter.grad)
    return [parameter.grad is not None for parameter in generator + discriminator]


for round_ in range(3):
    real = torch.randn(4, 3) * 0.1 + 0.5
    fake = generate(torch.randn(4, 2))
    scores = judge(torch.cat([real, fake.detach()]))
    targets = torch.tensor([1.0] * 4 + [0.0] * 4)
    d_loss = F.binary_cross_entropy_with_logits(scores, targets)
    print("discriminator", f"{d_loss.item():.4f}", step(discriminator, d_loss))
    g_loss = F.softplus(-judge(fake)).mean()
    print("generator", f"{g_loss.item():.4f}", step(generator, g_loss))

for parameter in discriminator:
    parameter.requires_grad_(False)
print(step(generator, -judge(generate(torch.ones(1, 2))).mean()), judge(real).requires_grad)
print(judge(fake).grad_fn.name(), [n and n.name() for n, _ in judge(fake).grad_fn.next_functions[0][0].next_functions])
