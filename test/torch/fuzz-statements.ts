/** Random programs as data: a list of steps over the tensors `t0`, `t1`, ... that were made before, printed as PyTorch source. */
import fc from 'fast-check';

/** A line of a program, from what it is given: the name of what it makes, and how to name an operand. */
export type Step = (made: string, operand: (pick: number) => string) => string;

/** A program's source, line by line. Operands are picked from all tensors made so far. */
export function printed(steps: readonly Step[]): string[] {
  const lines: string[] = [];
  for (const [i, step] of steps.entries()) lines.push(step(`t${i}`, (pick) => `t${pick % Math.max(1, i)}`));
  return lines;
}

/** Programs of a few leaves and then of anything. */
export const programs = (steps: fc.Arbitrary<Step>, maxLength: number): fc.Arbitrary<string[]> =>
  fc
    .tuple(
      fc.array(leaf, { minLength: 1, maxLength: 3 }),
      fc.array(steps, { minLength: 1, maxLength, size: 'max' }),
      fc.array(pass, { maxLength: 2 }),
    )
    .map((parts) => printed(parts.flat()));

const pick = fc.nat(20);

/** A method's call: what stands between the operand and the end of the line. */
const called = (...calls: readonly string[]): fc.Arbitrary<Step> =>
  fc.tuple(fc.constantFrom(...calls), pick).map(
    ([call, a]) =>
      (made, operand) =>
        `${made} = ${operand(a)}${call}`,
  );

/** `$` stands for a second operand. */
const withAnother = (...calls: readonly string[]): fc.Arbitrary<Step> =>
  fc.tuple(fc.constantFrom(...calls), pick, pick).map(
    ([call, a, b]) =>
      (made, operand) =>
        `${made} = ${operand(a)}${call.replace('$', operand(b))}`,
  );

/** A statement on one operand (and `$`, a second one), which the made name then stands for, too. */
const effect = (...calls: readonly string[]): fc.Arbitrary<Step> =>
  fc.tuple(fc.constantFrom(...calls), pick, pick).map(
    ([call, a, b]) =>
      (made, operand) =>
        `${made} = ${operand(a)}; ${made}${call.replace('$', operand(b))}`,
  );

const SHAPES = [[], [3], [2, 3], [1, 3], [3, 1], [3, 3], [2, 1, 3], [2, 3, 3], [0, 3], [1]];
const DTYPES = ['float64', 'float64', 'float64', 'float32', 'int64', 'bool', 'complex128'] as const;

const leaf: fc.Arbitrary<Step> = fc
  .record({
    shape: fc.constantFrom(...SHAPES),
    dtype: fc.constantFrom(...DTYPES),
    values: fc.array(fc.integer({ min: -12, max: 12 }), { minLength: 18, maxLength: 18 }),
    grad: fc.boolean(),
  })
  .map(({ shape, dtype, values, grad }) => (made) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const exact = dtype === 'int64' || dtype === 'bool';
    const data = values.slice(0, size).map((value) => (exact ? value : value / 4));
    const asked = grad && !exact ? ', requires_grad=True' : '';
    if (shape.length === 0) return `${made} = torch.tensor(${data[0]}, dtype=torch.${dtype}${asked})`;
    const tensor = `torch.tensor([${data.join(', ')}], dtype=torch.${dtype})`;
    const shaped = shape.length === 1 ? tensor : `${tensor}.reshape(${shape.join(', ')})`;
    return `${made} = ${shaped}${grad && !exact ? '.requires_grad_()' : ''}`;
  });

const pointwise = called(
  ...[
    'neg',
    'exp',
    'sin',
    'tanh',
    'sigmoid',
    'relu',
    'abs',
    'square',
    'sgn',
    'log1p',
    'sqrt',
    'reciprocal',
    'floor',
  ].map((name) => `.${name}()`),
  ...[' * 2', ' + 1.5', ' / 4', ' ** 2', ' ** 0.5', ' - 1', ' % 3', ' > 0', '.clamp(-1, 1)', ' * True'],
);

const binary = withAnother(
  ...[' + $', ' - $', ' * $', ' / $', ' ** $', ' > $', '.maximum($)', '.fmod($)', '.atan2($)', '.add($, alpha=2)'],
  ...['.where(torch.tensor([True, False, True]), $)', '.lerp($, 0.25)', '.masked_fill($ > 0, 1.5)', '.type_as($)'],
);

const product = withAnother(' @ $', '.mm($)', '.bmm($)', '.dot($)', '.outer($)', '.addmm($, $)', '.expand_as($)');

const reduction = called(
  ...['.sum()', '.mean()', '.prod()', '.std()', '.norm()', '.amax()', '.max()', '.sum(0)', '.mean(-1, keepdim=True)'],
  ...['.prod(0)', '.var(-1)', '.amin(-1)', '.max(0)[0]', '.median()', '.argmax()', '.cumsum(0)', '.cumprod(-1)'],
  ...['.logsumexp(0)', '.softmax(-1)', '.log_softmax(0)', '.sort()[0]', '.any()', '.all(0)', '.sum((0, -1))'],
);

const view = called(
  ...[
    '.view(-1)',
    '.reshape(-1)',
    '.t()',
    '.mT',
    '.transpose(0, -1)',
    '.unsqueeze(0)',
    '.squeeze()',
    '.expand(2, 3, 3)',
  ],
  ...['[0]', '[-1:]', '[..., 0]', '[::2]', '[None]', '[..., 1:]', '.diagonal()', '.chunk(2)[0]', '.unbind()[0]'],
  ...['.split(2)[-1]', '.narrow(0, 0, 1)', '.select(-1, 1)', '.movedim(0, -1)', '.flatten()', '.detach()', '.real'],
  ...['.as_strided((2,), (1,))', '.unfold(0, 2, 1)', '.conj()', '.view_as(t0)', '.expand_as(t0)'],
);

const copy = called(
  ...[
    '.clone()',
    '.contiguous()',
    '.flip(0)',
    '.roll(1)',
    '.repeat(2, 1)',
    '.tril()',
    '.double()',
    '.float()',
    '.long()',
  ],
  ...['[[0, -1, 0]]', '[t0 > 0]', '.index_select(0, torch.tensor([0, 0]))', '.gather(0, torch.tensor([0]))'],
  ...['.take(torch.tensor([0, 1]))', '.masked_select(t0 > 0)', '.bool()', '.nonzero()', '.to(torch.complex128)'],
);

const joined = fc.tuple(fc.constantFrom('cat', 'stack', 'hstack', 'broadcast_tensors'), pick, pick).map(
  ([name, a, b]): Step =>
    (made, operand) =>
      name === 'broadcast_tensors'
        ? `${made} = torch.broadcast_tensors(${operand(a)}, ${operand(b)})[0]`
        : `${made} = torch.${name}([${operand(a)}, ${operand(b)}])`,
);

const inPlace = effect(
  ...['.mul_(2)', '.add_($)', '.sub_($)', '.mul_($)', '.div_($)', '.exp_()', '.tanh_()', '.zero_()', '.fill_(1.5)'],
  ...['.copy_($)', '.clamp_(-1, 1)', '.relu_()', '.neg_()', '.t_()', '.unsqueeze_(0)', '.masked_fill_($ > 0, 2)'],
  ...['[0] = $', '[..., 1:] *= 2', '[-1] += 1', '[:] = $', '.view(-1)[:2].mul_($)', '[t0 > 0] = 1', '.detach_()'],
  ...['.requires_grad_()', '.retain_grad()', '.squeeze_()', '.detach().mul_(3)'],
  ...['.diagonal().add_(1)', '.transpose(0, -1).mul_($)', '.pow_(2)'],
);

const hook = fc.tuple(fc.constantFrom('grad * 2', 'None', 'grad.neg()', 'grad[0]'), pick).map(
  ([result, a]): Step =>
    (made, operand) =>
      `${made} = ${operand(a)}; ${made}.register_hook(lambda grad: ${result})`,
);

const pass: fc.Arbitrary<Step> = fc
  .record({
    root: pick,
    input: pick,
    options: fc.constantFrom('', ', retain_graph=True', ', retain_graph=True', ', create_graph=True'),
    way: fc.constantFrom('backward', 'backward', 'grad', 'summed', 'inputs'),
  })
  .map(({ root, input, options, way }) => (made, operand) => {
    const [y, x] = [operand(root), operand(input)];
    if (way === 'grad') return `${made} = grad(${y}.sum(), ${x}${options})[0]`;
    if (way === 'inputs') return `${made} = ${x}; backward(${y}.sum(), inputs=[${x}]${options})`;
    return `${made} = ${y}${way === 'summed' ? '.sum()' : ''}; backward(${made}${options})`;
  });

/** A step under a mode of its own. */
const within = (steps: fc.Arbitrary<Step>, mode: string): fc.Arbitrary<Step> =>
  steps.map((step) => (made, operand) => `with torch.${mode}():\n  ${step(made, operand)}`);

const differentiable = fc.oneof(pointwise, binary, product, reduction, view, copy, joined);

/** Whatever a program may do. */
export const anything: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: differentiable },
  { weight: 3, arbitrary: view },
  { weight: 4, arbitrary: inPlace },
  { weight: 2, arbitrary: pass },
  { weight: 1, arbitrary: hook },
  { weight: 1, arbitrary: within(fc.oneof(differentiable, inPlace), 'no_grad') },
  { weight: 1, arbitrary: leaf },
);
