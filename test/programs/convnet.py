# A convolutional network from functions alone: convolution, batch norm with running statistics, pooling, a linear head.
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(9)
images = torch.randn(2, 1, 5, 5)
labels = torch.tensor([0, 1])
kernel = (torch.randn(2, 1, 3, 3) * 0.5).requires_grad_()
bias = torch.zeros(2, requires_grad=True)
gamma, beta = torch.ones(2, requires_grad=True), torch.zeros(2, requires_grad=True)
head = (torch.randn(3, 2) * 0.5).requires_grad_()
mean, variance = torch.zeros(2), torch.ones(2)
parameters = [kernel, bias, gamma, beta, head]


def forward(images, training=True):
    x = F.conv2d(images, kernel, bias, padding=1, stride=2)
    x = F.batch_norm(x, mean, variance, gamma, beta, training=training, momentum=0.1)
    x = F.relu(x)
    x = F.max_pool2d(x, kernel_size=2, stride=1)
    x = F.adaptive_avg_pool2d(x, 1).flatten(1)
    return F.linear(x, head)


for step in range(4):
    logits = forward(images)
    loss = F.cross_entropy(logits, labels)
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients):
            parameter -= 0.5 * gradient
    print(step, f"{loss.item():.4f}", [f"{g.norm().item():.4f}" for g in gradients])

print([f"{v:.4f}" for v in mean.tolist()], [f"{v:.4f}" for v in variance.tolist()])
with torch.no_grad():
    print(forward(images, training=False).shape, forward(images, training=False).requires_grad)
padded = torch.zeros(2, 1, 7, 7)
padded[:, :, 1:-1, 1:-1] = images
patches = padded.unfold(2, 3, 2).unfold(3, 3, 2)
by_patches = torch.einsum("bcyxij,ocij->boyx", patches, kernel) + bias.view(1, -1, 1, 1)
print(torch.allclose(by_patches, F.conv2d(images, kernel, bias, 2, 1)), patches.shape, by_patches.grad_fn.name())
