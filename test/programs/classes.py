# A little network of the program's own classes.
import torch


class Layer:
    def __init__(self, inputs, outputs):
        count = inputs * outputs
        self.weight = (torch.arange(count, dtype=torch.float32).reshape(inputs, outputs) / count - 0.4).requires_grad_()
        self.bias = torch.zeros(outputs, requires_grad=True)

    def __call__(self, x):
        return torch.tanh(x @ self.weight + self.bias)


class Network:
    def __init__(self):
        self.layers = [Layer(2, 3), Layer(3, 1)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return {f"{i}.{name}": value for i, layer in enumerate(self.layers) for name, value in vars(layer).items()}


network = Network()
x = torch.tensor([[0.0, 1.0], [1.0, -1.0], [2.0, 0.5]])
y = network(x)
loss = ((y - 1) ** 2).mean()
loss.backward()
print(loss)
for name, value in network.parameters().items():
    print(name, value.shape, value.grad)
