"""Learning through samples: a reparametrised VAE bound, a policy gradient, and a straight-through categorical."""
import torch
from torch import nn
from torch.distributions import Bernoulli, Categorical, Independent, Normal, RelaxedOneHotCategorical, kl_divergence

torch.manual_seed(4)
x = (torch.rand(12, 5) < torch.tensor([0.9, 0.1, 0.8, 0.2, 0.5])).float()
encode, decode = nn.Linear(5, 4), nn.Linear(2, 5)
optimizer = torch.optim.Adam([*encode.parameters(), *decode.parameters()], lr=0.05)
prior = Independent(Normal(torch.zeros(2), torch.ones(2)), 1)
for step in range(6):
    mean, log_scale = encode(x).chunk(2, -1)
    posterior = Independent(Normal(mean, log_scale.exp()), 1)
    z = posterior.rsample()
    bound = Independent(Bernoulli(logits=decode(z)), 1).log_prob(x) - kl_divergence(posterior, prior)
    optimizer.zero_grad()
    (-bound.mean()).backward()
    optimizer.step()
    if step % 2 == 0:
        print(f"{bound.mean().item():.4f}")
print(posterior, posterior.entropy().shape)

logits = torch.zeros(3, requires_grad=True)
optimizer = torch.optim.SGD([logits], lr=0.5)
rewards = torch.tensor([0.0, 1.0, 0.2])
for step in range(5):
    policy = Categorical(logits=logits)
    actions = policy.sample((8,))
    gain = rewards[actions] - rewards[actions].mean()
    loss = -(policy.log_prob(actions) * gain).mean() - 0.01 * policy.entropy()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(actions.tolist(), f"{loss.item():.4f}")
print([f"{p:.3f}" for p in policy.probs.tolist()])

scores = torch.zeros(4, requires_grad=True)
sample = RelaxedOneHotCategorical(torch.tensor(0.5), logits=scores).rsample((3,))
(sample @ torch.arange(4.0)).sum().backward()
print([f"{v:.4f}" for v in scores.grad.tolist()])
