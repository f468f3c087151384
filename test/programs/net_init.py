# Every way to begin: the numbers of torch.nn.init under a seed, to the last bit.
import torch
from torch import nn

torch.manual_seed(0)


def show(name, tensor):
    print(name, tensor.shape, tensor.requires_grad, tensor.flatten().tolist())


show("uniform", nn.init.uniform_(torch.empty(2, 3), -2.0, 5.0))
show("normal", nn.init.normal_(torch.empty(2, 3), 1.0, 0.1))
show("normal of many", nn.init.normal_(torch.empty(4, 5), 1.0, 0.1))
show("constant", nn.init.constant_(torch.empty(2), 0.3))
show("ones", nn.init.ones_(torch.empty(2)))
show("zeros", nn.init.zeros_(torch.empty(2)))
show("eye", nn.init.eye_(torch.empty(2, 3)))
show("dirac", nn.init.dirac_(torch.empty(4, 2, 3)))
show("dirac in groups", nn.init.dirac_(torch.empty(4, 2, 3, 2), groups=2))
show("xavier uniform", nn.init.xavier_uniform_(torch.empty(3, 2), gain=nn.init.calculate_gain("relu")))
show("xavier normal", nn.init.xavier_normal_(torch.empty(2, 3, 2)))
show("kaiming uniform", nn.init.kaiming_uniform_(torch.empty(3, 2), mode="fan_out", nonlinearity="relu"))
show("kaiming normal", nn.init.kaiming_normal_(torch.empty(3, 2, 2, 2), a=0.1))
show("sparse", nn.init.sparse_(torch.empty(5, 3), sparsity=0.4))
for values in nn.init.trunc_normal_(torch.empty(3, 4), std=0.5, a=-0.6, b=0.7):
    print(values)
for shape in ((2, 3), (3, 2), (2, 2, 2)):
    print(nn.init.orthogonal_(torch.empty(shape), gain=2.0))

for nonlinearity in ("linear", "conv2d", "conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
    print(nonlinearity, nn.init.calculate_gain(nonlinearity))
print(nn.init.calculate_gain("leaky_relu", 0.2))

parameter = nn.Parameter(torch.empty(2, 2))
print(nn.init.xavier_uniform_(parameter) is parameter, parameter.requires_grad, parameter.grad_fn, parameter._version)

for wrong in (
    lambda: nn.init.calculate_gain("softmax"),
    lambda: nn.init.calculate_gain("leaky_relu", True),
    lambda: nn.init.xavier_uniform_(torch.empty(3)),
    lambda: nn.init.kaiming_uniform_(torch.empty(3, 2), mode="fan"),
    lambda: nn.init.eye_(torch.empty(3)),
    lambda: nn.init.dirac_(torch.empty(3, 2)),
    lambda: nn.init.dirac_(torch.empty(3, 2, 1), groups=2),
    lambda: nn.init.orthogonal_(torch.empty(3)),
    lambda: nn.init.sparse_(torch.empty(3), 0.1),
):
    try:
        wrong()
    except ValueError as error:
        print(error)
