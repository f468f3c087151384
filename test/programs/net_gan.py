# Two networks against each other: a generator with transposed convolutions, a discriminator with leaky slopes.
import torch
from torch import nn

torch.manual_seed(0)


def weights_init(m):
    name = m.__class__.__name__
    if name.find("Conv") != -1:
        nn.init.normal_(m.weight.data, 0.0, 0.2)
    elif name.find("BatchNorm") != -1:
        nn.init.normal_(m.weight.data, 1.0, 0.02)
        nn.init.constant_(m.bias.data, 0)


generator = nn.Sequential(
    nn.ConvTranspose2d(2, 2, 2, 1, 0, bias=False),
    nn.BatchNorm2d(2),
    nn.ReLU(True),
    nn.ConvTranspose2d(2, 1, 2, 2, 0, bias=False),
    nn.Tanh(),
)
discriminator = nn.Sequential(
    nn.Conv2d(1, 2, 2, 2, 0, bias=False),
    nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(2, 1, 2, 1, 0, bias=False),
    nn.Sigmoid(),
    nn.Flatten(0),
)
generator.apply(weights_init)
discriminator.apply(weights_init)
print(generator)
print(discriminator)
criterion = nn.BCELoss()
optimizerD = torch.optim.Adam(discriminator.parameters(), lr=0.02, betas=(0.5, 0.999))
optimizerG = torch.optim.Adam(generator.parameters(), lr=0.02, betas=(0.5, 0.999))
real = torch.tanh(torch.randn(3, 1, 4, 4) + 0.5)
for step in range(3):
    discriminator.zero_grad()
    label = torch.full((3,), 1.0)
    errD_real = criterion(discriminator(real), label)
    errD_real.backward()
    fake = generator(torch.randn(3, 2, 1, 1))
    label.fill_(0.0)
    errD_fake = criterion(discriminator(fake.detach()), label)
    errD_fake.backward()
    optimizerD.step()

    generator.zero_grad()
    label.fill_(1.0)
    errG = criterion(discriminator(fake), label)
    errG.backward()
    optimizerG.step()
    print(step, f"{(errD_real + errD_fake).item():.4f} {errG.item():.4f} {fake.mean().item():.4f}")
