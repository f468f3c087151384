"""Recurrent networks, and their single steps."""

import math
import numbers
import warnings

import torch

from .. import init
from ..parameter import Parameter
from ..utils.rnn import PackedSequence
from .module import Module

_GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}


class RNNBase(Module):
    """Parameters are named by what they do, their layer and their direction: `weight_ih_l0_reverse`."""

    def __init__(
        self,
        mode,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        proj_size=0,
        device=None,
        dtype=None,
    ):
        super().__init__()
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        _check_dropout(dropout, num_layers)
        if proj_size < 0:
            raise ValueError("proj_size should be a positive integer or zero to disable projections")
        if proj_size >= hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")
        if mode not in _GATES:
            raise ValueError(f"Unrecognized RNN mode: {mode}")
        self._all_weights = []
        directions = ("", "_reverse") if bidirectional else ("",)
        for layer in range(num_layers):
            for direction in directions:
                self._add_layer(f"l{layer}{direction}", layer, len(directions), {"device": device, "dtype": dtype})
        self.flatten_parameters()
        self.reset_parameters()

    def _add_layer(self, suffix, layer, directions, made):
        rows = _GATES[self.mode] * self.hidden_size
        shown = self.proj_size or self.hidden_size
        shapes = {
            "weight_ih": (rows, self.input_size if layer == 0 else shown * directions),
            "weight_hh": (rows, shown),
        }
        if self.bias:
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        if self.proj_size:
            shapes["weight_hr"] = (self.proj_size, self.hidden_size)
        names = [f"{kind}_{suffix}" for kind in shapes]
        for name, shape in zip(names, shapes.values()):
            setattr(self, name, Parameter(torch.empty(shape, **made)))
        self._all_weights.append(names)

    @property
    def _flat_weights_names(self):
        return [name for names in self._all_weights for name in names]

    @property
    def _flat_weights(self):
        return [getattr(self, name) for name in self._flat_weights_names]

    @property
    def all_weights(self):
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def flatten_parameters(self):
        """For the memory of a GPU; of what has no parameters PyTorch finds here that there is no first one."""
        if not self._all_weights:
            raise IndexError("list index out of range")

    def reset_parameters(self):
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def check_input(self, input, batch_sizes):
        dims = 2 if batch_sizes is not None else 3
        if input.dim() != dims:
            raise RuntimeError(f"input must have {dims} dimensions, got {input.dim()}")
        if self.input_size != input.size(-1):
            raise RuntimeError(f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.size(-1)}")

    def get_expected_hidden_size(self, input, batch_sizes):
        return self._state_size(_batch_of(input, batch_sizes, self.batch_first), self.proj_size or self.hidden_size)

    def _state_size(self, batch, width):
        return (self.num_layers * (2 if self.bidirectional else 1), batch, width)

    def check_hidden_size(self, hx, expected_hidden_size, msg="Expected hidden size {}, got {}"):
        if hx.size() != expected_hidden_size:
            raise RuntimeError(msg.format(expected_hidden_size, list(hx.size())))

    def check_forward_args(self, input, hidden, batch_sizes):
        self.check_input(input, batch_sizes)
        self.check_hidden_size(hidden, self.get_expected_hidden_size(input, batch_sizes))

    def permute_hidden(self, hx, permutation):
        return hx if permutation is None else hx.index_select(1, permutation)

    def _forward(self, input, hx=None):
        batch_sizes, order, back = None, None, None
        packed, batched = isinstance(input, PackedSequence), True
        batch_dim = 0 if self.batch_first else 1
        if packed:
            input, batch_sizes, order, back = input
        else:
            batched = input.dim() == 3
            if hx is not None:
                hx = self._checked_state(hx, batched)
            if not batched:
                input = input.unsqueeze(batch_dim)
        if hx is None:
            hx = self._zero_state(_batch_of(input, batch_sizes, self.batch_first), input)
        else:
            hx = self.permute_hidden(hx, order)
        self.check_forward_args(input, hx, batch_sizes)
        output, hidden = self._run(input, hx, batch_sizes)
        if packed:
            return PackedSequence(output, batch_sizes, order, back), self.permute_hidden(hidden, back)
        return (output, hidden) if batched else (output.squeeze(batch_dim), self._squeezed(hidden))

    def _run(self, input, hx, batch_sizes):
        op = getattr(torch, self.mode.lower())
        rest = (self._flat_weights, self.bias, self.num_layers, self.dropout, self.training, self.bidirectional)
        answer = op(input, hx, *rest, self.batch_first) if batch_sizes is None else op(input, batch_sizes, hx, *rest)
        return answer[0], answer[1] if len(answer) == 2 else answer[1:]

    def _checked_state(self, hx, batched):
        if hx.dim() == (3 if batched else 2):
            return hx if batched else hx.unsqueeze(1)
        kind = "batched 3-D input, hx should also be 3-D" if batched else "unbatched 2-D input, hx should also be 2-D"
        raise RuntimeError(f"For {kind} but got {hx.dim()}-D tensor")

    def _zero_state(self, batch, input):
        return torch.zeros(self._state_size(batch, self.hidden_size), dtype=input.dtype)

    def _squeezed(self, hidden):
        return hidden.squeeze(1)

    def extra_repr(self):
        usual = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0, "bidirectional": False}
        shown = [f"{name}={getattr(self, name)}" for name, value in usual.items() if getattr(self, name) != value]
        return ", ".join([str(self.input_size), str(self.hidden_size), *shown])


def _check_dropout(dropout, num_layers):
    if not isinstance(dropout, numbers.Number) or not 0 <= dropout <= 1 or isinstance(dropout, bool):
        raise ValueError("dropout should be a number in range [0, 1] representing the probability of an element being zeroed")
    if dropout > 0 and num_layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater "
            f"than 1, but got dropout={dropout} and num_layers={num_layers}",
            stacklevel=4,
        )


def _batch_of(input, batch_sizes, batch_first):
    return int(batch_sizes[0]) if batch_sizes is not None else input.size(0) if batch_first else input.size(1)


class RNN(RNNBase):
    """h' = tanh(W x + b + U h + c), or with relu. Elman (1990)."""

    def __init__(self, *args, **kwargs):
        if kwargs.get("proj_size"):
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        self.nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if self.nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{self.nonlinearity}'")
        super().__init__(f"RNN_{self.nonlinearity.upper()}", *args, **kwargs)

    forward = RNNBase._forward


class GRU(RNNBase):
    """Gates decide how much of the state is kept. Cho et al. (2014)."""

    def __init__(self, *args, **kwargs):
        if kwargs.get("proj_size"):
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__("GRU", *args, **kwargs)

    forward = RNNBase._forward


class LSTM(RNNBase):
    """A cell state beside the hidden one. Hochreiter & Schmidhuber (1997)."""

    def __init__(self, *args, **kwargs):
        super().__init__("LSTM", *args, **kwargs)

    forward = RNNBase._forward

    def get_expected_cell_size(self, input, batch_sizes):
        return self._state_size(_batch_of(input, batch_sizes, self.batch_first), self.hidden_size)

    def check_forward_args(self, input, hidden, batch_sizes):
        self.check_input(input, batch_sizes)
        wanted = self.get_expected_hidden_size(input, batch_sizes)
        self.check_hidden_size(hidden[0], wanted, "Expected hidden[0] size {}, got {}")
        self.check_hidden_size(hidden[1], self.get_expected_cell_size(input, batch_sizes), "Expected hidden[1] size {}, got {}")

    def permute_hidden(self, hx, permutation):
        return hx if permutation is None else tuple(super(LSTM, self).permute_hidden(one, permutation) for one in hx)

    def _checked_state(self, hx, batched):
        dims = 3 if batched else 2
        if hx[0].dim() != dims or hx[1].dim() != dims:
            kind = "batched 3-D" if batched else "unbatched 2-D"
            raise RuntimeError(
                f"For {kind} input, hx and cx should also be {dims}-D but got ({hx[0].dim()}-D, {hx[1].dim()}-D) tensors"
            )
        return hx if batched else (hx[0].unsqueeze(1), hx[1].unsqueeze(1))

    def _zero_state(self, batch, input):
        widths = (self.proj_size or self.hidden_size, self.hidden_size)
        return tuple(torch.zeros(self._state_size(batch, width), dtype=input.dtype) for width in widths)

    def _squeezed(self, hidden):
        return hidden[0].squeeze(1), hidden[1].squeeze(1)


class RNNCellBase(Module):
    def __init__(self, input_size, hidden_size, bias, num_chunks, device=None, dtype=None):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(torch.empty((rows, input_size), device=device, dtype=dtype))
        self.weight_hh = Parameter(torch.empty((rows, hidden_size), device=device, dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(torch.empty(rows, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self):
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def extra_repr(self):
        shown = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            shown += f", bias={self.bias}"
        nonlinearity = getattr(self, "nonlinearity", "tanh")
        return shown if nonlinearity == "tanh" else f"{shown}, nonlinearity={nonlinearity}"

    def _batched(self, input):
        name = type(self).__name__
        assert input.dim() in (1, 2), f"{name}: Expected input to be 1-D or 2-D but received {input.dim()}-D tensor"
        return input.dim() == 2

    def _step(self, op, input, hx):
        return op(input, hx, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)

    def _from_one(self, op, input, hx):
        """With a single state: (batch, input_size) or (input_size)."""
        batched = self._batched(input)
        if not batched:
            input = input.unsqueeze(0)
        if hx is None:
            hx = torch.zeros(input.size(0), self.hidden_size, dtype=input.dtype)
        elif not batched:
            hx = hx.unsqueeze(0)
        answer = self._step(op, input, hx)
        return answer if batched else answer.squeeze(0)


class RNNCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh", device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input, hx=None):
        return self._from_one(self._function, input, hx)

    def _function(self, *args):
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        return (torch.rnn_tanh_cell if self.nonlinearity == "tanh" else torch.rnn_relu_cell)(*args)


class LSTMCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input, hx=None):
        batched = self._batched(input)
        if not batched:
            input = input.unsqueeze(0)
        if hx is None:
            zeros = torch.zeros(input.size(0), self.hidden_size, dtype=input.dtype)
            hx = (zeros, zeros)
        elif not batched:
            hx = (hx[0].unsqueeze(0), hx[1].unsqueeze(0))
        hidden, cell = self._step(torch.lstm_cell, input, hx)
        return (hidden, cell) if batched else (hidden.squeeze(0), cell.squeeze(0))


class GRUCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input, hx=None):
        return self._from_one(torch.gru_cell, input, hx)
