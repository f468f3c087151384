# What state_dict holds, and what load_state_dict says of what does not fit.
import copy
import io
import pickle
import warnings

import torch
from torch import nn


def say(label, call):
    try:
        print(label, "->", call())
    except Exception as error:
        print(label, "!!", type(error).__name__, error)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.register_buffer("mean", torch.ones(1))
        self.register_buffer("scratch", torch.ones(1), persistent=False)
        self.scale = nn.Parameter(torch.tensor(2.0))
        self.register_parameter("absent", None)


class WithState(nn.Module):
    def __init__(self):
        super().__init__()
        self.count = 3

    def get_extra_state(self):
        return {"count": self.count}

    def set_extra_state(self, state):
        print("set", state)
        self.count = state["count"]


class Versioned(nn.Linear):
    _version = 7

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, *rest):
        print("version", local_metadata.get("version"), prefix)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)


torch.manual_seed(2)
net = Net()
state = net.state_dict()
print(list(state), dict(state._metadata), type(state).__name__)
print([value.requires_grad for value in state.values()], [value.requires_grad for value in net.state_dict(keep_vars=True).values()])
print(state["layer.weight"].data_ptr() == net.layer.weight.data_ptr(), net.state_dict(keep_vars=True)["scale"] is net.scale)
print(list(net.state_dict(prefix="model.")))
print(list(net.state_dict(destination={"first": 0}, prefix="p.")))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(list(net.state_dict({}, "q.", True)), [str(warning.message) for warning in caught])
say("all", lambda: net.load_state_dict(state))
say("strict", lambda: net.load_state_dict({"layer.weight": torch.ones(2, 2), "other": 1, "layer.other": 3, "scratch": torch.ones(1)}))
say("not strict", lambda: net.load_state_dict({"layer.weight": torch.ones(2, 2), "other": 1, "layer.other": 3}, strict=False))
say("sizes", lambda: net.load_state_dict({"layer.weight": torch.ones(3, 2), "layer.bias": torch.ones(()), "mean": torch.ones(()), "scale": torch.ones(1), "more": 1}))
say("sizes", lambda: net.load_state_dict({"layer.weight": torch.ones(3, 2)}, strict=False))
say("kinds", lambda: net.load_state_dict({"layer.weight": 3, "layer.bias": [1], "mean": None, "scale": 2.0}))
say("kinds", lambda: net.load_state_dict(3))
say("kinds", lambda: net.load_state_dict([("scale", 1)]))
say("dtypes", lambda: net.load_state_dict({"layer.bias": torch.tensor([1, 2]), "mean": torch.ones(1).double()}, strict=False))
print(net.layer.bias, net.mean, net.scale)
result = net.load_state_dict({}, strict=False)
print(result, type(result).__name__, result.missing_keys, result.unexpected_keys, len(result))
missing, unexpected = net.load_state_dict(state)
print(missing, unexpected, net.load_state_dict(state))

stateful = nn.Sequential(WithState(), nn.Linear(1, 1))
print(list(stateful.state_dict()), stateful.state_dict()["0._extra_state"])
say("extra", lambda: stateful.load_state_dict(stateful.state_dict()))
say("extra", lambda: stateful.load_state_dict({"1.weight": torch.ones(1, 1), "1.bias": torch.ones(1)}))
say("extra", lambda: nn.Linear(1, 1).load_state_dict({"weight": torch.ones(1, 1), "bias": torch.ones(1), "_extra_state": 3}))
say("extra", lambda: nn.Sequential(nn.Linear(1, 1)).load_state_dict({"0.weight": torch.ones(1, 1), "0.bias": torch.ones(1), "1._extra_state": 3, "0": 3, "0x": 1}))
versioned = nn.Sequential(Versioned(1, 1), nn.Sequential(Versioned(1, 1)))
print(dict(versioned.state_dict()._metadata))
say("version", lambda: versioned.load_state_dict(versioned.state_dict()))
say("version", lambda: versioned.load_state_dict(dict(versioned.state_dict())))
say("version", lambda: versioned.load_state_dict(copy.deepcopy(versioned.state_dict())))

hooked = nn.Sequential(nn.Linear(1, 1))
hooked[0]._register_state_dict_hook(lambda m, s, prefix, metadata: print("saved", type(m).__name__, list(s), repr(prefix), metadata))
hooked._register_state_dict_hook(lambda m, s, prefix, metadata: {"renamed": s["0.weight"]})
print(list(hooked.state_dict()))
hooked[0]._register_load_state_dict_pre_hook(lambda s, prefix, *rest: print("loading", list(s), prefix, rest))
hooked[0]._register_load_state_dict_pre_hook(lambda m, s, prefix, *rest: s.update({prefix + "bias": torch.ones(1)}), with_module=True)
hooked.register_load_state_dict_post_hook(lambda m, keys: print("loaded", type(m).__name__, keys))
say("hooks", lambda: hooked.load_state_dict({"0.weight": torch.ones(1, 1)}))
say("hooks", lambda: hooked.load_state_dict({"0.weight": torch.ones(1, 1), "0.bias": torch.zeros(1)}))
print(hooked[0].weight, hooked[0].bias)
forgiving = nn.Linear(1, 1)
forgiving.register_load_state_dict_post_hook(lambda m, keys: keys.missing_keys.clear())
say("forgiven", lambda: forgiving.load_state_dict({}))
answering = nn.Linear(1, 1)
answering.register_load_state_dict_post_hook(lambda m, keys: 3)
say("answer", lambda: answering.load_state_dict({}, strict=False))

file = io.BytesIO()
torch.save(net.state_dict(), file)
file.seek(0)
loaded = torch.load(file)
print(type(loaded).__name__, list(loaded), dict(loaded._metadata), all(torch.equal(loaded[key], state[key]) for key in state))
fresh = Net()
print(fresh.load_state_dict(loaded), torch.equal(fresh.layer.weight, net.layer.weight), fresh.layer.weight is net.layer.weight)
file = io.BytesIO()
hooked = nn.Sequential(nn.Linear(1, 2), nn.ModuleDict({"list": nn.ModuleList([nn.Tanh()])}), nn.ParameterList([net.scale, 3]))
hooked.register_buffer("scratch", torch.ones(1), persistent=False)
torch.save(hooked.eval(), file)
file.seek(0)
whole = torch.load(file)
print(whole, whole[0].weight, whole[0].weight.requires_grad, list(whole.__dict__), whole.training, whole.scratch)
again = pickle.loads(pickle.dumps(hooked))
print(again[0].bias, list(again.state_dict()), again.scratch, again[2][0] is net.scale)
