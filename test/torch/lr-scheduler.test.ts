/** Every scheduler: thirty learning rates (and momenta) are PyTorch's to the last bit, also after a stop; what it prints, warns of and refuses. */
import { attempts, describePrograms } from './both-sides.ts';

const SCHEDULERS = [
  'LambdaLR(o, lambda epoch: 0.95 ** epoch)',
  'LambdaLR(o, [lambda epoch: epoch // 3, Halving()])',
  'MultiplicativeLR(o, lambda epoch: 0.95)',
  'MultiplicativeLR(o, [Halving(), lambda epoch: 1.01])',
  'StepLR(o, 4)',
  'StepLR(o, step_size=7, gamma=0.3, verbose=True)',
  'MultiStepLR(o, [3, 3, 10], gamma=0.5)',
  'ConstantLR(o)',
  'ConstantLR(o, factor=0.5, total_iters=9)',
  'LinearLR(o)',
  'LinearLR(o, 0.1, 0.7, 12)',
  'ExponentialLR(o, 0.9)',
  'PolynomialLR(o, 12, power=2.5)',
  'PolynomialLR(o)',
  'CosineAnnealingLR(o, 10)',
  'CosineAnnealingLR(o, 7, eta_min=0.01, verbose=True)',
  'CosineAnnealingWarmRestarts(o, 5)',
  'CosineAnnealingWarmRestarts(o, 3, T_mult=2, eta_min=0.01)',
  'CyclicLR(o, 0.01, 0.1, step_size_up=5)',
  'CyclicLR(o, [0.01, 0.02], [0.1, 0.3], 4, 3, "triangular2", base_momentum=0.7)',
  'CyclicLR(o, 0.01, 0.1, 5, mode="exp_range", gamma=0.97, cycle_momentum=False)',
  'CyclicLR(o, 0.01, 0.1, 5, scale_fn=lambda x: 0.5 / x, scale_mode="cycle")',
  'OneCycleLR(o, 0.3, total_steps=40)',
  'OneCycleLR(o, [0.3, 0.4], epochs=5, steps_per_epoch=7, anneal_strategy="linear", three_phase=True)',
  'OneCycleLR(o, 0.3, 50, pct_start=0.5, cycle_momentum=False, div_factor=10.0, final_div_factor=100)',
  'SequentialLR(o, [S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.9), S.StepLR(o, 3)], [2, 11])',
  'ChainedScheduler([S.LinearLR(o), S.ExponentialLR(o, 0.95)])',
  'SWALR(o, 0.05)',
  'SWALR(o, [0.05, 0.5], anneal_epochs=7, anneal_strategy="linear")',
  'SWALR(o, 0.05, anneal_epochs=0)',
  'Own(o)',
];

const PLATEAUS = [
  'o',
  'o, "max", 0.5, 2',
  'o, factor=0.3, patience=1, threshold=0.1, threshold_mode="abs", cooldown=2, verbose=True',
  'o, "max", threshold_mode="abs", patience=0, min_lr=[0.01, 0.1]',
];

const COMMON = `
from torch import optim
from torch.optim import lr_scheduler as S, swa_utils
p, q = (torch.zeros(2, requires_grad=True) for _ in "ab")
class Halving:
    def __init__(self): self.calls = 0
    def __call__(self, epoch):
        self.calls += 1
        return 0.5
class Own(S._LRScheduler):
    def get_lr(self): return [base / (1 + self.last_epoch) for base in self.base_lrs]
S.Own, S.SWALR = Own, swa_utils.SWALR
def new(kind="SGD", **settings):
    settings = settings or (dict(momentum=0.5) if kind == "SGD" else {})
    return getattr(optim, kind)([{"params": [p]}, {"params": [q], "lr": 0.5}], lr=0.1, **settings)
def go(o, s, times):
    for _ in range(times):
        o.step()
        s.step()
        print(s.get_last_lr(), [g.get("momentum", g.get("betas")) for g in o.param_groups])
def plain(state):
    return {k: v for k, v in state.items() if "func" not in k and "fn" not in k}
def schedule(make, kind):
    o = new(kind)
    s = make(o)
    print([g["lr"] for g in o.param_groups])
    go(o, s, 30 if kind == "SGD" else 8)
    print(plain(s.state_dict()))
    o2 = new(kind)
    s2 = make(o2)
    o2.load_state_dict(o.state_dict())
    s2.load_state_dict(s.state_dict())
    go(o2, s2, 3)
    print(plain(s2.state_dict()), o2.param_groups[0]["lr"])
def plateau(*args, **kwargs):
    o = args[0]
    s = S.ReduceLROnPlateau(*args, **kwargs)
    for i in range(40):
        s.step(torch.tensor(1 / (i % 13 + 1)) if i % 2 else 3.0 - i / 50)
        print(s._last_lr, s.num_bad_epochs, s.in_cooldown)
    print(s.state_dict())
`;

const REFUSED = `
S.StepLR(p, 3)
S.ReduceLROnPlateau(p)
S.ReduceLROnPlateau(o, factor=2)
S.ReduceLROnPlateau(o, "mid")
S.ReduceLROnPlateau(o, threshold_mode="mid")
S.ReduceLROnPlateau(o, min_lr=[1])
S.LambdaLR(o, [abs])
S.StepLR(new("Adam"), 3, last_epoch=4)
S.ConstantLR(o, 2)
S.LinearLR(o, 2)
S.LinearLR(o, 0.5, 2)
S.CosineAnnealingWarmRestarts(o, 0)
S.CosineAnnealingWarmRestarts(o, 2, 0.5)
S.CosineAnnealingWarmRestarts(o, 2).step(-1)
S.CyclicLR(o, 0.1, [1])
S.CyclicLR(o, 0.1, 1, mode="none")
S.CyclicLR(new("Adam"), 0.1, 1)
S.OneCycleLR(o, 0.1)
S.OneCycleLR(o, 0.1, 0)
S.OneCycleLR(o, 0.1, epochs=-1, steps_per_epoch=2)
S.OneCycleLR(o, 0.1, epochs=1, steps_per_epoch=0)
S.OneCycleLR(o, 0.1, 10, pct_start=2)
S.OneCycleLR(o, 0.1, 10, anneal_strategy="none")
S.OneCycleLR(new("Adagrad"), 0.1, 10)
S.OneCycleLR(o, [0.1], 10)
S.SequentialLR(o, [S.StepLR(new(), 3)], [])
S.SequentialLR(o, [S.StepLR(o, 3)], [1])
S.ChainedScheduler([S.StepLR(o, 3), S.StepLR(new(), 3)])
S.SWALR(o, [1])
S.SWALR(o, 1, anneal_strategy="none")
S.SWALR(o, 1, -1)
S.StepLR(o, 3).step(5)
(S.CosineAnnealingLR(o, 5).step(3), [g["lr"] for g in o.param_groups])
(S.CosineAnnealingWarmRestarts(o, 5).step(7.5), [g["lr"] for g in o.param_groups])
(S.CosineAnnealingWarmRestarts(o, 2, 3).step(20), [g["lr"] for g in o.param_groups])
S.StepLR(o, 3).get_lr()
[S.StepLR(o, 3).step() for _ in range(2)]
too_early()
overridden()
[S.OneCycleLR(o, 0.1, 1).step() for _ in range(3)]
too_long()
(S.StepLR.__module__, optim.lr_scheduler.__name__)
`;

/** One program for several schedulers: a start costs more than they do. */
const program = (rows: readonly string[]): string =>
  COMMON +
  rows
    .flatMap((made) => {
      const kinds = made.startsWith('CyclicLR') && !made.includes('cycle_momentum=False') ? ['SGD'] : ['SGD', 'Adam'];
      return kinds.map((kind) => `print(${JSON.stringify(made)})\nschedule(lambda o: S.${made}, "${kind}")\n`);
    })
    .join('');

const names = [...new Set(SCHEDULERS.map((made) => made.split('(')[0]!))];

describePrograms('learning rates', [
  ...names.map((name) => [name, program(SCHEDULERS.filter((made) => made.startsWith(`${name}(`)))] as const),
  ['ReduceLROnPlateau', COMMON + PLATEAUS.map((given) => `o = new()\nplateau(${given})\n`).join('')],
  [
    'what is refused, and what is warned of',
    `${COMMON}
def too_early():
    o = new()
    s = S.StepLR(o, 3)
    s.step(); s.step(); o.step(); s.step()
def overridden():
    o = new()
    s = S.StepLR(o, 3)
    o.step = lambda: None
    s.step()
def too_long():
    o = new()
    s = S.OneCycleLR(o, 0.1, 2)
    for _ in range(4):
        o.step()
        s.step()
o = new()
${attempts(REFUSED)}`,
  ],
]);
