/** What losses do with the loss of each element. */
import { valueError } from '../../errors.ts';
import { broadcastShapes, sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { div, mul } from '../arithmetic.ts';
import { expand } from '../movement.ts';
import { mean, sum } from '../reduction.ts';

/** `reduction` as the deprecated pair of flags says it, where one of them is given. */
export function reductionOf(sizeAverage: boolean | null, reduce: boolean | null, reduction: string): string {
  if (sizeAverage !== null || reduce !== null) {
    if (reduce === false) return 'none';
    return sizeAverage === false ? 'sum' : 'mean';
  }
  if (reduction !== 'none' && reduction !== 'mean' && reduction !== 'sum') {
    throw valueError(`${reduction} is not a valid value for reduction`);
  }
  return reduction;
}

/** Unreduced, mean or sum. */
export function reduced(losses: Tensor, reduction: string): Tensor {
  if (reduction === 'none') return losses;
  return reduction === 'mean' ? mean(losses) : sum(losses);
}

/** What of the upstream gradient each element's loss gets. */
export const perElement = (g: Tensor, count: number, reduction: string): Tensor =>
  reduction === 'mean' ? div(g, BigInt(count)) : g;

/** The derivative by the upstream gradient of a loss, given how fast each element's loss changes: as a loss is reduced. */
export function byUpstream(g: Tensor, slope: Tensor, reduction: string): Tensor {
  const product = mul(g, slope);
  return reduction === 'none' ? product : sum(product);
}

/** Input and target of one shape, as `torch.broadcast_tensors` makes them. */
export function broadcastPair(a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const shape = broadcastShapes(a.shape, b.shape);
  const to = (tensor: Tensor): Tensor => (sameShape(tensor.shape, shape) ? tensor : expand(tensor, shape));
  return [to(a), to(b)];
}
