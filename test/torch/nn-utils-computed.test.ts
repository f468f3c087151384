/** Parameters that are computed: by `parametrize`, and by the masks of `prune`. */
import { attempts, describePrograms } from './both-sides.ts';

const COMMON = `
import copy
from torch import nn
from torch.nn.utils import parametrize as P, parametrizations, prune
torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
def named(m): return [(n, tuple(p.shape)) for n, p in m.named_parameters()], [n for n, _ in m.named_buffers()], list(m.state_dict())
`;

const PARAMETRIZE = `
class Symmetric(nn.Module):
    def forward(self, x): return x.triu() + x.triu(1).transpose(-1, -2)
    def right_inverse(self, a): return a.triu()
class Exp(nn.Module):
    def forward(self, x): return x.exp()
    def right_inverse(self, x): return x.log()
class Outer(nn.Module):
    def forward(self, a, b): return a.unsqueeze(1) * b
    def right_inverse(self, x): return x[:, 0].clone(), x[0].clone()
class Wrong(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f
    def forward(self, x): return self.f(x)
def symmetric():
    m = P.register_parametrization(nn.Linear(3, 3), "weight", Symmetric())
    print(m, type(m), named(m))
    print(m.weight, P.is_parametrized(m), P.is_parametrized(m, "bias"), P.type_before_parametrizations(m))
    m(torch.ones(2, 3)).sum().backward()
    print(m.parametrizations.weight.original.grad)
    torch.optim.SGD(m.parameters(), lr=0.1).step()
    print(m.weight, torch.equal(m.weight, m.weight.t()))
    m.weight = torch.eye(3) * 2
    print(m.weight, m.parametrizations.weight.original)
    with P.cached(): print(m.weight is m.weight)
    other = copy.deepcopy(m)
    print(other.weight is m.weight, torch.equal(other.weight, m.weight))
    P.remove_parametrizations(m, "weight")
    return m, named(m), type(m.weight), m.weight
def stacked():
    m = nn.Linear(2, 2)
    m.weight.data = torch.tensor([[2.0, 0.5], [0.5, 3.0]])
    P.register_parametrization(m, "weight", Symmetric())
    P.register_parametrization(m, "weight", Exp())
    before = m.weight.detach().clone()
    P.remove_parametrizations(m, "weight", leave_parametrized=False)
    return before, m.weight
def outer():
    m = P.register_parametrization(nn.Linear(3, 2), "weight", Outer())
    m(torch.ones(3)).sum().backward()
    print(named(m), m.parametrizations.weight.original0.grad, m.weight)
    P.remove_parametrizations(m, "weight")
    return m.weight
def spectral(m, x):
    parametrizations.spectral_norm(m)
    for _ in range(2): m(x).sum().backward()
    print(m, named(m), m.weight, m.parametrizations.weight.original.grad)
    m.eval()
    return m.weight
`;

const PARAMETRIZED = `
symmetric()
stacked()
outer()
spectral(nn.Linear(3, 4), torch.ones(2, 3))
spectral(nn.ConvTranspose1d(2, 3, 2), torch.ones(1, 2, 3))
P.register_parametrization(nn.Linear(2, 2), "none", Symmetric())
P.register_parametrization(nn.Linear(2, 2), "weight", Wrong(lambda x: 1))
P.register_parametrization(nn.Linear(2, 2), "weight", Wrong(lambda x: x[0]))
P.register_parametrization(nn.Linear(2, 2), "weight", Wrong(lambda x: x.float()))
P.register_parametrization(P.register_parametrization(nn.Linear(2, 2), "weight", Symmetric()), "weight", Wrong(lambda x: x[0]))
P.remove_parametrizations(nn.Linear(2, 2), "weight")
P.remove_parametrizations(P.register_parametrization(nn.Linear(3, 2), "weight", Outer()), "weight", False)
setattr(P.register_parametrization(nn.Linear(2, 2), "weight", Wrong(lambda x: x)), "weight", torch.eye(2))
parametrizations.spectral_norm(nn.Linear(2, 2), "none")
parametrizations.spectral_norm(nn.Linear(2, 2), dim=4)
parametrizations.spectral_norm(nn.Linear(2, 2), n_power_iterations=0)
__import__("pickle").dumps(P.register_parametrization(nn.Linear(2, 2), "weight", Symmetric()))
`;

const PRUNE = `
class Threshold(prune.BasePruningMethod):
    PRUNING_TYPE = "unstructured"
    def compute_mask(self, t, default_mask): return default_mask * (t.abs() > 0.2)
def show(m, x=torch.ones(2, 4)):
    out = m(x)
    out.sum().backward()
    return m.weight, named(m), prune.is_pruned(m), m.weight_orig.grad, list(m._forward_pre_hooks.values())[0].__class__.__name__
def twice():
    m = prune.l1_unstructured(nn.Linear(4, 3), "weight", 0.3)
    prune.ln_structured(m, "weight", 1, 2, 0)
    print(show(m))
    prune.random_unstructured(m, "weight", 2)
    print(m.weight_mask, len(list(m._forward_pre_hooks.values())[0]))
    prune.remove(m, "weight")
    return m.weight, named(m), prune.is_pruned(m)
def together():
    m = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
    prune.global_unstructured([(m[0], "weight"), (m[1], "weight")], prune.L1Unstructured, amount=5)
    print(m[0].weight_mask, m[1].weight_mask)
    prune.global_unstructured([(m[0], "weight"), (m[1], "weight")], prune.L1Unstructured, amount=0.5)
    return m[0].weight_mask, m[1].weight_mask, prune.is_pruned(m)
def own():
    m = nn.Linear(4, 3)
    Threshold.apply(m, "bias")
    return m.bias, m.bias_mask
`;

const PRUNED = `
show(prune.l1_unstructured(nn.Linear(4, 3), "weight", amount=0.5))
show(prune.l1_unstructured(nn.Linear(4, 3), "weight", 2, importance_scores=torch.arange(12.0).view(3, 4)))
show(prune.random_unstructured(nn.Linear(4, 3), "weight", 5))
show(prune.random_structured(nn.Linear(4, 3), "weight", 2, 1))
show(prune.random_structured(nn.Linear(4, 3), "weight", 0.3, -1))
show(prune.ln_structured(nn.Linear(4, 3), "weight", 0.5, n=1, dim=1))
show(prune.ln_structured(nn.Linear(4, 3), "weight", 0, 2, 0))
show(prune.identity(nn.Linear(4, 3), "weight"))
show(prune.custom_from_mask(nn.Linear(4, 3), "weight", torch.eye(4)[:3]))
twice()
together()
own()
prune.L1Unstructured(0.5).prune(torch.tensor([1.0, -3.0, 2.0, 0.5]))
prune.remove(nn.Linear(2, 2), "weight")
prune.l1_unstructured(nn.Linear(2, 2), "weight", "a")
prune.l1_unstructured(nn.Linear(2, 2), "weight", 1.5)
prune.l1_unstructured(nn.Linear(2, 2), "weight", -1)
prune.l1_unstructured(nn.Linear(2, 2), "weight", 5)
prune.l1_unstructured(nn.Linear(2, 2), "none", 1)
prune.ln_structured(nn.Linear(2, 2), "bias", 1, 2, 0)
prune.ln_structured(nn.Linear(2, 2), "weight", 1, 2, 2)
prune.global_unstructured([(nn.Linear(2, 2), "weight")], prune.LnStructured, amount=1, n=2)
prune.global_unstructured(3, prune.L1Unstructured)
prune.PruningContainer(3)
`;

describePrograms('parameters that are computed', [
  ['by parametrizations', COMMON + PARAMETRIZE + attempts(PARAMETRIZED)],
  ['by masks', COMMON + PRUNE + attempts(PRUNED)],
]);
