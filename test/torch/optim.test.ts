/** Every optimizer: five steps along given gradients lead, bit for bit, where PyTorch's lead, and so do its saved states. */
import { attempts, describePrograms } from './both-sides.ts';

/** The settings with which each is tried. */
const OPTIMIZERS: Readonly<Record<string, readonly string[]>> = {
  SGD: [
    'lr=0.01',
    'lr=0.01, momentum=0.9, weight_decay=0.1',
    'lr=0.01, momentum=0.9, nesterov=True',
    'lr=0.01, momentum=0.5, dampening=0.1, maximize=True',
    '0.1, 0.9, 0.5, 0.01, foreach=False',
  ],
  Adam: ['', 'amsgrad=True, weight_decay=0.1', 'maximize=True, betas=(0.5, 0.9)'],
  AdamW: ['', 'amsgrad=True, lr=0.1, maximize=True'],
  NAdam: ['', 'weight_decay=0.1, momentum_decay=0.1'],
  RAdam: ['', 'lr=0.1, betas=(0.8, 0.9), weight_decay=0.1'],
  Adamax: ['', 'weight_decay=0.1, maximize=True'],
  Adadelta: ['', 'weight_decay=0.1, maximize=True, rho=0.5'],
  Adagrad: ['', 'lr_decay=0.1, initial_accumulator_value=0.5, weight_decay=0.1'],
  ASGD: ['', 't0=1, lambd=0.1, weight_decay=0.1, maximize=True'],
  RMSprop: ['', 'momentum=0.9, centered=True, weight_decay=0.1', 'alpha=0.5, maximize=True'],
  Rprop: ['', 'lr=0.5, etas=(0.4, 1.5), step_sizes=(0.1, 1)'],
};

const steps = `
import io, pickle
from torch import optim
def randn(dtype, *size): return torch.randn(*size).to(dtype) * (0.3 + 0.7j if dtype.is_complex else 0.3)
def shown(tensor):
    # Complex arithmetic is not PyTorch's to the last bit.
    return [f"{z:.6f}" for z in tensor.flatten().tolist()] if tensor.is_complex() else tensor.tolist()
def five_steps(make, dtype):
    torch.manual_seed(0)
    weight = randn(dtype, 3, 5).requires_grad_()
    bias = torch.zeros(5, dtype=dtype, requires_grad=True)
    frozen = torch.zeros(2)
    grads = [(randn(dtype, 3, 5), randn(dtype, 5)) for _ in range(6)]
    def step(optimizer, i):
        weight.grad, bias.grad = grads[i]
        print(optimizer.step(), shown(weight), shown(bias))
    optimizer = make([{"params": [weight]}, {"params": [bias, frozen], "lr": 0.05}])
    print(optimizer)
    for i in range(5): step(optimizer, i)
    saved = optimizer.state_dict()
    print(saved)
    file = io.BytesIO()
    torch.save(saved, file)
    file.seek(0)
    resumed = make([{"params": [weight]}, {"params": [bias, frozen]}])
    resumed.load_state_dict(torch.load(file))
    step(resumed, 5)
    print(resumed)
    again = pickle.loads(pickle.dumps(optimizer))
    print(type(again), again.state_dict())
`;

const DTYPES = ['float32', 'float64', 'complex128'];

describePrograms(
  'five steps, a state that is saved and loaded, and one step more',
  Object.entries(OPTIMIZERS).map(([name, rows]) => [
    name,
    steps +
      rows
        .flatMap((settings) =>
          (name === 'ASGD' || settings.includes('amsgrad') ? DTYPES.slice(0, 2) : DTYPES).map(
            (dtype) => [settings, dtype] as const,
          ),
        )
        .map(([settings, dtype]) => {
          const make = `lambda params: optim.${name}(params, ${settings})`;
          return `print("${settings}", "${dtype}")\nfive_steps(${make}, torch.${dtype})\n`;
        })
        .join(''),
  ]),
);

/** Calls whose answer, or whose error, is PyTorch's. `p` and `q` are leaves. */
const MESSAGES = `
optim.SGD([p])
optim.SGD([])
optim.SGD(p, 0.1)
optim.SGD([p * 2], 0.1)
optim.SGD([p], -1)
optim.SGD([p], 0.1, momentum=-1)
optim.SGD([p], 0.1, nesterov=True)
optim.SGD([p], 0.1, lr=3)
optim.SGD([p], 0.1, speed=3)
optim.SGD(lr=1)
optim.SGD([1], 0.1)
optim.SGD(["a"], 0.1)
optim.SGD({p}, 0.1)
optim.SGD([{"params": {p}}], 0.1)
optim.SGD([{"params": [p]}, {"params": p}], 0.1)
optim.SGD([{"params": [p], "momentum": 1}, {"params": q, "lr": 5}], 0.1)
optim.SGD([p, p], 0.1)
optim.SGD([p], 0.1).add_param_group([q])
optim.SGD([p], 0.1).add_param_group({"params": q, "extra": 7})
optim.Adam([p], betas=(1.0, 2))
optim.Adam([p], eps=-1)
optim.Adam([p], weight_decay=-1)
optim.Adam([p], fused=True)
optim.Adam([p], fused=True, differentiable=True)
optim.NAdam([p], momentum_decay=-1)
optim.Adadelta([p], rho=2)
optim.Adagrad([p], lr_decay=-1)
optim.Adagrad([p], initial_accumulator_value=-1)
optim.RMSprop([p], alpha=-1)
optim.Rprop([p], etas=(1, 2))
optim.Optimizer([p], {})
optim.Optimizer([p], {}).step(None)
optim.SGD([p], 0.1).load_state_dict({"param_groups": [], "state": {}})
optim.Adam([p, q]).load_state_dict(optim.Adam([p]).state_dict())
optim.Adam([p]).step(lambda: 7)
(optim.Adam.__module__, optim.AdamW.__module__)
__import__("torch.optim.adamw", fromlist="a").AdamW is optim.AdamW
`;

describePrograms('an optimizer', [
  [
    'says what PyTorch says',
    `from torch import optim
p, q = (torch.zeros(2, requires_grad=True) for _ in "ab")
${attempts(MESSAGES)}`,
  ],
]);
