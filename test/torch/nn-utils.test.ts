/** `torch.nn.utils`: gradients that are clipped, parameters as a vector, weights that are made of others before each forward. */
import { attempts, describePrograms } from './both-sides.ts';

const COMMON = `
from torch import nn
from torch.nn import utils as U
def leaf(*values):
    p = torch.zeros(len(values), requires_grad=True)
    p.grad = torch.tensor(values)
    return p
def clipped(clip, ps, *args, **kwargs):
    total = clip(ps, *args, **kwargs)
    return total, [p.grad for p in (ps if isinstance(ps, (list, tuple)) else [ps])]
def two(): return [leaf(3.0, -4.0), leaf(0.5, 12.0, -1.0), torch.zeros(2, requires_grad=True)]
def odd(): return [leaf(float("inf"), 1.0), leaf(float("nan"))]
def back(ps, v):
    U.vector_to_parameters(v, ps)
    return [p.tolist() for p in ps], [p.requires_grad for p in ps], ps[0].data_ptr() == v.data_ptr()
def shapes(m): return [(n, tuple(p.shape)) for n, p in m.named_parameters()], list(m.state_dict())
`;

const CLIPS = `
clipped(U.clip_grad_norm_, two(), 1)
clipped(U.clip_grad_norm_, two(), 100.0)
clipped(U.clip_grad_norm_, two(), 1, norm_type=1)
clipped(U.clip_grad_norm_, two(), 1, 3.0)
clipped(U.clip_grad_norm_, two(), 1, norm_type="inf")
clipped(U.clip_grad_norm_, two()[0], 1, norm_type=float("inf"))
clipped(U.clip_grad_norm_, two()[0], 2)
U.clip_grad_norm_(iter(two()), 2)
U.clip_grad_norm_([], 1)
clipped(U.clip_grad_norm_, odd(), 1)
clipped(U.clip_grad_norm_, odd(), 1, error_if_nonfinite=True)
clipped(U.clip_grad_norm_, odd()[0], 1, "inf", True)
clipped(U.clip_grad_norm, two(), 1)
clipped(U.clip_grad_value_, two(), 1)
clipped(U.clip_grad_value_, two()[0], 3.5)
U.parameters_to_vector(two())
U.parameters_to_vector(nn.Linear(2, 3).parameters()).shape
back(two(), torch.arange(7.0))
U.vector_to_parameters([1, 2], two())
U.vector_to_parameters(torch.ones(2), two())
`;

const HOOKS = `
def train(make, remove, *inputs, steps=2):
    torch.manual_seed(0)
    m = make()
    print(m, shapes(m))
    optimizer = torch.optim.SGD(m.parameters(), lr=0.1)
    for x in inputs * steps:
        optimizer.zero_grad()
        out = m(x)
        out.pow(2).sum().backward()
        optimizer.step()
        print(out.sum(), [p.grad.sum() for p in m.parameters()])
    m.eval()
    print(m(inputs[0]).sum(), m.weight.sum())
    saved = m.state_dict()
    other = make()
    other.load_state_dict(saved)
    print(other.eval()(inputs[0]).sum())
    remove(m)
    print(shapes(m), m(inputs[0]).sum(), type(m.weight).__name__)
torch.set_default_dtype(torch.float64)
x, image = torch.ones(2, 3), torch.linspace(0, 1, 32).view(1, 2, 4, 4)
`;

const WEIGHTS = `
train(lambda: U.weight_norm(nn.Linear(3, 4)), U.remove_weight_norm, x)
train(lambda: U.weight_norm(nn.Linear(3, 4), dim=1), U.remove_weight_norm, x)
train(lambda: U.weight_norm(nn.Linear(3, 4), dim=None), U.remove_weight_norm, x)
train(lambda: U.weight_norm(nn.Conv2d(2, 3, 3)), U.remove_weight_norm, image)
train(lambda: U.weight_norm(nn.Conv2d(2, 3, 3), dim=1), U.remove_weight_norm, image)
U.weight_norm(U.weight_norm(nn.Linear(3, 4)))
U.remove_weight_norm(nn.Linear(3, 4))
U.weight_norm(nn.Linear(3, 4), "none")
train(lambda: U.spectral_norm(nn.Linear(3, 4)), U.remove_spectral_norm, x)
train(lambda: U.spectral_norm(nn.Linear(3, 4), n_power_iterations=3, dim=1), U.remove_spectral_norm, x)
train(lambda: U.spectral_norm(nn.Conv2d(2, 3, 3)), U.remove_spectral_norm, image)
train(lambda: U.spectral_norm(nn.ConvTranspose2d(2, 3, 3)), U.remove_spectral_norm, image)
U.spectral_norm(U.spectral_norm(nn.Linear(3, 4)))
U.remove_spectral_norm(nn.Linear(3, 4))
U.spectral_norm(nn.Linear(3, 4), n_power_iterations=0)
U.spectral_norm(nn.Linear(3, 4, bias=False), "bias")
dict(U.spectral_norm(nn.Linear(3, 4)).state_dict()._metadata)
`;

describePrograms('nn.utils', [
  ['clip gradients and turn parameters into a vector', COMMON + attempts(CLIPS)],
  ['normalise weights by length and by their largest singular value', COMMON + HOOKS + attempts(WEIGHTS)],
]);
