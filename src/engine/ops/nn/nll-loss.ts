/** Negative log likelihood of a class per row or per pixel, and cross entropy, which is made of it. */

import { int64 } from '../../dtype.ts';
import { indexError, runtimeError, valueError } from '../../errors.ts';
import { declare, define, type Op } from '../../registry.ts';
import { formatShape, numel, type Shape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { reshape, view } from '../movement.ts';
import { zerosLike } from '../raw.ts';
import { requireNoGrad } from '../undifferentiable.ts';
import { refuseDType, requireFloating } from './elementwise.ts';
import { face, internal } from './face.ts';
import { reductionOf } from './loss-reduction.ts';

type Loss = '(Tensor self, Tensor target, Tensor? weight, str reduction, int ignore_index) -> Tensor';
type Backward =
  '(Tensor grad_output, Tensor self, Tensor target, Tensor? weight, str reduction, int ignore_index) -> Tensor';

/** What the loops need: `rows` × `classes` × `inner` elements, a class and a weight for each of rows × inner. */
interface Picks {
  readonly inner: number;
  readonly count: number;
  /** Where each chosen element lies; −1 for what is ignored. */
  readonly at: Int32Array;
  readonly weights: NumberData | null;
  readonly chosen: Int32Array;
  readonly total: number;
}

function pick(shape: Shape, target: Tensor, weight: Tensor | null, ignore: number): Picks {
  const classes = shape.length === 1 ? shape[0]! : shape[1]!;
  const inner = numel(shape.slice(2));
  const given = rowMajor(target) as BigInt64Array;
  const weights = weight === null ? null : (rowMajor(weight) as NumberData);
  const at = new Int32Array(given.length).fill(-1);
  const chosen = new Int32Array(given.length);
  let total = 0;
  for (let i = 0; i < given.length; i++) {
    const index = Number(given[i]);
    if (index === ignore) continue;
    if (index < 0 || index >= classes) throw indexError(`Target ${index} is out of bounds.`);
    const row = Math.floor(i / inner);
    at[i] = (row * classes + index) * inner + (i - row * inner);
    chosen[i] = index;
    total += weights === null ? 1 : weights[index]!;
  }
  return { inner, count: given.length, at, weights, chosen, total };
}

const weightAt = ({ weights, chosen }: Picks, i: number): number => (weights === null ? 1 : weights[chosen[i]!]!);

function lossKernel(self: Tensor, target: Tensor, weight: Tensor | null, reduction: string, ignore: number): Tensor {
  requireFloating('nll_loss_out_frame', self.dtype);
  const picks = pick(self.shape, target, weight, ignore);
  const x = rowMajor(self) as NumberData;
  const none = reduction === 'none';
  const out = emptyTensor(none ? target.shape : [], self.dtype);
  const to = out.storage.data as NumberData;
  let sum = 0;
  for (let i = 0; i < picks.count; i++) {
    const position = picks.at[i]!;
    if (position < 0) continue;
    const loss = -weightAt(picks, i) * x[position]!;
    if (none) to[i] = loss;
    else sum += loss;
  }
  if (!none) to[0] = reduction === 'mean' ? sum / picks.total : sum;
  return out;
}

function slopeKernel(
  grad: Tensor,
  self: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: string,
  ignore: number,
): Tensor {
  const picks = pick(self.shape, target, weight, ignore);
  const out = zerosLike(self);
  const to = out.storage.data as NumberData;
  const g = rowMajor(grad) as NumberData;
  const each = reduction === 'none' ? 1 : 0;
  const norm = reduction === 'mean' ? picks.total : 1;
  for (let i = 0; i < picks.count; i++) {
    const position = picks.at[i]!;
    if (position >= 0) to[position] = (-weightAt(picks, i) * g[i * each]!) / norm;
  }
  return out;
}

/** The loss and its backward function; PyTorch has a pair of its own for images. */
function likelihood(name: string, nodes: readonly [string, string]): Op<`x${Loss}`> {
  const loss = declare(
    `${name}(Tensor self, Tensor target, Tensor? weight, str reduction, int ignore_index) -> Tensor`,
  ) as unknown as Op<`x${Loss}`>;
  const slope = declare(
    `${name}_backward(Tensor grad_output, Tensor self, Tensor target, Tensor? weight, str reduction, int ignore_index) -> Tensor`,
  ) as unknown as Op<`x${Backward}`>;
  define(loss, {
    ...internal,
    node: nodes[0],
    kernel: (self, target, weight, reduction, ignore) => {
      requireNoGrad(`${name}_forward`, { weight });
      return lossKernel(self, target, weight, reduction, ignore);
    },
    gradients: {
      self: {
        formula: '∂L/∂input = −upstream · weight / Σ weight at the target class',
        saves: ['self'],
        rule: (g, s) => slope(g, s.self, s.target, s.weight, s.reduction, s.ignore_index),
      },
    },
  });
  define(slope, {
    ...internal,
    node: nodes[1],
    kernel: slopeKernel,
    gradients: {
      grad_output: {
        formula: '∂L/∂grad_output = the loss of upstream',
        rule: (g, s) => loss(g, s.target, s.weight, s.reduction, s.ignore_index),
      },
      self: { formula: '∂L/∂input = 0', rule: (g) => zerosLike(g) },
    },
  });
  return loss;
}

const nllLoss = likelihood('nll_loss', ['NllLossBackward0', 'NllLossBackwardBackward0']);
const nllLoss2d = likelihood('nll_loss2d', ['NllLoss2DBackward0', 'NllLoss2DBackwardBackward0']);

function checkTypes(input: Tensor, target: Tensor, weight: Tensor | null): void {
  if (input.dtype.category !== 2) refuseDType('nll_loss_out_frame', input.dtype);
  if (target.dtype !== int64) throw runtimeError(`expected scalar type Long but found ${target.dtype.scalar}`);
  if (weight !== null && weight.dtype !== input.dtype) {
    throw runtimeError(`expected scalar type ${input.dtype.scalar} but found ${weight.dtype.scalar}`);
  }
}

function checkRows(input: Tensor, target: Tensor, weight: Tensor | null): void {
  if (target.rank > 1) throw runtimeError('0D or 1D target tensor expected, multi-target not supported');
  const alone = input.rank === 1 && target.rank === 0;
  if (!alone && input.shape[0] !== target.shape[0]) {
    throw runtimeError(`size mismatch (got input: ${formatShape(input.shape)}, target: ${formatShape(target.shape)})`);
  }
  checkWeight(input, weight);
}

function checkWeight(input: Tensor, weight: Tensor | null): void {
  const classes = input.rank === 1 ? input.shape[0]! : input.shape[1]!;
  if (weight === null || weight.numel === classes) return;
  throw runtimeError(
    `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${formatShape(weight.shape)}`,
  );
}

/** Of rows, of images, or of anything that can be viewed as images: dimension 1 holds the classes. */
export function likelihoodOf(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: string,
  ignore: number,
): Tensor {
  if (input.rank < 1) throw valueError(`Expected 1 or more dimensions (got ${input.rank})`);
  if (input.rank !== 1 && input.shape[0] !== target.shape[0]) {
    throw valueError(`Expected input batch_size (${input.shape[0]}) to match target batch_size (${target.shape[0]}).`);
  }
  if (input.rank <= 2) {
    checkRows(input, target, weight);
    checkTypes(input, target, weight);
    return nllLoss(input, target, weight, reduction, ignore);
  }
  return input.rank === 4
    ? ofImages(input, target, weight, reduction, ignore)
    : asImages(input, target, weight, reduction, ignore);
}

function ofImages(input: Tensor, target: Tensor, weight: Tensor | null, reduction: string, ignore: number): Tensor {
  const [n, , h, w] = input.shape as [number, number, number, number];
  if (target.rank !== 3) {
    throw runtimeError(
      `only batches of spatial targets supported (3D tensors) but got targets of dimension: ${target.rank}`,
    );
  }
  if (target.shape[0] !== n || target.shape[1] !== h || target.shape[2] !== w) {
    throw runtimeError(`size mismatch (got input: ${formatShape(input.shape)} , target: ${formatShape(target.shape)}`);
  }
  checkWeight(input, weight);
  checkTypes(input, target, weight);
  return nllLoss2d(input, target, weight, reduction, ignore);
}

function asImages(input: Tensor, target: Tensor, weight: Tensor | null, reduction: string, ignore: number): Tensor {
  const [n, classes] = input.shape as [number, number];
  const size = [n, ...input.shape.slice(2)];
  if (target.shape.join() !== size.join()) {
    throw runtimeError(`Expected target size ${formatShape(size)}, got ${formatShape(target.shape)}`);
  }
  const shaped = (tensor: Tensor, to: Shape): Tensor => (tensor.isContiguous ? view(tensor, to) : reshape(tensor, to));
  const hole = input.numel > 0 ? -1 : 0;
  const images = shaped(input, [n, classes, 1, hole]);
  const targets = shaped(target, [n, 1, hole]);
  const losses = ofImages(images, targets, weight, reduction, ignore);
  return reduction === 'none' ? view(losses, size) : losses;
}

face(
  "nll_loss(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean') -> Tensor",
  (input, target, weight, sizeAverage, ignore, reduce, reduction) =>
    likelihoodOf(input, target, weight, reductionOf(sizeAverage, reduce, reduction), ignore),
);
