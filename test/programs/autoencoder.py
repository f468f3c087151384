# An autoencoder with tied weights: one leaf used on both ways, with dropout and a sparsity term.
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(10)
data = torch.randn(6, 2) @ torch.randn(2, 5)
weight = (torch.randn(5, 2) * 0.3).requires_grad_()
encoder_bias = torch.zeros(2, requires_grad=True)
decoder_bias = torch.zeros(5, requires_grad=True)
parameters = (weight, encoder_bias, decoder_bias)


def encode(x, training):
    return torch.tanh(F.dropout(x, 0.2, training) @ weight + encoder_bias)


def decode(code):
    return code @ weight.mT + decoder_bias


for step in range(6):
    code = encode(data, training=True)
    reconstruction = decode(code)
    loss = F.mse_loss(reconstruction, data) + 0.01 * code.abs().mean()
    torch.autograd.backward(loss)
    with torch.no_grad():
        for parameter in parameters:
            parameter -= 0.2 * parameter.grad
            parameter.grad.zero_()
    if step % 2 == 0:
        clean = decode(encode(data, training=False))
        print(step, f"{loss:.5f} {F.mse_loss(clean, data).item():.5f}", code.grad_fn.name())

node = reconstruction.grad_fn.next_functions[0][0]
print(node.name(), [n.name() for n, _ in node.next_functions], node.next_functions[1][0].next_functions[0][0].variable is weight)
print(encode(data, False).detach().abs().max() <= 1, weight.mT.is_contiguous(), weight.grad)
