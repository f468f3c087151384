# A character language model with an LSTM, trained by truncated backpropagation through time.
import torch
from torch import nn

torch.manual_seed(0)
text = "hello hello hello "
letters = sorted(set(text))
stream = torch.tensor([letters.index(letter) for letter in text])


class CharModel(nn.Module):
    def __init__(self, size, width=3):
        super().__init__()
        self.encoder = nn.Embedding(size, width)
        self.rnn = nn.LSTM(width, width, batch_first=True)
        self.dropout = nn.Dropout(0.1)
        self.decoder = nn.Linear(width, size)

    def forward(self, x, state):
        output, state = self.rnn(self.encoder(x), state)
        return self.decoder(self.dropout(output)), state


model = CharModel(len(letters))
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.02)
criterion = nn.CrossEntropyLoss()
state = None
for step in range(3):
    chunk = stream[step * 4 : step * 4 + 5]
    if state is not None:
        state = tuple(part.detach() for part in state)
    scores, state = model(chunk[:-1].unsqueeze(0), state)
    loss = criterion(scores.transpose(1, 2), chunk[1:].unsqueeze(0))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(step, f"{loss.item():.4f}", f"{torch.exp(loss).item():.3f}")

model.eval()
letter, state, written = stream[:1].unsqueeze(0), None, "h"
with torch.no_grad():
    for _ in range(8):
        scores, state = model(letter, state)
        letter = scores[:, -1].argmax(-1, keepdim=True)
        written += letters[letter.item()]
print(repr(written))
