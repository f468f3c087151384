# Learning by comparison: NT-Xent over two views, triplets, and pairs that are near or far.
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)  # So that differences of rounding stay small.


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(4, 5), nn.LayerNorm(5), nn.ELU())
        self.projection = nn.Linear(5, 3)

    def forward(self, x):
        return F.normalize(self.projection(self.backbone(x)), dim=-1)


def nt_xent(a, b, temperature=0.5):
    z = torch.cat([a, b])
    similarity = z @ z.t() / temperature
    similarity = similarity.masked_fill(torch.eye(len(z), dtype=torch.bool), float("-inf"))
    n = len(a)
    return F.cross_entropy(similarity, torch.cat([torch.arange(n, 2 * n), torch.arange(n)]))


encoder = Encoder()
optimizer = torch.optim.SGD(encoder.parameters(), lr=0.5)
data = torch.randn(4, 4)
for step in range(3):
    first, second = (encoder(data + 0.1 * torch.randn_like(data)) for _ in range(2))
    loss = nt_xent(first, second)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(step, f"{loss.item():.4f}")

for criterion in (nn.TripletMarginLoss(margin=0.5), nn.TripletMarginWithDistanceLoss(distance_function=nn.CosineSimilarity())):
    encoder.zero_grad()
    anchor, positive, negative = encoder(data), encoder(data + 0.1), encoder(data.flip(0))
    loss = criterion(anchor, positive, negative)
    loss.backward()
    print(criterion, f"{loss.item():.4f}", f"{encoder.projection.weight.grad.norm().item():.4f}")

encoder.zero_grad()
loss = nn.CosineEmbeddingLoss(margin=0.1)(encoder(data[:2]), encoder(data[2:]), torch.tensor([1, -1]))
loss.backward()
print(f"{loss.item():.4f}", encoder.backbone[1].bias.grad)
