# torch.save and torch.load, to memory and to files; what is shared stays shared, and what is refused.
import collections
import fractions
import io
import os
import pickle
import tempfile
import torch


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def through(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer)
    buffer.seek(0)
    return torch.load(buffer, **options)


x = torch.arange(6.0).reshape(2, 3)
copy = through({"x": x, "row": x[1], "turned": x.t(), "n": 3, "names": ["a", ("b", None)]})
copy["x"][1, 0] = 100
print(copy, copy["turned"].stride(), copy["row"].storage_offset(), x[1, 0])
DTYPES = "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128".split()
for name in DTYPES:
    saved = torch.tensor([1, 0, 3]).to(getattr(torch, name))
    back = through(saved)
    print(back, back.dtype is saved.dtype, torch.equal(back, saved))
print(through([torch.zeros(0, 3), torch.tensor(2.5), torch.float16, x.shape, torch.device("cpu"), torch.Size([])]))

leaf = torch.ones(2, requires_grad=True)
for tensor in (leaf, leaf * 2, torch.nn.Parameter(torch.tensor([1.5, 2.5])), torch.nn.Parameter(torch.ones(1), False)):
    back = through(tensor)
    print(type(back).__name__, back, back.is_leaf, back.requires_grad, back.grad_fn, back._version)
state = collections.OrderedDict(weight=torch.randn(2, 2), bias=torch.zeros(2))
back = through(state, weights_only=True)
print(type(back).__name__, list(back), all(torch.equal(back[name], state[name]) for name in state))
print(torch.equal(pickle.loads(pickle.dumps(x)), x), pickle.loads(pickle.dumps(torch.float64)) is torch.float64)
print(through(x.storage()).tolist(), type(through(x.storage())).__name__, pickle.loads(pickle.dumps(x.storage())).tolist())
print(torch.FloatStorage, torch.FloatStorage([1, 2]).tolist(), torch.LongStorage.dtype, isinstance(x.storage(), torch.FloatStorage))

path = os.path.join(tempfile.gettempdir(), "weights.pt")
torch.save(state, path)
print(torch.equal(torch.load(path)["weight"], state["weight"]), os.path.getsize(path) > 0)
with open(path, "rb") as file:
    print(file.read(2), torch.equal(torch.load(path, map_location="cpu")["bias"], torch.zeros(2)))
os.remove(path)

for location in (torch.device("cpu"), {"cpu": "cpu"}, lambda storage, location: print(type(storage).__name__, location)):
    print(through(x[0], map_location=location))
attempt(lambda: through(x, map_location="cuda"))
attempt(lambda: through(fractions.Fraction(1, 2), weights_only=True))
attempt(lambda: torch.load(io.BytesIO(b"")))
attempt(lambda: torch.load(5))
attempt(lambda: torch.save(x))
attempt(lambda: torch.save([x, x.view(torch.int32)], io.BytesIO()))
attempt(lambda: torch.save(torch.Generator(), io.BytesIO()))
