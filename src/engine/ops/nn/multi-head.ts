/** Attention of several heads side by side (Vaswani et al. 2017, arXiv:1706.03762), of the ops that PyTorch composes it of. */
import { bool, isFloating, uint8 } from '../../dtype.ts';
import { assertionError, runtimeError } from '../../errors.ts';
import { formatShape, type Shape, sameShape } from '../../shape.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import type { Result } from '../../values.ts';
import { wrapNumber } from '../../values.ts';
import { div } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { maskedFill } from '../choice.ts';
import { logicalOr } from '../comparison.ts';
import { contiguous } from '../conversion.ts';
import { baddbmm } from '../fused-products.ts';
import { cat } from '../joining.ts';
import { linear } from '../linear.ts';
import { expand, reshape, squeezeDim, transpose, unsqueeze, view } from '../movement.ts';
import { bmm } from '../products.ts';
import { sumDim } from '../reduction.ts';
import { repeat } from '../repetition.ts';
import { softmax } from '../softmax.ts';
import { chunk, splitSizes } from '../splitting.ts';
import { dropElements } from './dropout.ts';
import { face } from './face.ts';

type Triple = readonly [Tensor, Tensor, Tensor];
type Biases = readonly [Tensor | null, Tensor | null, Tensor | null];

/** A Python tuple of numbers, as an assertion shows it. */
const tuple = (shape: Shape): string => `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
const size = (tensor: Tensor): string => `torch.Size(${formatShape(tensor.shape)})`;

function insist(holds: boolean, message: string): void {
  if (!holds) throw assertionError(message);
}

/** Queries, keys and values by weights that lie in one matrix, one under another: one product where the inputs are one tensor. */
function packedProjection(q: Tensor, k: Tensor, v: Tensor, weight: Tensor, bias: Tensor | null): Triple {
  const width = q.shape.at(-1)!;
  if (k === v && q === k) return chunk(linear(q, weight, bias), 3, -1) as unknown as Triple;
  if (k === v) {
    const sizes = [width, 2 * width];
    const [first, rest] = splitSizes(weight, sizes, 0) as readonly [Tensor, Tensor];
    const [b, others] = bias === null ? [null, null] : (splitSizes(bias, sizes, 0) as readonly [Tensor, Tensor]);
    const query = linear(q, first, b);
    const [key, value] = chunk(linear(k, rest, others), 2, -1) as readonly [Tensor, Tensor];
    return [query, key, value];
  }
  const weights = chunk(weight, 3, 0) as unknown as Triple;
  return projection([q, k, v], weights, biasesOf(bias));
}

const biasesOf = (bias: Tensor | null): Biases =>
  bias === null ? [null, null, null] : (chunk(bias, 3, 0) as unknown as Triple);

const projection = (inputs: Triple, weights: Triple, biases: Biases): Triple =>
  inputs.map((input, i) => linear(input, weights[i]!, biases[i]!)) as unknown as Triple;

/** The mask with a dimension for batch and heads. */
function attentionMask(mask: Tensor | null, batchHeads: number, length: number, width: number): Tensor | null {
  if (mask === null) return null;
  insist(
    isFloating(mask.dtype) || mask.dtype === bool || mask.dtype === uint8,
    `Only float, byte, and bool types are supported for attn_mask, not torch.${mask.dtype.name}`,
  );
  const fitted = mask.dtype === uint8 ? cast(mask, bool) : mask;
  const wanted = mask.rank === 2 ? [length, width] : [batchHeads, length, width];
  if (mask.rank !== 2 && mask.rank !== 3) throw runtimeError(`attn_mask's dimension ${mask.rank} is not supported`);
  if (!sameShape(mask.shape, wanted)) {
    throw runtimeError(`The shape of the ${mask.rank}D attn_mask is ${size(mask)}, but should be ${tuple(wanted)}.`);
  }
  return mask.rank === 2 ? unsqueeze(fitted, 0) : fitted;
}

/** What may not be attended to: by query and key, and by key alone. */
interface Masks {
  attention: Tensor | null;
  padding: Tensor | null;
}

/** One more column of zeros: what was added to the keys is never masked. */
function widen(masks: Masks): void {
  const widened = (mask: Tensor | null): Tensor | null =>
    mask === null ? null : cat([mask, emptyTensor([...mask.shape.slice(0, -1), 1], mask.dtype)], -1);
  masks.attention = widened(masks.attention);
  masks.padding = widened(masks.padding);
}

/** Both masks in one, as numbers to add. */
function merged({ attention, padding }: Masks, heads: number, like: Tensor): Tensor | null {
  let all = attention;
  if (padding !== null) {
    const [batch, width] = padding.shape as [number, number];
    const spread = expand(view(padding, [batch, 1, 1, width]), [-1, heads, -1, -1]);
    const each = reshape(spread, [batch * heads, 1, width]);
    if (all === null) all = each;
    else all = all.dtype === bool ? logicalOr(all, each) : maskedFill(all, each, Number.NEGATIVE_INFINITY);
  }
  if (all === null || all.dtype !== bool) return all;
  return maskedFill(emptyTensor(all.shape, like.dtype), all, Number.NEGATIVE_INFINITY);
}

/** Heads as examples of a batch: [length, batch, width] -> [batch · heads, length, width / heads]. */
const byHead = (x: Tensor, batchHeads: number, width: number): Tensor =>
  transpose(view(contiguous(x), [x.shape[0]!, batchHeads, width]), 0, 1);

/** The values weighed, and their weights. */
function attend([q, k, v]: Triple, mask: Tensor | null, dropout: number): readonly [Tensor, Tensor] {
  const scaled = div(q, wrapNumber(Math.sqrt(q.shape[2]!)));
  const turned = transpose(k, -2, -1);
  const weights = softmax(mask === null ? bmm(scaled, turned) : baddbmm(mask, scaled, turned), -1);
  const kept = dropout > 0 ? dropElements(weights, dropout) : weights;
  return [bmm(kept, v), kept];
}

function checkShapes(query: Tensor, key: Tensor, value: Tensor): boolean {
  const batched = query.rank === 3;
  insist(
    batched || query.rank === 2,
    `query should be unbatched 2D or batched 3D tensor but received ${query.rank}-D query tensor`,
  );
  insist(
    key.rank === query.rank && value.rank === query.rank,
    batched
      ? `For batched (3-D) \`query\`, expected \`key\` and \`value\` to be 3-D but found ${key.rank}-D and ${value.rank}-D tensors respectively`
      : `For unbatched (2-D) \`query\`, expected \`key\` and \`value\` to be 2-D but found ${key.rank}-D and ${value.rank}-D tensors respectively`,
  );
  return batched;
}

face(
  'multi_head_attention_forward(Tensor query, Tensor key, Tensor value, int embed_dim_to_check, int num_heads, Tensor? in_proj_weight, Tensor? in_proj_bias, Tensor? bias_k, Tensor? bias_v, bool add_zero_attn, float dropout_p, Tensor out_proj_weight, Tensor? out_proj_bias, bool training=True, Tensor? key_padding_mask=None, bool need_weights=True, Tensor? attn_mask=None, bool use_separate_proj_weight=False, Tensor? q_proj_weight=None, Tensor? k_proj_weight=None, Tensor? v_proj_weight=None, Tensor? static_k=None, Tensor? static_v=None, bool average_attn_weights=True) -> (Tensor, Tensor)',
  ((
    ...[
      query0,
      key0,
      value0,
      checked,
      heads,
      inWeight,
      inBias,
      biasK,
      biasV,
      zeroAttention,
      dropout,
      outWeight,
      outBias,
      training,
      padding0,
      needWeights,
      mask0,
      separate,
      wq,
      wk,
      wv,
      staticK,
      staticV,
      average,
    ]: MultiHeadArgs
  ): Result => {
    const batched = checkShapes(query0, key0, value0);
    const grow = (x: Tensor): Tensor => (batched ? x : unsqueeze(x, 1));
    // Without a batch one tensor for all three becomes three, and is projected three times: so does PyTorch.
    const [query, key, value] = [grow(query0), grow(key0), grow(value0)];
    const padding = batched || padding0 === null ? padding0 : unsqueeze(padding0, 0);
    const [length, batch, width] = query.shape as [number, number, number];
    const headWidth = Math.floor(width / heads);
    const batchHeads = batch * heads;
    insist(width === checked, `was expecting embedding dimension of ${checked}, but got ${width}`);
    insist(headWidth * heads === width, `embed_dim ${width} not divisible by num_heads ${heads}`);
    if (!separate) {
      insist(sameShape(key.shape, value.shape), `key shape ${size(key)} does not match value shape ${size(value)}`);
    }
    let [q, k, v] = separate
      ? projection([query, key, value], [wq!, wk!, wv!], biasesOf(inBias))
      : packedProjection(query, key, value, inWeight!, inBias);
    const masks: Masks = { attention: attentionMask(mask0, batchHeads, length, key.shape[0]!), padding };
    if (biasK !== null && biasV !== null) {
      k = cat([k, repeat(biasK, [1, batch, 1])], 0);
      v = cat([v, repeat(biasV, [1, batch, 1])], 0);
      widen(masks);
    }
    q = byHead(q, batchHeads, headWidth);
    k = staticK ?? byHead(k, batchHeads, headWidth);
    v = staticV ?? byHead(v, batchHeads, headWidth);
    if (zeroAttention) {
      const zeros = emptyTensor([batchHeads, 1, headWidth], k.dtype);
      [k, v] = [cat([k, zeros], 1), cat([v, zeros], 1)];
      widen(masks);
    }
    const [attended, kept] = attend([q, k, v], merged(masks, heads, q), training ? dropout : 0);
    const joined = view(contiguous(transpose(attended, 0, 1)), [length * batch, width]);
    const projected = linear(joined, outWeight, outBias);
    const output = view(projected, [length, batch, projected.shape[1]!]);
    const shrink = (x: Tensor, dim: number): Tensor => (batched ? x : squeezeDim(x, dim));
    if (!needWeights) return [shrink(output, 1), null];
    const byHeads = view(kept, [batch, heads, length, k.shape[1]!]);
    const shown = average ? div(sumDim(byHeads, [1]), wrapNumber(BigInt(heads))) : byHeads;
    return [shrink(output, 1), shrink(shown, 0)];
  }) as never,
);

type MultiHeadArgs = [
  query: Tensor,
  key: Tensor,
  value: Tensor,
  checked: number,
  heads: number,
  inWeight: Tensor | null,
  inBias: Tensor | null,
  biasK: Tensor | null,
  biasV: Tensor | null,
  zeroAttention: boolean,
  dropout: number,
  outWeight: Tensor,
  outBias: Tensor | null,
  training: boolean,
  padding: Tensor | null,
  needWeights: boolean,
  mask: Tensor | null,
  separate: boolean,
  wq: Tensor | null,
  wk: Tensor | null,
  wv: Tensor | null,
  staticK: Tensor | null,
  staticV: Tensor | null,
  average: boolean,
];
