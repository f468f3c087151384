/** Scaled dot product attention (Vaswani et al. 2017, arXiv:1706.03762), as PyTorch composes it of other ops. */
import { bool } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { dispatchInplace } from '../../inplace.ts';
import { rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, mul } from '../arithmetic.ts';
import { matmul } from '../linear.ts';
import { transpose } from '../movement.ts';
import { softmax } from '../softmax.ts';
import { dropElements } from './dropout.ts';
import { face } from './face.ts';

/** What is added to the scores: −∞ where attention is not allowed. */
function penalties(shape: readonly number[], like: Tensor, allowed: (i: number) => boolean): Tensor {
  const mask = emptyTensor(shape, like.dtype);
  const { data } = mask.storage;
  for (let i = 0; i < data.length; i++) if (!allowed(i)) data[i] = Number.NEGATIVE_INFINITY;
  return mask;
}

/** The mask in the form that is added; null for none. */
function maskFor(name: string, given: Tensor | null, causal: boolean): (scores: Tensor) => Tensor | null {
  if (causal && given !== null) {
    throw runtimeError(`${name}: Explicit attn_mask should not be set when is_causal=True`);
  }
  return (scores) => {
    if (causal) {
      const width = scores.shape.at(-1)!;
      return penalties(scores.shape.slice(-2), scores, (i) => i % width <= Math.floor(i / width));
    }
    if (given === null || given.dtype !== bool) return given;
    const allowed = rowMajor(given);
    return penalties(given.shape, scores, (i) => allowed[i] !== 0);
  };
}

/** Softmax of the scaled products of queries and keys weighs the values. */
function attend(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  makeMask: (like: Tensor) => Tensor | null,
  dropout: number,
  scale: number,
): readonly [Tensor, Tensor] {
  const scores = matmul(mul(query, scale), transpose(key, -2, -1));
  const mask = makeMask(scores);
  if (mask !== null) dispatchInplace(add.def!, [scores, mask, 1n]);
  const weights = softmax(scores, -1);
  const kept = dropout > 0 ? dropElements(weights, dropout) : weights;
  return [matmul(kept, value), kept];
}

face(
  '_scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool need_attn_weights=False, bool is_causal=False) -> (Tensor, Tensor)',
  (query, key, value, given, dropout, _, causal) => {
    const mask = maskFor('_scaled_dot_product_attention', given, causal);
    return attend(query, key, value, mask, dropout, 1 / Math.sqrt(query.shape.at(-1)!));
  },
);

face(
  'scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None) -> Tensor',
  (query, key, value, given, dropout, causal, scale) => {
    const mask = maskFor('scaled_dot_product_attention', given, causal);
    return attend(query, key, value, mask, dropout, scale ?? 1 / Math.sqrt(query.shape.at(-1)!))[0];
  },
);
