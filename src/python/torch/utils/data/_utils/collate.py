"""Many data as one batch: tensors are stacked, numbers become tensors, containers are kept."""

from collections.abc import Mapping, Sequence

import torch

_REFUSAL = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def default_convert(data):
    """A datum by itself: its containers, but tuples as lists."""
    kind = type(data)
    if isinstance(data, (torch.Tensor, str, bytes)):
        return data
    if isinstance(data, Mapping):
        return _made(kind, {key: default_convert(data[key]) for key in data})
    if isinstance(data, tuple):
        converted = [default_convert(each) for each in data]
        return kind(*converted) if hasattr(data, "_fields") else converted
    if isinstance(data, Sequence):
        return _made(kind, [default_convert(each) for each in data])
    return data


def collate(batch, *, collate_fn_map=None):
    first = batch[0]
    kind = type(first)
    makers = collate_fn_map or {}
    if kind in makers:
        return makers[kind](batch, collate_fn_map=collate_fn_map)
    for known, maker in makers.items():
        if isinstance(first, known):
            return maker(batch, collate_fn_map=collate_fn_map)

    def inner(data):
        return collate(data, collate_fn_map=collate_fn_map)

    if isinstance(first, Mapping):
        return _made(kind, {key: inner([each[key] for each in batch]) for key in first})
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return kind(*map(inner, zip(*batch)))
    if isinstance(first, Sequence):
        if any(len(each) != len(first) for each in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        columns = [inner(column) for column in zip(*batch)]
        return columns if isinstance(first, tuple) else _made(kind, columns)
    raise TypeError(_REFUSAL.format(kind))


def _made(kind, content):
    """A container of the given kind, where that can be made of its content."""
    try:
        return kind(content)
    except TypeError:
        return content


def _stack(batch, *, collate_fn_map=None):
    return torch.stack(batch, 0)


def _floats(batch, *, collate_fn_map=None):
    return torch.tensor(batch, dtype=torch.float64)


def _integers(batch, *, collate_fn_map=None):
    return torch.tensor(batch)


def _texts(batch, *, collate_fn_map=None):
    return batch


default_collate_fn_map = {torch.Tensor: _stack, float: _floats, int: _integers, (str, bytes): _texts}


def default_collate(batch):
    return collate(batch, collate_fn_map=default_collate_fn_map)
