"""Kullback-Leibler divergences KL(p ‖ q) in closed form, by the types of both."""

import math
import warnings

import torch
from torch.nn import functional

from .bernoulli import Bernoulli
from .beta import Beta
from .binomial import Binomial
from .categorical import Categorical
from .cauchy import Cauchy
from .dirichlet import Dirichlet
from .distribution import Distribution
from .exp_family import ExponentialFamily
from .exponential import Exponential
from .gamma import Gamma
from .geometric import Geometric
from .gumbel import Gumbel
from .half_normal import HalfNormal
from .independent import Independent
from .laplace import Laplace
from .multivariate_normal import MultivariateNormal, half_log_det, mahalanobis
from .normal import Normal
from .one_hot_categorical import OneHotCategorical
from .poisson import Poisson
from .transformed_distribution import TransformedDistribution
from .uniform import Uniform
from .utils import _sum_rightmost, euler_constant, put

_rules = {}


def register_kl(type_p, type_q):
    """Decorates a function of `p` and `q`; a rule for subclasses goes before one for their bases."""

    def decorator(function):
        _rules[type_p, type_q] = function
        return function

    return decorator


def kl_divergence(p, q):
    rule = _rule_for(type(p), type(q))
    if rule is None:
        raise NotImplementedError(f"No KL(p || q) is implemented for p type {type(p).__name__} and q type {type(q).__name__}")
    return rule(p, q)


def _rule_for(type_p, type_q):
    """The nearest rule, first by p and then by q; where it is another one by q and then by p, that is told."""
    near = {
        (type_p.__mro__.index(a), type_q.__mro__.index(b)): (a, b)
        for a, b in _rules
        if a in type_p.__mro__ and b in type_q.__mro__
    }
    if not near:
        return None
    left, right = near[min(near)], near[min(near, key=lambda ranks: ranks[::-1])]
    if _rules[left] is not _rules[right]:
        names = type_p.__name__, type_q.__name__, left[0].__name__, right[1].__name__
        warnings.warn("Ambiguous kl_divergence({}, {}). Please register_kl({}, {})".format(*names), RuntimeWarning)
    return _rules[left]


@register_kl(Normal, Normal)
def _normal(p, q):
    ratio = (p.scale / q.scale).pow(2)
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale).pow(2) - 1 - ratio.log())


@register_kl(HalfNormal, HalfNormal)
def _half_normal(p, q):
    return _normal(p.base_dist, q.base_dist)


@register_kl(Laplace, Laplace)
def _laplace(p, q):
    ratio, away = p.scale / q.scale, (p.loc - q.loc).abs()
    return -ratio.log() + away / q.scale + ratio * torch.exp(-away / p.scale) - 1


@register_kl(Cauchy, Cauchy)
def _cauchy(p, q):
    """arXiv:1905.10965."""
    return ((p.scale + q.scale).pow(2) + (p.loc - q.loc).pow(2)).log() - (4 * p.scale * q.scale).log()


@register_kl(Gumbel, Gumbel)
def _gumbel(p, q):
    ratio, to, start = p.scale / q.scale, q.loc / q.scale, p.loc / q.scale
    moved = torch.exp(to + (1 + ratio).lgamma() - start)
    return -ratio.log() - to + start + ratio * euler_constant + moved - (1 + euler_constant)


@register_kl(Uniform, Uniform)
def _uniform(p, q):
    result = ((q.high - q.low) / (p.high - p.low)).log()
    return put(result, (q.low > p.low) | (q.high < p.high), math.inf)


@register_kl(Exponential, Exponential)
def _exponential(p, q):
    ratio = q.rate / p.rate
    return -ratio.log() + ratio - 1


@register_kl(Gamma, Gamma)
def _gamma(p, q):
    gammas = torch.lgamma(q.concentration) - torch.lgamma(p.concentration)
    slope = (p.concentration - q.concentration) * torch.digamma(p.concentration)
    return q.concentration * (p.rate / q.rate).log() + gammas + slope + (q.rate - p.rate) * (p.concentration / p.rate)


@register_kl(Exponential, Gamma)
def _exponential_gamma(p, q):
    ratio = q.rate / p.rate
    gammas = q.concentration.lgamma() + q.concentration * euler_constant
    return -q.concentration * torch.log(ratio) + ratio + gammas - (1 + euler_constant)


@register_kl(Gamma, Exponential)
def _gamma_exponential(p, q):
    return -p.entropy() - q.rate.log() + q.rate * p.concentration / p.rate


@register_kl(Beta, Beta)
def _beta(p, q):
    total_p, total_q = p.concentration1 + p.concentration0, q.concentration1 + q.concentration0
    up = q.concentration1.lgamma() + q.concentration0.lgamma() + total_p.lgamma()
    down = p.concentration1.lgamma() + p.concentration0.lgamma() + total_q.lgamma()
    ones = (p.concentration1 - q.concentration1) * torch.digamma(p.concentration1)
    zeros = (p.concentration0 - q.concentration0) * torch.digamma(p.concentration0)
    return up - down + ones + zeros + (total_q - total_p) * torch.digamma(total_p)


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p, q):
    total_p, total_q = p.concentration.sum(-1), q.concentration.sum(-1)
    gammas = total_p.lgamma() - total_q.lgamma() - (p.concentration.lgamma() - q.concentration.lgamma()).sum(-1)
    slope = p.concentration.digamma() - total_p.digamma().unsqueeze(-1)
    return gammas + ((p.concentration - q.concentration) * slope).sum(-1)


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p, q):
    def part(probs, other, sign):
        gain = functional.softplus(sign * q.logits) - functional.softplus(sign * p.logits)
        return put(put(probs * gain, other == 0, math.inf), probs == 0, 0)

    return part(p.probs, q.probs, -1) + part(1 - p.probs, 1 - q.probs, 1)


@register_kl(Binomial, Binomial)
def _binomial(p, q):
    if (p.total_count < q.total_count).any():
        raise NotImplementedError("KL between Binomials where q.total_count > p.total_count is not implemented")
    one = p.probs * (p.logits - q.logits) + (-p.probs).log1p() - (-q.probs).log1p()
    return put(p.total_count * one, p.total_count > q.total_count, math.inf)


@register_kl(Geometric, Geometric)
def _geometric(p, q):
    return -p.entropy() - torch.log1p(-q.probs) / p.probs - q.logits


@register_kl(Poisson, Poisson)
def _poisson(p, q):
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Bernoulli, Poisson)
def _bernoulli_poisson(p, q):
    return -p.entropy() - (p.probs * q.rate.log() - q.rate)


@register_kl(Categorical, Categorical)
def _categorical(p, q):
    terms = p.probs * (p.logits - q.logits)
    terms = put(terms, (q.probs == 0).expand_as(terms), math.inf)
    return put(terms, (p.probs == 0).expand_as(terms), 0).sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot(p, q):
    return _categorical(p._categorical, q._categorical)


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normal(p, q):
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two Multivariate Normals with                          different event shapes cannot be computed"
        )
    n = p.event_shape[0]
    own, other = p._unbroadcasted_scale_tril, q._unbroadcasted_scale_tril
    batch = torch.broadcast_shapes(own.shape[:-2], other.shape[:-2])
    whitened = torch.linalg.solve_triangular(other.expand(batch + (n, n)), own.expand(batch + (n, n)), upper=False)
    trace = whitened.reshape(batch + (n * n,)).pow(2).sum(-1)
    return half_log_det(q) - half_log_det(p) + 0.5 * (trace + mahalanobis(other, q.loc - p.loc) - n)


@register_kl(Independent, Independent)
def _independent(p, q):
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    return _sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


@register_kl(TransformedDistribution, TransformedDistribution)
def _transformed(p, q):
    if p.transforms != q.transforms or p.event_shape != q.event_shape:
        raise NotImplementedError
    return kl_divergence(p.base_dist, q.base_dist)


@register_kl(ExponentialFamily, ExponentialFamily)
def _bregman(p, q):
    """The Bregman divergence of the log-normalizers (Nielsen and Nock, 2010)."""
    if type(p) is not type(q):
        raise NotImplementedError(
            "The cross KL-divergence between different exponential families cannot "
            "                            be computed using Bregman divergences"
        )
    own = [param.detach().requires_grad_() for param in p._natural_params]
    normalizer = p._log_normalizer(*own)
    grads = torch.autograd.grad(normalizer.sum(), own, create_graph=True)
    result = q._log_normalizer(*q._natural_params) - normalizer
    for mine, theirs, grad in zip(own, q._natural_params, grads):
        result = result - _sum_rightmost((theirs - mine) * grad, len(q.event_shape))
    return result


@register_kl(Uniform, Normal)
def _uniform_normal(p, q):
    width = p.high - p.low
    away = ((p.high + p.low - 2 * q.loc) / 2).pow(2)
    return (math.sqrt(math.pi * 2) * q.scale / width).log() + 0.5 * (width.pow(2) / 12 + away) / q.scale.pow(2)


@register_kl(Laplace, Normal)
def _laplace_normal(p, q):
    variance = q.scale.pow(2)
    ratio = p.scale.pow(2) / variance
    away = 0.5 * p.loc.pow(2) - p.loc * q.loc + 0.5 * q.loc.pow(2)
    return -(0.5 * torch.log(2 * ratio / math.pi)) + ratio + away / variance - 1


def _infinite(p, q):
    """p reaches where q does not."""
    shape = next(p.__dict__[name] for name in p.arg_constraints if name in p.__dict__)
    return torch.full_like(shape, math.inf)


for _p, _qs in {
    Exponential: (Beta, Uniform),
    Gamma: (Beta, Uniform),
    Gumbel: (Beta, Exponential, Gamma, Uniform),
    Laplace: (Beta, Exponential, Gamma, Uniform),
    Normal: (Beta, Exponential, Gamma, Uniform),
    Poisson: (Bernoulli, Binomial),
}.items():
    for _q in _qs:
        register_kl(_p, _q)(_infinite)
