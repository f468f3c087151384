# A convolutional network with batch norm and dropout, trained, evaluated and restored.
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)  # So that differences of rounding stay small.


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 2, 3, padding=1, bias=False),
            nn.BatchNorm2d(2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
        )
        self.dropout = nn.Dropout(0.25)
        self.classifier = nn.Linear(8, 2)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(self.dropout(torch.flatten(x, 1)))


images = torch.rand(2, 1, 4, 4)
labels = (images.mean(dim=(1, 2, 3)) > images.mean()).long()
model = Net()
print(model)
print(sum(p.numel() for p in model.parameters()), [name for name, _ in model.named_buffers()])
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
criterion = nn.CrossEntropyLoss()
for epoch in range(5):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    print(epoch, f"{loss.item():.4f}")
norm = model.features[1]
print(norm.running_mean, norm.running_var, norm.num_batches_tracked)

model.eval()
with torch.no_grad():
    before = model(images)
    print(F.softmax(before, dim=1))
other = Net()
other.load_state_dict(model.state_dict())
print(torch.equal(other.eval()(images), before), other.training)
