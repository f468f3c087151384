"""How an entry of the database is said in a program: Python text over `args` and `kwargs`, evaluated on both sides.

Most entries are their name under `torch`. What is here is a method, an attribute, takes its arguments in another order than the
database gives them, or is made of several calls. The texts say what the database's own `op` does.
"""

import torch
from tensors import tensors_in

_METHODS = """contiguous sum_to_size expand expand_as to reshape_as view view_as unfold repeat bfloat16 bool byte char double float half
int long short chalf new_zeros new_ones new_empty new_empty_strided new_full __radd__ __rdiv__ __rmul__ __rand__ __ror__ __rxor__
__rmatmul__ __rmod__ __rpow__ __rsub__""".split()

_METHOD = "args[0].{}(*args[1:], **kwargs)"

EXPRESSIONS = {
    **{name: _METHOD.format(name) for name in _METHODS},
    **{name: f"args[0].{name}" for name in ("T", "H", "mT", "mH")},
    "uniform": "args[0].uniform_(*args[1:], **kwargs)",
    "resize_": "args[0].clone().resize_(*args[1:])",
    "resize_as_": "torch.resize_as_(args[0].clone(), args[1])",
    "zero_": "torch.zero_(args[0].clone())",
    "__getitem__": "args[0][args[1]]",
    "slice": "(lambda x, dim=0, start=None, end=None, step=1: x[(slice(None),) * (dim % x.dim()) + (slice(start, end, step),)])(*args, **kwargs)",
    "einsum": "torch.einsum(args[1], args[0])",
    "polygamma": "torch.polygamma(args[1], args[0], **kwargs)",
    "special.polygamma": "torch.special.polygamma(args[1], args[0], **kwargs)",
    "svd_lowrank": "torch.svd_lowrank(args[0] @ args[1].mT, **kwargs)",
    "pca_lowrank": "torch.pca_lowrank(args[0] @ args[1].mT, **kwargs)",
    "where": "torch.where(args[1], args[0], args[2])",
    "nn.functional.embedding": "torch.nn.functional.embedding(args[1], args[0], **kwargs)",
    "nn.functional.embedding_bag": "torch.nn.functional.embedding_bag(args[1], args[0], **kwargs)",
    "linalg.lstsq.grad_oriented": "torch.linalg.lstsq(args[0], args[1], driver=kwargs['driver'] if kwargs else args[2])[0]",
    "linalg.pinv.singular": "torch.linalg.pinv(args[0] @ args[1].mT)",
    "normal.number_mean": "torch.normal(args[1], args[0], *args[2:], **kwargs)",
    "sparse.sampled_addmm": "torch.sparse.sampled_addmm(*args, **kwargs).to_dense()",
    "to_sparse": "args[0].to_sparse(*args[1:]).to_dense()",
}

OPERATORS = {
    "abs": "abs(args[0])",
    "add": "args[0] + args[1]",
    "sub": "args[0] - args[1]",
    "mul": "args[0] * args[1]",
    "bitwise_not": "~args[0]",
    "bitwise_left_shift": "args[0] << args[1]",
    "bitwise_right_shift": "args[0] >> args[1]",
    "bitwise_and": "args[0] & args[1]",
    "bitwise_or": "args[0] | args[1]",
    "bitwise_xor": "args[0] ^ args[1]",
    "remainder": "args[0] % args[1]",
    "matmul": "args[0] @ args[1]",
    "eq": "args[0] == args[1]",
    "ge": "args[0] >= args[1]",
    "gt": "args[0] > args[1]",
    "le": "args[0] <= args[1]",
    "lt": "args[0] < args[1]",
}

_KERNELS = {
    "jiterator_unary": "template <typename T> T f(T x) { return x * x + x; }",
    "jiterator_binary": "template <typename T> T f(T x, T y, T alpha) { return x + alpha * y; }",
    "jiterator_4inputs_with_extra_args": "template <typename T> T f(T i0, T i1, T i2, T i3, T alpha, T beta) { return alpha * i0 + beta * i1 + i2 + i3; }",
    "jiterator_binary_return_by_ref": "template <typename T> T f(T i0, T i1, T& out0) { out0 = i0 + i1; }",
    "jiterator_2inputs_2outputs": "template <typename T> T f(T i0, T i1, T& out0, T& out1) { out0 = i0 + i1; out1 = i0 - i1; }",
}
"""Ops that are compiled for a GPU: on the CPU they fail, and so they must here."""

EXPRESSIONS |= {
    name: f"torch.cuda.jiterator._create_multi_output_jit_fn({code!r}, num_outputs={2 if '2outputs' in name else 1})(*args, **kwargs)"
    if "&" in code
    else f"torch.cuda.jiterator._create_jit_fn({code!r})(*args, **kwargs)"
    for name, code in _KERNELS.items()
}

_EIGEN = "(lambda o: (o[0], abs(o[1])))({})"
_SVD = "(lambda u, s, vh: {})(*(lambda o: (o[0][..., :o[1].shape[-1]], o[1], {}[..., :o[1].shape[-1], :]))({{}}))"
_PARTS = {"fn_U": "u.abs()", "fn_S": "s", "fn_Vh": "(s, vh.abs())", "fn_UVh": "(u @ vh, s)"}

UNIQUE = {
    "symeig": {None: _EIGEN},
    "linalg.eig": {None: _EIGEN},
    "linalg.eigh": {None: _EIGEN},
    "svd": {part: _SVD.format(text, "o[2].mH") for part, text in _PARTS.items()},
    "linalg.svd": {part: _SVD.format(text, "o[2]") for part, text in _PARTS.items()},
}
"""What a decomposition leaves free (signs, phases) is taken out of its answer, as the database does by `output_process_fn_grad`.
By the name of that function; None stands for any."""

UNINITIALISED = frozenset("empty empty_like new_empty new_empty_strided resize_ resize_as_".split())
"""Their values are whatever was in memory."""

UNDEFINED_GRADIENTS = frozenset(["as_strided_scatter"])
"""Where PyTorch 1.13 answers with memory that nobody wrote."""

UNDEFINED_OUT = frozenset(["fft.ihfft2", "fft.ihfftn"])
"""PyTorch 1.13 leaves their `out` unwritten."""

COMPARING = frozenset(["test_noncontiguous_samples", "test_reference_numerics", "test_scalar_support"])
"""The database's tests that compare two computations of one entry; their tolerances are ours."""

OWN_TOLERANCES = {"pow": "pow", "__rpow__": "pow", "linalg.tensorsolve": "linalg.tensorsolve"}
"""Entries that need what the database allows in single precision, and the entry that says it: `__rpow__` is `pow` with its operands
exchanged. For all others the tolerances of `comparison` are narrower, and do."""

DOTS = frozenset(["dot", "vdot", "matmul", "__rmatmul__", "linalg.vecdot", "linalg.multi_dot", "inner", "tensordot", "einsum"])
"""Debian's PyTorch calls a BLAS whose complex dot products answer by another convention, and gets zeros. See `broken`."""


def broken(op, dtype, sample):
    """Whether this build of PyTorch cannot say what the sample gives: dot products of complex vectors."""
    if op.name not in DOTS or dtype is None or not dtype.is_complex:
        return False
    ones = torch.ones(1, dtype=dtype)
    vectors = all(tensor.dim() == 1 for tensor in tensors_in([sample.input, sample.args]))
    return vectors and torch.dot(ones, ones) != 1


def function(op, sample):
    """The text of a call of the entry `op` with `sample`."""
    text = EXPRESSIONS.get(f"{op.name}.{op.variant_test_name}") or EXPRESSIONS.get(op.name) or f"torch.{op.name}(*args, **kwargs)"
    parts = UNIQUE.get(op.name)
    if parts:
        name = sample.output_process_fn_grad.__name__
        text = (parts.get(name) or parts.get(None, "{}")).format(text)
    return text


def method(op):
    """None where there is no such form, or the function is said as a method already."""
    found = op.method_variant
    if found is None or not hasattr(torch.Tensor, found.__name__) or op.name in EXPRESSIONS:
        return None
    return _METHOD.format(found.__name__)


def in_place(op):
    """None where there is no such form."""
    if op.inplace_variant is None:
        return None
    if op.name.startswith("nn.functional.") and not hasattr(op.inplace_variant, "__objclass__"):
        return f"torch.{op.name}(*args, **kwargs, inplace=True)"
    return _METHOD.format(op.inplace_variant.__name__)


def out(op, sample):
    """None where there is no such form."""
    text = function(op, sample)
    usable = op.supports_out and op.name not in UNDEFINED_OUT
    return f"{text[:-1]}, out=out)" if usable and op.name not in UNIQUE and text.endswith(", **kwargs)") else None


def aliases(op):
    """Other names of the function, its method and its in-place form."""
    for alias in op.aliases:
        yield f"torch.{alias.name}(*args, **kwargs)", False
        if alias.method_variant is not None:
            yield _METHOD.format(alias.name), False
        if alias.inplace_variant is not None:
            yield _METHOD.format(alias.inplace_variant.__name__), True


def operator(op, sample):
    """None where there is no such form."""
    text = OPERATORS.get(op.name)
    count = 0 if text is None else 1 + ("args[1]" in text)
    return text if count == 1 + len(sample.args) and not sample.kwargs else None
