/** Rows of a table by their numbers, summed, averaged or their maximum taken over bags of them. */
import { float16, float32, float64, int64, typeText } from '../../dtype.ts';
import { notImplemented, runtimeError, unsupported, valueError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { formatShape, sameShape } from '../../shape.ts';
import { convertScalars, type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { reshape } from '../movement.ts';
import { fromData } from '../pointwise.ts';
import { paddingRow, renorm } from './embedding.ts';
import { face, internal, underivable } from './face.ts';

const SUM = 0;
const MEAN = 1;
const MAX = 2;

const embeddingBag = declare(
  '_embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq, int mode, bool sparse, Tensor? per_sample_weights, bool include_last_offset, int padding_idx) -> (Tensor, Tensor, Tensor, Tensor)',
);
const embeddingBagBackward = declare(
  '_embedding_bag_dense_backward(Tensor grad, Tensor indices, Tensor offset2bag, Tensor bag_size, Tensor maximum_indices, int num_weights, bool scale_grad_by_freq, int mode, Tensor? per_sample_weights, int padding_idx) -> Tensor',
);
const sampleWeightsBackward = declare(
  '_embedding_bag_per_sample_weights_backward(Tensor grad, Tensor weight, Tensor indices, Tensor offset2bag, int padding_idx) -> Tensor',
);

const integers = (tensor: Tensor): number[] => Array.from(rowMajor(tensor) as ArrayLike<number | bigint>, Number);

/** For each index its bag. */
function bagsOf(indices: Tensor, offsets: Tensor, includeLast: boolean): { bags: Int32Array; count: number } {
  const starts = integers(offsets);
  if (starts.length > 0 && starts[0] !== 0) {
    throw runtimeError(
      `offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got ${starts[0]}`,
    );
  }
  const count = includeLast ? starts.length - 1 : starts.length;
  const bags = new Int32Array(indices.numel);
  for (let b = 0; b < count; b++) bags.fill(b, starts[b]!, starts[b + 1] ?? indices.numel);
  return { bags, count };
}

function checkedRows(indices: Tensor, count: number): number[] {
  const rows = integers(indices);
  rows.forEach((row, i) => {
    if (row >= 0 && row < count) return;
    throw runtimeError(
      `[enforce fail at embedding_lookup_idx.cc:214] 0 <= idx && idx < data_size. Index ${i} is out of bounds: ${row}, range 0 to ${count}`,
    );
  });
  return rows;
}

function longs(values: ArrayLike<number>, shape: readonly number[]): Tensor {
  const out = emptyTensor(shape, int64);
  convertScalars(values, out.storage.data, int64);
  return out;
}

define(embeddingBag, {
  ...internal,
  node: 'EmbeddingBagBackward0',
  kernel: (weight, indices, offsets, _scale, mode, _sparse, samples, includeLast, padding) => {
    if (weight.rank !== 2) throw runtimeError("'weight' must be 2-D");
    checkTable(weight);
    const [count, width] = weight.shape as [number, number];
    const rows = checkedRows(indices, count);
    const { bags, count: bagCount } = bagsOf(indices, offsets, includeLast);
    const from = rowMajor(weight) as NumberData;
    const scales = samples === null ? null : (rowMajor(samples) as NumberData);
    const sums = new Float64Array(bagCount * width);
    const sizes = new Int32Array(bagCount);
    const largest = new Int32Array(mode === MAX ? bagCount * width : 0);
    rows.forEach((row, i) => {
      if (row === padding) return;
      const to = bags[i]! * width;
      const first = sizes[bags[i]!]!++ === 0;
      const scale = scales?.[i] ?? 1;
      for (let k = 0; k < width; k++) {
        const cell = from[row * width + k]!;
        if (mode !== MAX) sums[to + k]! += cell * scale;
        else if (first || cell > sums[to + k]!) {
          sums[to + k] = cell;
          largest[to + k] = row;
        }
      }
    });
    if (mode === MEAN) divideBags(sums, sizes, width);
    const out = emptyTensor([bagCount, width], weight.dtype);
    (out.storage.data as NumberData).set(sums);
    const chosen = mode === MAX ? longs(largest, [bagCount, width]) : longs([], [0]);
    return [out, longs(bags, [bags.length]), longs(sizes, [bagCount]), chosen];
  },
  differentiable: [0],
  joint: ([g], s) => {
    if (g == null) return [null, null];
    if (s.sparse) throw unsupported('The sparse gradient of torch.nn.functional.embedding_bag(sparse=True)');
    const [bags, sizes, largest] = [s.outputAt(1), s.outputAt(2), s.outputAt(3)];
    const byWeight = s.isNeeded(0)
      ? embeddingBagBackward(
          g,
          s.indices,
          bags,
          sizes,
          largest,
          s.weight.shape[0]!,
          s.scale_grad_by_freq,
          s.mode,
          s.per_sample_weights,
          s.padding_idx,
        )
      : null;
    const bySample = s.isNeeded(1) ? sampleWeightsBackward(g, s.weight, s.indices, bags, s.padding_idx) : null;
    return [byWeight, bySample];
  },
  gradients: {
    weight: {
      formula: '∂L/∂weight = zeros, with upstream of each bag added at its rows',
      saves: ['weight', 'per_sample_weights', 'results'],
      rule: (g) => g,
    },
    per_sample_weights: {
      formula: '∂L/∂per_sample_weights = upstream of the bag · the row',
      saves: ['weight', 'per_sample_weights', 'results'],
      rule: (g) => g,
    },
  },
});

function divideBags(sums: Float64Array, sizes: Int32Array, width: number): void {
  for (let at = 0; at < sums.length; at++) {
    const size = sizes[Math.floor(at / width)]!;
    sums[at] = size === 0 ? 0 : sums[at]! / size;
  }
}

/** PyTorch's check of the table, in its words. */
function checkTable(weight: Tensor): void {
  if (weight.dtype === float16 || weight.dtype === float32 || weight.dtype === float64) return;
  throw runtimeError(
    `Expected tensor for argument #1 'weight' to have one of the following scalar types: Half, Float, Double; but got ${typeText(weight.dtype)} instead (while checking arguments for embedding_bag)`,
  );
}

define(embeddingBagBackward, {
  ...internal,
  node: 'NotImplemented',
  kernel: (grad, indices, offset2bag, bagSize, largest, count, byFrequency, mode, samples, padding) => {
    const width = grad.shape[1]!;
    const sums = new Float64Array(count * width);
    const g = rowMajor(grad) as NumberData;
    if (mode === MAX) addLargest(sums, g, integers(largest), integers(bagSize), width);
    else {
      const rows = integers(indices);
      const [bags, sizes] = [integers(offset2bag), integers(bagSize)];
      const scales = samples === null ? null : (rowMajor(samples) as NumberData);
      const times = new Int32Array(count);
      for (const row of rows) times[row]!++;
      rows.forEach((row, i) => {
        if (row === padding) return;
        const bag = bags[i]!;
        const share = (scales?.[i] ?? 1) / (byFrequency ? times[row]! : 1) / (mode === MEAN ? sizes[bag]! : 1);
        for (let k = 0; k < width; k++) sums[row * width + k]! += share * g[bag * width + k]!;
      });
    }
    const data = grad.dtype.allocate(sums.length) as NumberData;
    data.set(sums);
    return fromData(data, [count, width], grad.dtype);
  },
  gradients: { grad: underivable('_embedding_bag_dense_backward') },
});

function addLargest(
  sums: Float64Array,
  g: NumberData,
  largest: readonly number[],
  sizes: readonly number[],
  width: number,
): void {
  largest.forEach((row, at) => {
    if (sizes[Math.floor(at / width)]! > 0) sums[row * width + (at % width)]! += g[at]!;
  });
}

define(sampleWeightsBackward, {
  ...internal,
  node: 'NotImplemented',
  kernel: (grad, weight, indices, offset2bag, padding) => {
    const width = weight.shape[1]!;
    const [g, w] = [rowMajor(grad) as NumberData, rowMajor(weight) as NumberData];
    const bags = integers(offset2bag);
    const out = emptyTensor([indices.numel], grad.dtype);
    integers(indices).forEach((row, i) => {
      let total = 0;
      if (row !== padding) for (let k = 0; k < width; k++) total += g[bags[i]! * width + k]! * w[row * width + k]!;
      out.storage.data[i] = total;
    });
    return out;
  },
  gradients: {
    grad: underivable('_embedding_bag_per_sample_weights_backward'),
    weight: underivable('_embedding_bag_per_sample_weights_backward'),
  },
});

const MODES: Readonly<Record<string, number>> = { sum: SUM, mean: MEAN, max: MAX };

function modeOf(mode: string, byFrequency: boolean, sparse: boolean): number {
  const number = MODES[mode];
  if (number === undefined) throw valueError('mode has to be one of sum, mean or max');
  if (number === MAX && byFrequency) {
    throw valueError('max mode does not support scaling the gradient by the frequency');
  }
  if (number === MAX && sparse) throw valueError('max mode does not support sparse weights');
  return number;
}

const size = (tensor: Tensor): string => `torch.Size(${formatShape(tensor.shape)})`;

/** One bag after another with the offsets that say where each begins. */
function flatBags(input: Tensor, offsets: Tensor | null): readonly [Tensor, Tensor] {
  if (input.rank === 2) {
    if (offsets !== null) {
      throw valueError(
        "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences. However, found offsets of type <class 'torch.Tensor'>",
      );
    }
    const [rows, width] = input.shape as [number, number];
    return [
      reshape(input, [-1]),
      longs(
        Array.from({ length: rows }, (_, row) => row * width),
        [rows],
      ),
    ];
  }
  if (input.rank !== 1) {
    throw valueError(`input has to be 1D or 2D Tensor, but got Tensor of dimension ${input.rank}`);
  }
  if (offsets === null) throw valueError('offsets has to be a 1D Tensor but got None');
  if (offsets.rank !== 1) throw valueError('offsets has to be a 1D Tensor');
  return [input, offsets];
}

face(
  "embedding_bag(Tensor input, Tensor weight, Tensor? offsets=None, float? max_norm=None, float norm_type=2, bool scale_grad_by_freq=False, str mode='mean', bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int? padding_idx=None) -> Tensor",
  (input, weight, offsets, maxNorm, p, byFrequency, mode, sparse, samples, includeLast, padding) => {
    if (samples !== null && !sameShape(input.shape, samples.shape)) {
      throw valueError(
        `embedding_bag: If per_sample_weights (${size(samples)}) is not None, then it must have the same shape as the input (${size(input)})`,
      );
    }
    const [indices, starts] = flatBags(input, offsets);
    const scales = samples !== null && input.rank === 2 ? reshape(samples, [-1]) : samples;
    const kind = modeOf(mode, byFrequency, sparse);
    if (maxNorm !== null) renorm(weight, indices, maxNorm, p);
    if (samples !== null && kind !== SUM) {
      throw notImplemented(
        `embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got mode='${mode}'). Please open a feature request on GitHub.`,
      );
    }
    const row = paddingRow(padding, weight);
    return embeddingBag(weight, indices, starts, byFrequency, kind, sparse, scales, includeLast, row)[0]!;
  },
);
