# REINFORCE on a bandit with three arms: sampled actions, log-probabilities gathered, a moving baseline.
import torch

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(13)
rewards_of = torch.tensor([0.1, 0.5, 0.9])
preferences = torch.zeros(3, requires_grad=True)
baseline = 0.0

for episode in range(5):
    probabilities = preferences.softmax(0)
    actions = torch.multinomial(probabilities.detach(), 6, replacement=True, generator=generator)
    rewards = rewards_of[actions] + 0.05 * torch.randn(6, generator=generator)
    chosen = probabilities.log().gather(0, actions)
    entropy = -(probabilities * probabilities.log()).sum()
    loss = -(chosen * (rewards - baseline)).mean() - 0.01 * entropy
    loss.backward()
    with torch.no_grad():
        preferences -= 2 * preferences.grad
    preferences.grad.zero_()
    baseline = 0.8 * baseline + 0.2 * rewards.mean().item()
    counts = torch.bincount(actions, minlength=3).tolist()
    print(episode, counts, [f"{p:.3f}" for p in probabilities.tolist()], f"{baseline:.4f}", f"{entropy.item():.4f}")

score = torch.autograd.functional.jacobian(lambda p: p.log_softmax(0), preferences.detach())
identity = torch.eye(3) - preferences.softmax(0).expand(3, 3)
print(torch.allclose(score, identity), chosen.grad_fn.name(), actions.dtype, preferences.argmax().item())
