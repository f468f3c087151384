# Functions of single elements: the nodes that their gradients are made of, and the order in which a second pass runs them.
import torch
from shared.twice import twice

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
S = (2, 3)

UNARY = """abs acos asin asinh atan atanh ceil cos cosh deg2rad erf erfc erfinv exp exp2 expm1 frac lgamma digamma log log10 log1p
log2 logit neg rad2deg reciprocal round rsqrt sigmoid sign sin sinc sinh sqrt square tan tanh trunc i0 positive nan_to_num angle"""
BINARY = """add sub mul div pow atan2 fmod remainder maximum minimum fmax fmin hypot copysign logaddexp logaddexp2 xlogy float_power"""
for name in UNARY.split():
    twice(name, getattr(torch, name), S, positive=True)
for name in BINARY.split():
    twice(name, getattr(torch, name), S, S, positive=True)
    twice(name + " broadcast", getattr(torch, name), S, (3,), positive=True)

twice("pow2", lambda x: x ** 2, S)
twice("pow3", lambda x: x ** 3, S)
twice("pow.5", lambda x: x ** 0.5, S, positive=True)
twice("rpow", lambda x: 2 ** x, S)
twice("pow1", lambda x: x ** 1, S)
twice("pow0", lambda x: x ** 0, S)
twice("rdiv", lambda x: 1 / x, S)
twice("rsub", lambda x: 1 - x, S)
twice("div trunc", lambda x, y: torch.div(x, y, rounding_mode="trunc"), S, S)
twice("clone", lambda x: x.clone(), S)
twice("cont", lambda x: x.t().contiguous(), S)
twice("float", lambda x: x.float(), S)
twice("clamp", lambda x: x.clamp(-0.5, 0.5), S)
twice("clampT", lambda x, a: x.clamp(a), S, S)
twice("lerp", lambda x, y: x.lerp(y, 0.3), S, S)
twice("lerpT", torch.lerp, S, S, S)
twice("addcmul", torch.addcmul, S, S, S)
twice("addcdiv", torch.addcdiv, S, S, S)
twice("complex", lambda a, b: torch.complex(a, b).imag, S, S)
twice("fft", lambda x: torch.fft.fft(x).real, S)
twice("viewreal", lambda a, b: torch.view_as_real(torch.complex(a, b)), S, S)
twice("cabs", lambda a, b: torch.complex(a, b).abs(), S, S)
