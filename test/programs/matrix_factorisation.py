# Ratings completed by a product of two thin matrices; a mask says which entries count. Alternating steps freeze one side.
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(17)
truth = torch.randn(4, 2) @ torch.randn(2, 5)
mask = torch.rand(4, 5) < 0.7
users = torch.randn(4, 2)
items = torch.randn(5, 2)

for step in range(6):
    solve_users = step % 2 == 0
    users.requires_grad_(solve_users)
    items.requires_grad_(not solve_users)
    side = users if solve_users else items
    error = (users @ items.T - truth)[mask]
    loss = error.square().mean() + 1e-3 * side.square().sum()
    loss.backward()
    with torch.no_grad():
        side.sub_(side.grad, alpha=0.8)
    print(step, "users" if solve_users else "items", f"{loss.item():.5f}", int(mask.sum()), error.grad_fn.name())
    side.grad = None

users.requires_grad_(False), items.requires_grad_(False)
observed = torch.where(mask, truth, torch.zeros(()))
exact = torch.stack(
    [torch.linalg.solve(items[m].T @ items[m] + 1e-6 * torch.eye(2), items[m].T @ row[m]) for m, row in zip(mask, observed)]
)
print(f"{(exact @ items.T - truth)[mask].abs().mean().item():.5f}", exact.shape, observed[~mask].abs().sum().item())
print(torch.nonzero(~mask)[:3].tolist(), mask.sum(dim=1).tolist(), torch.linalg.matrix_rank(truth).item())
