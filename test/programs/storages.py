# The memory behind tensors: storages, bytes read as another dtype, memory that is taken over.
import torch
x=torch.arange(6.)
s=x.storage()
def t(f):
    try: print(repr(f()))
    except Exception as e: print(type(e).__name__, str(e)[:300])
s[0]=9; print(x)
print(len(s), s.dtype, s.nbytes(), s.type(), s[2], s[-1], x[2:].storage().tolist(), s.element_size(), s.data_ptr()==x.data_ptr())
t(lambda: s[10]); t(lambda: s['a']); print(s); print(s.untyped()); print(torch.is_storage(s), s.fill_(2).tolist(), x)
s.resize_(8); print(len(s), x.shape)
y=torch.zeros(2,2)
t(lambda: y.set_(s,1,(2,),(2,))); y[0]=7; print(x, y.storage_offset())
z=torch.zeros(3); z.set_(x); z[0]=5; print(x)
a=torch.arange(6.)
print(a.view(torch.int32)); b=a.view(torch.int32); b[1]=0; print(a, a._version, b._version)
print(a.double().view(torch.int32), a.view(torch.float64), a.view(torch.uint8).shape, a.view(2,3)[:,:2].view(torch.uint8).shape)
t(lambda: a[::2].view(torch.uint8)); t(lambda: a[:3].view(torch.float64)); t(lambda: torch.tensor(1.).view(torch.uint8)); t(lambda: torch.tensor(1.).view(torch.int32)); t(lambda: a[1:3].view(torch.float64))
t(lambda: torch.tensor([True,False]).view(torch.uint8)); t(lambda: torch.tensor([1j]).view(torch.float32))
