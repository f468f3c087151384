# A two-layer perceptron from plain tensors: it learns XOR by gradient descent.
import torch


def relu_layer(inputs, weight, bias):
    return (inputs @ weight + bias).relu()


class Perceptron:
    def __init__(self):
        self.w1 = torch.tensor([[0.5, -0.4, 0.8, 0.1], [-0.6, 0.9, 0.7, -0.2]], requires_grad=True)
        self.b1 = torch.zeros(4, requires_grad=True)
        self.w2 = torch.tensor([[0.6], [0.8], [-0.9], [0.3]], requires_grad=True)
        self.b2 = torch.zeros(1, requires_grad=True)

    def parameters(self):
        return [self.w1, self.b1, self.w2, self.b2]

    def __call__(self, inputs):
        hidden = relu_layer(inputs, self.w1, self.b1)
        return hidden @ self.w2 + self.b2


inputs = torch.tensor([[float(a), float(b)] for a in (0, 1) for b in (0, 1)])
targets = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
model = Perceptron()

for step in range(5):
    error = model(inputs) - targets
    loss = (error * error).mean()
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= 0.1 * parameter.grad
            parameter.grad.zero_()
    print(f"step {step}: loss {loss.item():.4f}")

print(model.b2)
