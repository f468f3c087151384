/** Normalisation over neighbouring channels (Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", 2012). */
import { valueError } from '../../errors.ts';
import type { Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { add, div, mul } from '../arithmetic.ts';
import { squeezeDim, unsqueeze, view } from '../movement.ts';
import { pow } from '../powers.ts';
import { avgPools } from './avg-pool.ts';
import { face } from './face.ts';
import { pad } from './pad.ts';

face(
  'local_response_norm(Tensor input, int size, float alpha=0.0001, float beta=0.75, Scalar k=1.0) -> Tensor',
  (input, size, alpha, beta, k) => {
    if (input.rank < 3) {
      // PyTorch's text has the line break of its source in it.
      throw valueError(`Expected 3D or higher dimensionality${' '.repeat(25)} input (got ${input.rank} dimensions)`);
    }
    if (input.numel === 0) return input;
    return div(input, pow(add(mul(channelMeans(input, size), wrapNumber(alpha)), wrapNumber(k)), beta));
  },
);

/** The mean of the squares of `size` neighbouring channels, with zeros beyond the first and the last. */
function channelMeans(input: Tensor, size: number): Tensor {
  const squares = unsqueeze(mul(input, input), 1);
  const margins = [Math.floor(size / 2), Math.floor((size - 1) / 2)];
  if (input.rank === 3) {
    return squeezeDim(avgPools[0]!(pad(squares, [0, 0, ...margins]), [size, 1], [1]), 1);
  }
  const [n, c, first] = input.shape as [number, number, number];
  const folded = view(squares, [n, 1, c, first, -1]);
  return view(squeezeDim(avgPools[1]!(pad(folded, [0, 0, 0, 0, ...margins]), [size, 1, 1], [1]), 1), input.shape);
}
