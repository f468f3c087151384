# A variational autoencoder: noise reparametrised so that the mean and the variance have gradients; the KL term in closed form.
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)
x = torch.rand(4, 3)
encoder = (torch.randn(3, 4) * 0.5).requires_grad_()
decoder = (torch.randn(2, 3) * 0.5).requires_grad_()


def elbo(x, noise):
    mean, log_variance = (x @ encoder).chunk(2, dim=1)
    z = mean + torch.exp(0.5 * log_variance) * noise
    logits = z @ decoder
    likelihood = x * logits - torch.nn.functional.softplus(logits)
    divergence = -0.5 * (1 + log_variance - mean.pow(2) - log_variance.exp())
    return likelihood.sum(1) - divergence.sum(1), mean, log_variance


for step in range(5):
    bound, mean, log_variance = elbo(x, torch.randn(4, 2))
    loss = -bound.mean()
    encoder.grad, decoder.grad = torch.autograd.grad(loss, (encoder, decoder))
    with torch.no_grad():
        encoder.add_(encoder.grad, alpha=-0.3)
        decoder.add_(decoder.grad, alpha=-0.3)
    print(step, f"{loss.item():.5f}", f"{mean.std().item():.4f}", f"{log_variance.mean().item():+.4f}")

noise = torch.zeros(4, 2)
bound, mean, log_variance = elbo(x, noise)
log_variance.retain_grad()
mean.retain_grad()
bound.sum().backward()
print(torch.allclose(log_variance.grad, 0.5 * (1 - log_variance.exp())), mean.grad.shape)
print(mean.grad_fn.name(), log_variance.grad_fn is mean.grad_fn, mean.output_nr, log_variance.output_nr)
