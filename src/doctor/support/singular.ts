/** Why an operation on finite numbers answers with nan or an infinity, as a sentence with the program's own numbers. */
import type { Value } from '../../trace/model.ts';
import { numelOf } from '../../trace/value.ts';
import { type Message, t } from '../finding.ts';
import type { Subject } from '../rule.ts';
import { nameOf } from './naming.ts';
import type { Operand, Production } from './not-finite.ts';
import { badShare, badWord, isBad, largest, short } from './numbers.ts';

interface Case {
  readonly op: string;
  readonly made: Value;
  /** By name and value. */
  readonly inputs: readonly { readonly name: string; readonly value: Value }[];
}

type Explain = (found: Case) => Message | null;

const countOf = ({ shape }: Value): number => numelOf(shape);

function logarithm({ op, inputs }: Case): Message | null {
  const [x] = inputs;
  const edge = op === 'log1p' ? -1 : 0;
  if (x === undefined || x.value.stats.min === null || x.value.stats.min > edge) return null;
  if (x.value.stats.min < edge)
    return t(
      '`{0}` of a number below {1} is nan, and the least of {2} is {3}.',
      op,
      edge,
      x.name,
      short(x.value.stats.min),
    );
  if (edge !== 0) return t('`log1p` of -1 is -inf, and that is the least of {0}.', x.name);
  if (countOf(x.value) === 1) return t('`{0}` of 0 is -inf, and {1} is 0.', op, x.name);
  const { zeros } = x.value.stats;
  return t('`{0}` of 0 is -inf, and {1} is 0 at {2} of its {3} places.', op, x.name, zeros, countOf(x.value));
}

function root({ op, inputs }: Case): Message | null {
  const [x] = inputs;
  if (x === undefined || x.value.stats.min === null) return null;
  if (x.value.stats.min < 0)
    return t('`{0}` of a negative number is nan, and the least of {1} is {2}.', op, x.name, short(x.value.stats.min));
  if (op === 'rsqrt' && x.value.stats.zeros > 0) return t('`rsqrt` of 0 is 1/0, and {0} holds 0.', x.name);
  return null;
}

function quotient({ op, inputs, made }: Case): Message | null {
  const result = made.stats.nans > 0 ? t('0/0 is nan') : t('a number divided by 0 is inf');
  const denominator = op === 'reciprocal' ? inputs[0] : (inputs[1] ?? null);
  if (denominator == null) return t('{0}, and the denominator is 0.', result);
  const { zeros } = denominator.value.stats;
  if (zeros === 0) return null;
  const count = countOf(denominator.value);
  if (count === 1) return t('{0}, and the denominator {1} is 0.', result, denominator.name);
  return t('{0}, and the denominator {1} is 0 at {2} of its {3} places.', result, denominator.name, zeros, count);
}

/** The largest finite number of a dtype. Source: IEEE 754, and bfloat16's eight bits of precision. */
const LARGEST: Readonly<Record<string, number>> = {
  float64: Number.MAX_VALUE,
  float32: (2 - 2 ** -23) * 2 ** 127,
  float16: 65504,
  bfloat16: (2 - 2 ** -7) * 2 ** 127,
};

const OVERFLOWS: Readonly<Record<string, (most: number) => number>> = {
  exp: Math.log,
  expm1: Math.log,
  exp2: Math.log2,
  sinh: Math.asinh,
  cosh: Math.acosh,
};

function exponential({ op, inputs, made }: Case): Message | null {
  const [x] = inputs;
  const most = LARGEST[made.dtype];
  if (x === undefined || most === undefined || x.value.stats.max === null) return null;
  const edge = OVERFLOWS[op]!(most);
  if (largest(x.value) < edge) return null;
  return t(
    '`{0}` of more than {1} is too large for {2} and becomes inf, and {3} reaches {4}.',
    op,
    edge.toFixed(1),
    made.dtype,
    x.name,
    short(largest(x.value)),
  );
}

function power({ inputs, made }: Case): Message | null {
  const [x] = inputs;
  if (x === undefined || x.value.stats.min === null) return null;
  if (made.stats.nans > 0 && x.value.stats.min < 0)
    return t(
      'a negative number to a broken power is nan, and the least of {0} is {1}.',
      x.name,
      short(x.value.stats.min),
    );
  return made.stats.infs > 0 && x.value.stats.zeros > 0 && largest(x.value) < 1e9
    ? t('0 to a negative power is 1/0, and {0} holds 0.', x.name)
    : null;
}

const softmax = ({ op, inputs, made }: Case): Message | null =>
  made.stats.nans > 0 && inputs[0] !== undefined && inputs[0].value.stats.infs > 0
    ? t(
        '`{0}` divides by the sum of the exponentials, and where all of a row of {1} is -inf (everything is masked) that is 0/0.',
        op.replace(/^_/, ''),
        inputs[0].name,
      )
    : null;

const spread = ({ op, inputs, made }: Case): Message | null =>
  made.stats.nans > 0 && inputs[0] !== undefined && !isBad(inputs[0].value)
    ? t(
        '`{0}` divides by n - 1, which is 0 for a single number ({1} has shape {2}): pass `unbiased=False`, or take it of more numbers.',
        op,
        inputs[0].name,
        `[${inputs[0].value.shape.join(', ')}]`,
      )
    : null;

const average = ({ inputs }: Case): Message | null =>
  inputs[0] !== undefined && countOf(inputs[0].value) === 0
    ? t('the mean of no numbers at all is 0/0, and {0} is empty.', inputs[0].name)
    : null;

const targets = ({ op, inputs, made }: Case): Message | null =>
  made.stats.nans > 0 && !inputs.some(({ value }) => isBad(value))
    ? t(
        '`{0}` takes the mean over the targets that count, and all of them are ignored: the mean of nothing is 0/0.',
        op,
      )
    : null;

function domain({ op, inputs }: Case): Message | null {
  const [x] = inputs;
  if (x === undefined || largest(x.value) < 1) return null;
  return t('`{0}` is finite between -1 and 1 only, and {1} reaches {2}.', op, x.name, short(largest(x.value)));
}

const EXPLAIN: Readonly<Record<string, Explain>> = {
  log: logarithm,
  log2: logarithm,
  log10: logarithm,
  log1p: logarithm,
  sqrt: root,
  rsqrt: root,
  div: quotient,
  reciprocal: quotient,
  remainder: quotient,
  fmod: quotient,
  exp: exponential,
  expm1: exponential,
  exp2: exponential,
  sinh: exponential,
  cosh: exponential,
  pow: power,
  _softmax: softmax,
  softmax,
  _log_softmax: softmax,
  log_softmax: softmax,
  std: spread,
  var: spread,
  mean: average,
  nll_loss: targets,
  acos: domain,
  asin: domain,
  atanh: domain,
};

/** What went into it, then what came out. */
export function whyNotFinite(subject: Subject, { op, inputs, value }: Production): Message {
  const name = op ?? '?';
  const named = inputs.map((input) => ({ name: nameOf(subject, input.tensor), value: input.value }));
  const found: Case = { op: name, made: value, inputs: named };
  return EXPLAIN[name]?.(found) ?? arithmetic(subject, found, inputs);
}

function arithmetic(_: Subject, { op, made, inputs }: Case, operands: readonly Operand[]): Message {
  const bad = inputs.find(({ value }) => isBad(value));
  if (bad !== undefined) return t('`{0}` makes {1} of {2} ({3}).', op, badWord(made), bad.name, badShare(bad.value));
  const [biggest] = [...inputs].sort((a, b) => largest(b.value) - largest(a.value));
  const most = LARGEST[made.dtype];
  if (biggest === undefined || operands.length === 0 || most === undefined)
    return t('`{0}` answered with it, of finite numbers.', op);
  return t(
    '`{0}` of {1}, which reaches {2}, is too large for {3} (at most {4}).',
    op,
    biggest.name,
    short(largest(biggest.value)),
    made.dtype,
    short(most),
  );
}

/** Why the derivative of a node is infinite where it was asked for; null where that is not known of the operation. */
export function whyNoDerivative(op: string, name: string, x: Value): Message | null {
  const { zeros, min, max } = x.stats;
  const count = countOf(x);
  const many = count === 1 ? t('{0} is 0', name) : t('{0} is 0 at {1} of its {2} places', name, zeros, count);
  if (zeros > 0) {
    const formula = AT_ZERO[op];
    if (formula !== undefined)
      return t('the derivative of `{0}` is {1}, which is infinite at 0, and {2}', op, formula, many);
  }
  if (/^(asin|acos|atanh)$/.test(op) && (min === -1 || max === 1))
    return t('the derivative of `{0}` is infinite at -1 and 1, and {1} reaches them', op, name);
  return null;
}

const AT_ZERO: Readonly<Record<string, string>> = {
  sqrt: '1/(2·√x)',
  rsqrt: '-1/(2·x·√x)',
  log: '1/x',
  log2: '1/(x·ln 2)',
  log10: '1/(x·ln 10)',
  reciprocal: '-1/x²',
  pow: 'p·x^(p-1)',
};
