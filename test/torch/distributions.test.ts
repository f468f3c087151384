/** Distributions: what they say of themselves, draw and compute is what PyTorch gives. */
import { attempts, describePrograms } from './both-sides.ts';

/** A constructor, and values to ask about. `p` and `q` are leaves of two elements, `m` of 2 × 3. */
const DISTRIBUTIONS: readonly (readonly [string, string])[] = [
  ['Normal(p, q)', 'torch.tensor([0.5, -1.5])'],
  ['Normal(0, 1)', 'torch.tensor(0.3)'],
  ['Laplace(p, q)', 'torch.tensor([0.5, -1.5])'],
  ['Cauchy(p, 2.0)', 'torch.tensor([0.5, -1.5])'],
  ['Uniform(p, p + 2)', 'p.detach() + 0.5'],
  ['Exponential(q)', 'torch.tensor([0.5, 1.5])'],
  ['Gamma(q, q + 1)', 'torch.tensor([0.5, 1.5])'],
  ['Chi2(q)', 'torch.tensor([0.5, 1.5])'],
  ['Beta(q, q + 1)', 'torch.tensor([0.25, 0.75])'],
  ['Beta(2.0, 3.0)', 'torch.tensor(0.25)'],
  ['Dirichlet(m.exp())', 'torch.tensor([0.2, 0.3, 0.5])'],
  ['StudentT(q + 2, p, q)', 'torch.tensor([0.5, -1.5])'],
  ['Poisson(q)', 'torch.tensor([2.0, 3.0])'],
  ['Bernoulli(logits=p)', 'torch.tensor([0.0, 1.0])'],
  ['Bernoulli(0.3)', 'torch.tensor(1.0)'],
  ['Geometric(q / 2)', 'torch.tensor([2.0, 3.0])'],
  ['Binomial(5, q / 2)', 'torch.tensor([2.0, 3.0])'],
  ['Binomial(torch.tensor([3.0, 3.0]), logits=p)', 'torch.tensor([2.0, 3.0])'],
  ['Categorical(m.exp())', 'torch.tensor([0, 2])'],
  ['Categorical(logits=m)', 'torch.tensor([[1, 2], [0, 0]])'],
  ['OneHotCategorical(logits=m)', 'torch.eye(3)[:2]'],
  ['OneHotCategoricalStraightThrough(m.exp())', 'torch.eye(3)[:2]'],
  ['Multinomial(4, m.exp())', 'torch.tensor([[1.0, 2.0, 1.0], [4.0, 0.0, 0.0]])'],
  ['MultivariateNormal(p, S)', 'torch.tensor([[0.5, 1.0], [0.0, 0.1], [2.0, 3.0]])'],
  ['MultivariateNormal(p, precision_matrix=S)', 'torch.tensor([0.5, 1.0])'],
  ['MultivariateNormal(torch.stack([p, q]), scale_tril=torch.linalg.cholesky(S))', 'torch.tensor([0.5, 1.0])'],
  ['Independent(Normal(m, m.exp()), 1)', 'torch.ones(2, 3)'],
  ['LogNormal(p, q)', 'torch.tensor([0.5, 1.5])'],
  ['HalfNormal(q)', 'torch.tensor([0.5, 1.5])'],
  ['HalfCauchy(q)', 'torch.tensor([0.5, 1.5])'],
  ['Gumbel(p, q)', 'torch.tensor([0.5, 1.5])'],
  ['RelaxedBernoulli(torch.tensor(0.7), logits=p)', 'torch.tensor([0.5, 0.25])'],
  ['RelaxedOneHotCategorical(torch.tensor(0.7), m.exp())', 'torch.tensor([0.2, 0.3, 0.5])'],
  [
    'TransformedDistribution(Normal(p, q), [D.TanhTransform(), D.AffineTransform(1.0, -2.0)])',
    'torch.tensor([0.5, 1.25])',
  ],
  ['TransformedDistribution(Normal(m, m.exp()), D.StickBreakingTransform())', 'torch.tensor([0.1, 0.2, 0.3, 0.4])'],
  ['TransformedDistribution(Uniform(p, p + 2), [D.SigmoidTransform().inv])', 'torch.tensor([0.5, 0.25])'],
];

/** Those whose samples have no derivatives yet. */
const NOT_DERIVED = /^(Gamma|Chi2|Beta|Dirichlet|StudentT)\(/;

const COMMON = `
from torch import distributions as D
from torch.distributions import *
from torch.distributions import constraints as C, transforms
torch.set_default_dtype(torch.float64)
torch.set_printoptions(precision=6)
def leaves():
    p = torch.tensor([0.25, -0.5], requires_grad=True)
    q = torch.tensor([1.5, 0.75], requires_grad=True)
    m = torch.tensor([[0.5, -1.0, 0.25], [0.0, 1.0, -0.5]], requires_grad=True)
    S = torch.tensor([[2.0, 0.5], [0.5, 1.0]], requires_grad=True)
    return p, q, m, S
p, q, m, S = leaves()
def try_each(d, names):
    for name in names.split():
        try: value = getattr(d, name)
        except Exception as error: print(name, type(error).__name__)
        else: print(name, value)
def slopes(value):
    if not value.requires_grad: return None
    finite = value[value.isfinite()]
    (finite * torch.arange(finite.numel()).square()).sum().backward(retain_graph=True)
    grads = [leaf.grad for leaf in (p, q, m, S)]
    for leaf in (p, q, m, S): leaf.grad = None
    return grads
def show(make, value, derived):
    global p, q, m, S
    p, q, m, S = leaves()
    d = make()
    print(d, d.batch_shape, d.event_shape, d.has_rsample, d.has_enumerate_support)
    try_each(d, "mean mode variance stddev support")
    print(d.log_prob(value()), slopes(d.log_prob(value())))
    for name in ("entropy", "perplexity", "enumerate_support"):
        try:
            result = getattr(d, name)()
            print(name, result, slopes(result))
        except NotImplementedError: print(name, "is not there")
    try: print("cdf", d.cdf(value()), d.icdf(torch.full(d.batch_shape, 0.3)))
    except NotImplementedError: print("cdf is not there")
    wide = d.expand((3,) + d.batch_shape)
    print(wide, wide.log_prob(value() if value().dim() <= len(d.batch_shape + d.event_shape) else value()[0]).shape)
    torch.manual_seed(1)
    print("sample", d.sample(), d.sample((2,)).shape, d.sample((2, 1)).requires_grad, wide.sample().shape)
    if d.has_rsample and derived:
        drawn = d.rsample((2,))
        print("rsample", drawn, slopes(drawn))
    print(torch.rand(1))
`;

const show = ([made, value]: readonly [string, string]): string =>
  `print(${JSON.stringify(made)}); show(lambda: ${made}, lambda: ${value}, ${NOT_DERIVED.test(made) ? 'False' : 'True'})\n`;

const DIVERGENCES = `
kl_divergence(Normal(p, q), Normal(0.0, q + 1))
kl_divergence(Laplace(p, q), Laplace(0.0, 2.0))
kl_divergence(Cauchy(p, q), Cauchy(0.0, 2.0))
kl_divergence(Gumbel(p, q), Gumbel(q, q + 1))
kl_divergence(Uniform(0.0, q), Uniform(-1.0, 1.0))
kl_divergence(Exponential(q), Exponential(2.0))
kl_divergence(Gamma(q, q), Gamma(2.0, 3.0))
kl_divergence(Exponential(q), Gamma(2.0, 3.0))
kl_divergence(Gamma(q, q), Exponential(q))
kl_divergence(Beta(q, q), Beta(2.0, 3.0))
kl_divergence(Dirichlet(m.exp()), Dirichlet(torch.ones(3)))
kl_divergence(Bernoulli(torch.tensor([0.0, 0.5, 1.0, 0.3])), Bernoulli(torch.tensor([0.5, 0.0, 1.0, 0.7])))
kl_divergence(Binomial(4, q / 2), Binomial(4, 0.5))
kl_divergence(Binomial(3, q / 2), Binomial(4, 0.5))
kl_divergence(Geometric(q / 2), Geometric(0.5))
kl_divergence(Poisson(q), Poisson(2.0))
kl_divergence(Poisson(q), Bernoulli(0.5))
kl_divergence(Bernoulli(q / 2), Poisson(q))
kl_divergence(Categorical(logits=m), Categorical(torch.ones(2, 3)))
kl_divergence(OneHotCategorical(logits=m), OneHotCategorical(torch.ones(3)))
kl_divergence(MultivariateNormal(p, S), MultivariateNormal(q, torch.eye(2)))
kl_divergence(MultivariateNormal(p, S), MultivariateNormal(torch.zeros(3), torch.eye(3)))
kl_divergence(Independent(Normal(m, 1.0), 1), Independent(Normal(0.0 * m, 2.0), 1))
kl_divergence(HalfNormal(q), HalfNormal(2.0))
kl_divergence(LogNormal(p, q), LogNormal(0.0, 2.0))
kl_divergence(Normal(p, q), Uniform(0.0, q))
kl_divergence(Uniform(0.0, q), Normal(p, q))
kl_divergence(Laplace(p, q), Normal(p, q))
kl_divergence(Normal(p, q), Poisson(q))
`;

const MESSAGES = `
Normal(p, -q)
Normal(torch.tensor(float("nan")), 1.0)
Normal(p, torch.ones(3))
Normal(p, "a")
Normal(p, -q, validate_args=False)
Normal(p, q).log_prob(1.0)
Normal(p, q).log_prob(torch.ones(3))
Normal(p, q).log_prob(torch.tensor(float("nan")))
Normal(p, q).expand((3, 2)).loc.shape
Uniform(1.0, 0.0)
Uniform(0.0, 1.0).log_prob(torch.tensor(2.0))
Uniform(0.0, 1.0, validate_args=False).log_prob(torch.tensor(2.0))
Exponential(torch.tensor([1.0, -1.0]))
Exponential(1.0).log_prob(torch.tensor(-1.0))
Bernoulli()
Bernoulli(0.5, 0.5)
Bernoulli(2.0)
Bernoulli(0.5).log_prob(torch.tensor(0.5))
Geometric(0.0)
Binomial(-1, 0.5)
Binomial(2, 0.5).log_prob(torch.tensor(3.0))
Binomial(torch.tensor([1.0, 2.0]), 0.5).entropy()
Categorical(torch.tensor(1.0))
Categorical(logits=torch.tensor(1.0))
Categorical(torch.tensor([-1.0, 3.0]))
Categorical(torch.ones(3)).log_prob(torch.tensor(3))
Categorical(torch.ones(3)).log_prob(torch.tensor([0.5]))
OneHotCategorical(torch.ones(3)).log_prob(torch.ones(3))
OneHotCategorical(torch.ones(3)).log_prob(torch.ones(4))
Multinomial(torch.tensor(2), torch.ones(3))
Multinomial(2, torch.ones(3)).log_prob(torch.ones(3))
Dirichlet(torch.tensor(1.0))
Dirichlet(torch.tensor([1.0, 0.0]))
Dirichlet(torch.ones(2)).log_prob(torch.tensor([0.5, 0.6]))
MultivariateNormal(torch.tensor(1.0), S)
MultivariateNormal(p, S, S)
MultivariateNormal(p)
MultivariateNormal(p, p)
MultivariateNormal(p, scale_tril=p)
MultivariateNormal(p, -S.detach())
MultivariateNormal(p, torch.tensor([[1.0, 0.5], [0.0, 1.0]]))
MultivariateNormal(p, scale_tril=S)
Independent(Normal(0.0, 1.0), 1)
TransformedDistribution(Normal(0.0, 1.0), 3)
TransformedDistribution(Normal(0.0, 1.0), [3])
TransformedDistribution(Normal(0.0, 1.0), D.StickBreakingTransform())
LogNormal(p, q).log_prob(torch.tensor([-1.0, 1.0]))
Distribution().mean
Normal(0, 1).enumerate_support()
Distribution(validate_args=False).sample()
D.Normal(0, 1).sample_n(3).shape
Distribution.set_default_validate_args(2)
C.real, C.positive, C.unit_interval, C.simplex, C.boolean, C.nonnegative_integer, C.real_vector, C.dependent
C.integer_interval(1, 3).check(torch.tensor([0.0, 1.0, 1.5, 3.0])), C.lower_cholesky.check(S), C.symmetric.check(S)
C.half_open_interval(0, 1).check(torch.tensor([0.0, 1.0])), C.less_than(2), C.greater_than_eq(1.5)
C.dependent.check(p)
C.positive_semidefinite.check(S), C.one_hot.check(torch.eye(3)), C.independent(C.positive, 1).check(S)
biject_to(C.positive), biject_to(C.unit_interval), transform_to(C.simplex)(p), biject_to(C.simplex)(p)
biject_to(C.interval(2.0, 5.0)), biject_to(C.interval(2.0, 5.0))(p), transform_to(C.greater_than(3.0))(p)
transform_to(C.less_than(3.0))(p), transform_to(C.lower_cholesky)(S), biject_to(C.independent(C.positive, 1))
biject_to(C.boolean)
D.ComposeTransform([D.ExpTransform(), D.AffineTransform(1, 2)]), D.ExpTransform().inv, D.ExpTransform() == D.ExpTransform()
D.AffineTransform(1.0, 2.0) == D.AffineTransform(1.0, 2.0), D.AffineTransform(p, 2.0) == D.AffineTransform(p, 3.0), D.ExpTransform() == D.TanhTransform()
D.ExpTransform().inv.inv == D.ExpTransform(), D.ExpTransform(cache_size=1)(p).shape, D.AffineTransform(1, 2).with_cache()._cache_size
D.ExpTransform(cache_size=2)
(lambda t: (t(q), t.inv(t(q)), t.log_abs_det_jacobian(q, t(q))))(D.PowerTransform(2.0))
(lambda t: (t(q), t.inv(t(q)), t.log_abs_det_jacobian(q, t(q))))(D.SoftplusTransform())
(lambda t: (t(q), t.inv(t(q)), t.log_abs_det_jacobian(q, t(q)), t.sign))(D.ComposeTransform([D.ExpTransform(), D.AffineTransform(0.5, -2.0)]))
(lambda t: (t(m), t.inv(t(m)).shape, t.log_abs_det_jacobian(m, t(m)), t.forward_shape((5, 2, 3))))(D.ReshapeTransform((2, 3), (6,)))
(lambda t: (t(m), t.log_abs_det_jacobian(m, t(m)), t.event_dim))(D.IndependentTransform(D.ExpTransform(), 1))
D.ReshapeTransform((2,), (3,))
D.normal.Normal is Normal, Normal.__module__, D.Categorical.__module__
`;

const per = 9;
describePrograms('distributions', [
  ...Array.from({ length: Math.ceil(DISTRIBUTIONS.length / per) }, (_, i) => {
    const rows = DISTRIBUTIONS.slice(i * per, (i + 1) * per);
    return [rows.map(([made]) => made.split('(')[0]).join(', '), COMMON + rows.map(show).join('')] as const;
  }),
  ['diverge from others', COMMON + attempts(DIVERGENCES)],
  ['refuse what is not theirs, and their constraints and transforms', COMMON + attempts(MESSAGES)],
]);
