import math

import torch

from . import constraints
from .distribution import Distribution
from .utils import _standard_normal, checked, lazy_property


class MultivariateNormal(Distribution):
    """By one of three matrices; of each a Cholesky factor L is made, with which everything is computed."""

    arg_constraints = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True
    _kept = ("_unbroadcasted_scale_tril",)
    mean = mode = property(lambda self: self.loc)

    def __init__(self, loc, covariance_matrix=None, precision_matrix=None, scale_tril=None, validate_args=None):
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        matrices = {"covariance_matrix": covariance_matrix, "scale_tril": scale_tril, "precision_matrix": precision_matrix}
        given = {name: matrix for name, matrix in matrices.items() if matrix is not None}
        if len(given) != 1:
            raise ValueError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.")
        ((name, matrix),) = given.items()
        if matrix.dim() < 2:
            what = "scale_tril matrix" if name == "scale_tril" else name
            raise ValueError(f"{what} must be at least two-dimensional, with optional leading batch dimensions")
        batch_shape = torch.broadcast_shapes(matrix.shape[:-2], loc.shape[:-1])
        setattr(self, name, matrix.expand(batch_shape + (-1, -1)))
        self.loc = loc.expand(batch_shape + (-1,))
        super().__init__(batch_shape, self.loc.shape[-1:], validate_args=validate_args)
        self._unbroadcasted_scale_tril = _FACTORS[name](matrix)

    @property
    def _square(self):
        return self._batch_shape + self._event_shape + self._event_shape

    @lazy_property
    def scale_tril(self):
        return self._unbroadcasted_scale_tril.expand(self._square)

    @lazy_property
    def covariance_matrix(self):
        factor = self._unbroadcasted_scale_tril
        return torch.matmul(factor, factor.mT).expand(self._square)

    @lazy_property
    def precision_matrix(self):
        return torch.cholesky_inverse(self._unbroadcasted_scale_tril).expand(self._square)

    @property
    def variance(self):
        return self._unbroadcasted_scale_tril.pow(2).sum(-1).expand(self._batch_shape + self._event_shape)

    def rsample(self, sample_shape=torch.Size()):
        normal = _standard_normal(self._extended_shape(sample_shape), self.loc.dtype)
        return self.loc + torch.matmul(self._unbroadcasted_scale_tril, normal.unsqueeze(-1)).squeeze(-1)

    @checked
    def log_prob(self, value):
        distance = mahalanobis(self._unbroadcasted_scale_tril, value - self.loc)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + distance) - half_log_det(self)

    def entropy(self):
        entropy = 0.5 * self._event_shape[0] * (1.0 + math.log(2 * math.pi)) + half_log_det(self)
        return entropy.expand(self._batch_shape) if self._batch_shape else entropy


def half_log_det(normal):
    return normal._unbroadcasted_scale_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)


def mahalanobis(factor, offset):
    """|L⁻¹x|². The batch of offsets may be larger than that of factors, which is not copied along it."""
    own, whole = factor.dim() - 2, offset.dim() - 1
    if own == 0:
        columns = offset.reshape(-1, offset.size(-1)).t()
        squares = torch.linalg.solve_triangular(factor, columns, upper=False).pow(2).sum(-2)
        return squares.reshape(offset.shape[:-1])
    factor = factor.expand(offset.shape[whole - own : whole] + factor.shape[-2:])
    return torch.linalg.solve_triangular(factor, offset.unsqueeze(-1), upper=False).squeeze(-1).pow(2).sum(-1)


def _factor_of_precision(precision):
    """L of the inverse, without inverting: from the factor of the matrix turned by half a turn."""
    turned = torch.linalg.cholesky(torch.flip(precision, (-2, -1)))
    inverse = torch.transpose(torch.flip(turned, (-2, -1)), -2, -1)
    return torch.linalg.solve_triangular(inverse, torch.eye(precision.shape[-1], dtype=precision.dtype), upper=False)


_FACTORS = {
    "scale_tril": lambda matrix: matrix,
    "covariance_matrix": torch.linalg.cholesky,
    "precision_matrix": _factor_of_precision,
}
