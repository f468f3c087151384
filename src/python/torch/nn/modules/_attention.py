"""`MultiheadAttention`. Vaswani et al., Attention is all you need (2017)."""

import torch

from .. import functional as F
from .. import init
from ..parameter import Parameter
from .linear import NonDynamicallyQuantizableLinear
from .module import Module


class MultiheadAttention(Module):
    """Keys and values of the width of the queries share one matrix with them, `in_proj_weight`; others have a matrix each."""

    __constants__ = ["batch_first"]

    def __init__(
        self,
        embed_dim,
        num_heads,
        dropout=0.0,
        bias=True,
        add_bias_kv=False,
        add_zero_attn=False,
        kdim=None,
        vdim=None,
        batch_first=False,
        device=None,
        dtype=None,
    ):
        super().__init__()
        made = {"device": device, "dtype": dtype}
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        assert self.head_dim * num_heads == self.embed_dim, "embed_dim must be divisible by num_heads"
        one = self._qkv_same_embed_dim
        for name, rows, width, there in (
            ("q_proj_weight", embed_dim, embed_dim, not one),
            ("k_proj_weight", embed_dim, self.kdim, not one),
            ("v_proj_weight", embed_dim, self.vdim, not one),
            ("in_proj_weight", 3 * embed_dim, embed_dim, one),
        ):
            self.register_parameter(name, Parameter(torch.empty((rows, width), **made)) if there else None)
        self.register_parameter("in_proj_bias", Parameter(torch.empty(3 * embed_dim, **made)) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, **made)
        for name in ("bias_k", "bias_v"):
            self.register_parameter(name, Parameter(torch.empty((1, 1, embed_dim), **made)) if add_bias_kv else None)
        self.add_zero_attn = add_zero_attn
        self._reset_parameters()

    def _reset_parameters(self):
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.constant_(self.in_proj_bias, 0.0)
            init.constant_(self.out_proj.bias, 0.0)
        for bias in (self.bias_k, self.bias_v):
            if bias is not None:
                init.xavier_normal_(bias)

    def __setstate__(self, state):
        state.setdefault("_qkv_same_embed_dim", True)
        super().__setstate__(state)

    def forward(
        self, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True
    ):
        check_padding_mask(key_padding_mask)
        turned = self.batch_first and query.dim() == 3
        if turned:
            query, key, value = _turned(query, key, value)
        each = {}
        if not self._qkv_same_embed_dim:
            weights = ("q_proj_weight", "k_proj_weight", "v_proj_weight")
            each = {"use_separate_proj_weight": True, **{name: getattr(self, name) for name in weights}}
        output, weights = F.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            average_attn_weights=average_attn_weights,
            **each,
        )
        return (output.transpose(1, 0) if turned else output), weights


def check_padding_mask(mask):
    if mask is not None and mask.dtype is not torch.bool and not mask.is_floating_point():
        raise AssertionError("only bool and floating types of key_padding_mask are supported")


def _turned(query, key, value):
    """Batch and length exchanged. What is one tensor stays one: it is projected once."""
    turned = query.transpose(1, 0)
    keys = turned if key is query and key is value else key.transpose(1, 0)
    return turned, keys, keys if value is key else value.transpose(1, 0)


MultiheadAttention.__module__ = "torch.nn.modules.activation"
