import torch

torch.manual_seed(0)
policy = torch.nn.Linear(2, 2)
optimizer = torch.optim.SGD(policy.parameters(), lr=0.1)
for episode in range(3):
    total = torch.zeros(())
    for step in range(4):
        log_probabilities = policy(torch.randn(2)).log_softmax(0)
        total = total - log_probabilities[step % 2] * (step - 1.5)
    optimizer.zero_grad()
    total.backward()
    optimizer.step()
