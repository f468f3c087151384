/** Connectionist temporal classification (Graves et al. 2006): the loss of all alignments of a target sequence, by dynamic programming. */
import { bool, int32, int64, isFloating } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { convertScalars, type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { div } from '../arithmetic.ts';
import { where } from '../choice.ts';
import { eq } from '../comparison.ts';
import { squeezeDim, unsqueeze } from '../movement.ts';
import { mean, sum } from '../reduction.ts';
import { type Round, refuseDType, roundOf } from './elementwise.ts';
import { face, internal, underivable } from './face.ts';
import { reductionOf } from './loss-reduction.ts';

const ctc = declare(
  '_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank=0, bool zero_infinity=False) -> (Tensor, Tensor)',
);
const ctcBackward = declare(
  '_ctc_loss_backward(Tensor grad, Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, Tensor neg_log_likelihood, Tensor log_alpha, int blank, bool zero_infinity) -> Tensor',
);

const NEVER = Number.NEGATIVE_INFINITY;

/** ln(eᵃ + eᵇ + eᶜ), rounded at each step: the logarithms grow large, and what they lose is seen. */
function logSum(a: number, b: number, c: number, round: Round): number {
  const max = Math.max(a, b, c);
  if (max === NEVER) return NEVER;
  const total = round(power(a, max, round) + power(b, max, round)) + power(c, max, round);
  return round(round(Math.log(round(total))) + max);
}

const power = (x: number, max: number, round: Round): number => round(Math.exp(round(x - max)));

/** One example: its log probabilities by time and class, and its labels with blanks between and around them. */
interface Example {
  readonly at: (t: number, label: number) => number;
  readonly labels: readonly number[];
  readonly time: number;
  readonly round: Round;
}

function exampleOf(
  logs: NumberData,
  [, batch, classes]: readonly number[],
  b: number,
  targets: readonly number[],
  time: number,
  blank: number,
  round: Round,
): Example {
  const labels = [blank, ...targets.flatMap((label) => [label, blank])];
  return { at: (t, label) => logs[(t * batch! + b) * classes! + label]!, labels, time, round };
}

/** Whether a path may skip the blank before label s. */
const skips = (labels: readonly number[], s: number): boolean => s >= 2 && labels[s] !== labels[s - 2] && s % 2 === 1;

/** ln of the probability of all paths that are at label s at time t (t-th row), into `alpha`. */
function forward({ at, labels, time, round }: Example, alpha: NumberData, from: number, width: number): void {
  if (time === 0) return;
  alpha[from] = at(0, labels[0]!);
  if (labels.length > 1) alpha[from + 1] = at(0, labels[1]!);
  for (let t = 1; t < time; t++) {
    const [now, before] = [from + t * width, from + (t - 1) * width];
    for (let s = 0; s < labels.length; s++) {
      const one = s > 0 ? alpha[before + s - 1]! : NEVER;
      const two = skips(labels, s) ? alpha[before + s - 2]! : NEVER;
      alpha[now + s] = logSum(alpha[before + s]!, one, two, round) + at(t, labels[s]!);
    }
  }
}

/** The same from the end. */
function backward({ at, labels, time, round }: Example): Float64Array {
  const width = labels.length;
  const beta = new Float64Array(time * width).fill(NEVER);
  if (time === 0) return beta;
  const last = (time - 1) * width;
  beta[last + width - 1] = at(time - 1, labels[width - 1]!);
  if (width > 1) beta[last + width - 2] = at(time - 1, labels[width - 2]!);
  for (let t = time - 2; t >= 0; t--) {
    const [now, after] = [t * width, (t + 1) * width];
    for (let s = 0; s < width; s++) {
      const one = s + 1 < width ? beta[after + s + 1]! : NEVER;
      const two = s + 2 < width && skips(labels, s + 2) ? beta[after + s + 2]! : NEVER;
      beta[now + s] = round(logSum(beta[after + s]!, one, two, round) + at(t, labels[s]!));
    }
  }
  return beta;
}

/** Each example's labels: rows of a matrix, or one after another. */
function labelsOf(targets: Tensor, lengths: readonly number[]): number[][] {
  const all = Array.from(rowMajor(targets) as ArrayLike<number | bigint>, Number);
  const width = targets.rank === 2 ? targets.shape[1]! : null;
  let start = 0;
  return lengths.map((length, b) => {
    const from = width === null ? start : b * width;
    start += length;
    return all.slice(from, from + length);
  });
}

const CPU = ' (while checking arguments for ctc_loss_cpu)';

function check(
  logs: Tensor,
  targets: Tensor,
  times: readonly number[],
  lengths: readonly number[],
  blank: number,
): void {
  if (!isFloating(logs.dtype) || logs.dtype.bytes < 4) refuseDType('ctc_loss_cpu', logs.dtype);
  if (targets.dtype !== int64 && targets.dtype !== int32) {
    throw runtimeError('Expected targets to be Long or Int');
  }
  const [time, batch, classes] = logs.shape as [number, number, number];
  if (blank < 0 || blank >= classes) throw runtimeError('blank must be in label range');
  if (times.length !== batch) throw runtimeError('input_lengths must be of size batch_size');
  if (lengths.length !== batch) throw runtimeError('target_lengths must be of size batch_size');
  const longest = Math.max(0, ...lengths);
  if (targets.rank === 2 && targets.shape[1]! < longest) {
    throw runtimeError(
      `Expected tensor to have size at least ${longest} at dimension 1, but got size ${targets.shape[1]} for argument #2 'targets'${CPU}`,
    );
  }
  const bad = times.find((one) => one > time);
  if (bad !== undefined) {
    throw runtimeError(`Expected input_lengths to have value at most ${time}, but got value ${bad}${CPU}`);
  }
}

define(ctc, {
  ...internal,
  kernel: (logs, targets, times, lengths, blank) => {
    check(logs, targets, times, lengths, blank);
    const [, batch] = logs.shape as [number, number, number];
    const round = roundOf(logs.dtype);
    const longest = Math.max(0, ...lengths);
    const [rows, width] = [logs.shape[0]!, 2 * longest + 1];
    const losses = emptyTensor([batch], logs.dtype);
    const alphas = emptyTensor([batch, rows, width], logs.dtype);
    const alpha = alphas.storage.data as NumberData;
    alpha.fill(NEVER);
    const data = rowMajor(logs) as NumberData;
    labelsOf(targets, lengths).forEach((labels, b) => {
      const example = exampleOf(data, logs.shape, b, labels, times[b]!, blank, round);
      const from = b * rows * width;
      forward(example, alpha, from, width);
      const end = from + (times[b]! - 1) * width + 2 * labels.length;
      const none = times[b] === 0;
      const emptyLoss = labels.length === 0 ? 0 : Number.POSITIVE_INFINITY;
      losses.storage.data[b] = none
        ? emptyLoss
        : -logSum(alpha[end]!, labels.length > 0 ? alpha[end - 1]! : NEVER, NEVER, round);
    });
    return [losses, alphas];
  },
  differentiable: [0],
  joint: ([g], s) => [
    g == null
      ? null
      : ctcBackward(
          g,
          s.log_probs,
          s.targets,
          s.input_lengths,
          s.target_lengths,
          s.outputAt(0),
          s.outputAt(1),
          s.blank,
          s.zero_infinity,
        ),
  ],
  gradients: {
    log_probs: {
      formula: '∂L/∂log_probs = upstream · (probability − the share of it in all alignments of the target)',
      saves: ['log_probs', 'results'],
      rule: (g) => g,
    },
  },
});

define(ctcBackward, {
  ...internal,
  node: 'NotImplemented',
  kernel: (grad, logs, targets, times, lengths, losses, alphas, blank, zeroInfinity) => {
    const [rows, batch, classes] = logs.shape as [number, number, number];
    const width = alphas.shape[2]!;
    const round = roundOf(logs.dtype);
    const out = emptyTensor(logs.shape, logs.dtype);
    const to = out.storage.data as NumberData;
    const [data, g, nll, alpha] = [logs, grad, losses, alphas].map((one) => rowMajor(one) as NumberData) as [
      NumberData,
      NumberData,
      NumberData,
      NumberData,
    ];
    labelsOf(targets, lengths).forEach((labels, b) => {
      if (zeroInfinity && nll[b] === Number.POSITIVE_INFINITY) return;
      const example = exampleOf(data, logs.shape, b, labels, times[b]!, blank, round);
      const beta = backward(example);
      const extended = example.labels;
      for (let t = 0; t < times[b]!; t++) {
        const shares = new Float64Array(classes).fill(NEVER);
        for (let s = extended.length - 1; s >= 0; s--) {
          const label = extended[s]!;
          const both = round(alpha[(b * rows + t) * width + s]! + beta[t * extended.length + s]!);
          shares[label] = logSum(shares[label]!, both, NEVER, round);
        }
        for (let c = 0; c < classes; c++) {
          const at = (t * batch + b) * classes + c;
          const share = round(Math.exp(round(round(shares[c]! + nll[b]!) - data[at]!)));
          to[at] = round(round(Math.exp(data[at]!)) - share) * g[b]!;
        }
      }
    });
    return out;
  },
  gradients: {
    grad: underivable('_ctc_loss_backward'),
    log_probs: underivable('_ctc_loss_backward'),
    neg_log_likelihood: underivable('_ctc_loss_backward'),
    log_alpha: underivable('_ctc_loss_backward'),
  },
});

function numbers(values: readonly number[], like: Tensor): Tensor {
  const out = emptyTensor([values.length], like.dtype);
  convertScalars(values, out.storage.data, like.dtype);
  return out;
}

function ctcLoss(
  logs: Tensor,
  targets: Tensor,
  times: readonly number[],
  lengths: readonly number[],
  blank: number,
  reduction: string,
  zeroInfinity: boolean,
): Tensor {
  const batched = logs.rank === 3;
  const all = batched ? logs : unsqueeze(logs, 1);
  const rows = batched || targets.rank !== 1 ? targets : unsqueeze(targets, 0);
  const raw = ctc(all, rows, times, lengths, blank, zeroInfinity)[0]!;
  const losses = zeroInfinity ? where(eq(raw, Number.POSITIVE_INFINITY), emptyTensor([], raw.dtype), raw) : raw;
  if (reduction === 'mean') {
    return mean(
      div(
        losses,
        numbers(
          lengths.map((length) => Math.max(length, 1)),
          losses,
        ),
      ),
    );
  }
  if (reduction === 'sum') return sum(losses);
  return batched ? losses : squeezeDim(losses, 0);
}

function lengthsOf(lengths: Tensor, name: string): number[] {
  if (lengths.dtype === bool || lengths.dtype.category > 1) {
    throw runtimeError(`${name} must be integral`);
  }
  return Array.from(rowMajor(lengths) as ArrayLike<number | bigint>, Number);
}

const TAIL = "int blank=0, str reduction='mean', bool zero_infinity=False";

face(
  `ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, ${TAIL}) -> Tensor`,
  (logs, targets, times, lengths, blank, reduction, zeroInfinity) =>
    ctcLoss(logs, targets, times, lengths, blank, reductionOf(null, null, reduction), zeroInfinity),
);
face(
  `ctc_loss.Tensor(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, ${TAIL}) -> Tensor`,
  (logs, targets, times, lengths, blank, reduction, zeroInfinity) =>
    ctcLoss(
      logs,
      targets,
      lengthsOf(times, 'input_lengths'),
      lengthsOf(lengths, 'target_lengths'),
      blank,
      reductionOf(null, null, reduction),
      zeroInfinity,
    ),
);
