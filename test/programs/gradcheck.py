# gradcheck and gradgradcheck: gradients beside finite differences.
import torch, warnings
from torch.autograd import gradcheck, gradgradcheck
torch.manual_seed(0)
x=torch.randn(3,4,dtype=torch.double,requires_grad=True); w=torch.randn(4,2,dtype=torch.double,requires_grad=True)
print(gradcheck(lambda a,b:(a@b).tanh(),(x,w)), gradgradcheck(lambda a,b:(a@b).tanh(),(x,w)))
class Bad(torch.autograd.Function):
    @staticmethod
    def forward(ctx,a): ctx.save_for_backward(a); return a*a
    @staticmethod
    def backward(ctx,g): (a,)=ctx.saved_tensors; return g*a*3
v=torch.tensor([1.,2.],dtype=torch.double,requires_grad=True)
try: gradcheck(Bad.apply,(v,))
except RuntimeError as e: print(type(e).__name__, e)
print(gradcheck(Bad.apply,(v,),raise_exception=False))
try: gradcheck(lambda a:a*2,(v.detach(),))
except ValueError as e: print(e)
with warnings.catch_warnings(record=True) as c:
    warnings.simplefilter('always')
    print(gradcheck(lambda a:a*2,(v.detach().float().requires_grad_(),), eps=1e-2, atol=1e-2))
    print([str(q.message) for q in c])
z=torch.randn(3,dtype=torch.cdouble,requires_grad=True)
print(gradcheck(lambda a:a.real*a.imag,(z,)), gradcheck(lambda a:a*a,(z,)))
