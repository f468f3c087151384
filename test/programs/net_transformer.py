# An encoder and a decoder that learn to reverse a sequence.
import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)  # So that differences of rounding stay small.
VOCABULARY, LENGTH, WIDTH = 5, 2, 4


class Reverser(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.position = nn.Parameter(torch.zeros(LENGTH, WIDTH))
        self.transformer = nn.Transformer(
            WIDTH, 2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=8, dropout=0.0, batch_first=True
        )
        self.head = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, source, target):
        mask = self.transformer.generate_square_subsequent_mask(target.size(1))
        source = self.embedding(source) + self.position
        target = self.embedding(target) + self.position
        return self.head(self.transformer(source, target, tgt_mask=mask))


source = torch.tensor([[1, 2], [4, 3]])
target = source.flip(1)
shifted = torch.cat([torch.zeros(2, 1, dtype=torch.long), target[:, :-1]], dim=1)
model = Reverser()
print(model)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
for step in range(3):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(source, shifted).flatten(0, 1), target.flatten())
    loss.backward()
    optimizer.step()
    print(step, f"{loss.item():.4f}")
print(len(model.state_dict()), list(model.state_dict())[:4])

attention = nn.MultiheadAttention(4, 2)
query, memory = torch.randn(2, 1, 4, requires_grad=True), torch.randn(3, 1, 4)
output, weights = attention(query, memory, memory, key_padding_mask=torch.tensor([[False, False, True]]))
output.square().sum().backward()
print(weights, query.grad)

encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 4, batch_first=True), 1).eval()
padding = torch.tensor([[False, True, True], [False, False, True]])
with torch.no_grad():
    print(encoder(torch.randn(2, 3, 4), src_key_padding_mask=padding))
