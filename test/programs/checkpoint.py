# torch.utils.checkpoint in both ways: the forward runs again inside backward.
import torch, warnings
from torch.utils.checkpoint import checkpoint, checkpoint_sequential
torch.manual_seed(0)
lin=torch.nn.Linear(4,4)
a=torch.randn(2,4,requires_grad=True)
for re in (True,False):
    calls=[]
    def fn(t,flag=None):
        calls.append(torch.is_grad_enabled()); return torch.relu(lin(t))*2
    a.grad=None; lin.zero_grad(set_to_none=True) if hasattr(lin,'zero_grad') else None
    out=checkpoint(fn,a,use_reentrant=re)
    print(out.grad_fn.name(), calls)
    out.sum().backward(); print(calls, a.grad, lin.weight.grad.sum(), lin.bias.grad)
try:
    out=checkpoint(fn,a); torch.autograd.grad(out.sum(),a)
except RuntimeError as e: print(e)
print(checkpoint(fn,a,use_reentrant=False).sum().backward())
seq=torch.nn.Sequential(torch.nn.Linear(4,3),torch.nn.ReLU(),torch.nn.Linear(3,2),torch.nn.Tanh())
a.grad=None
checkpoint_sequential(seq,2,a).sum().backward(); print(a.grad)
with warnings.catch_warnings(record=True) as c:
    warnings.simplefilter('always')
    checkpoint(fn,a.detach()); print([str(q.message) for q in c])
d=torch.nn.Dropout(0.5)
a.grad=None
o=checkpoint(lambda t:d(t),a); o.sum().backward(); print(((o!=0)==(a.grad!=0)).all())
