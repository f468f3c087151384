/** Rows of a table by their numbers, and numbers as rows of zeros with a one. */
import { int32, int64 } from '../../dtype.ts';
import { assertionError, indexError, runtimeError, unsupported } from '../../errors.ts';
import { assignRaw } from '../../inplace.ts';
import { declare, define } from '../../registry.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { copyKernels } from '../../wasm/copies.ts';
import { isResident, workspace } from '../../wasm/memory.ts';
import { clone } from '../cast.ts';
import { maskedFill } from '../choice.ts';
import { eq } from '../comparison.ts';
import { indexSelect } from '../indexing.ts';
import { reshape, unsqueeze } from '../movement.ts';
import { fromData } from '../pointwise.ts';
import { roundOf } from './elementwise.ts';
import { face, internal } from './face.ts';

const embedding = declare(
  'embedding(Tensor weight, Tensor indices, int padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor',
);
const embeddingBackward = declare(
  'embedding_dense_backward(Tensor grad_output, Tensor indices, int num_weights, int padding_idx, bool scale_grad_by_freq) -> Tensor',
);

/** The row numbers, checked. */
function rowsOf(indices: Tensor, count: number): Int32Array {
  if (indices.dtype !== int64 && indices.dtype !== int32) {
    throw runtimeError(
      `Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got ${indices.dtype.tensorType} instead (while checking arguments for embedding)`,
    );
  }
  const given = rowMajor(indices);
  if (given instanceof BigInt64Array && given.byteOffset % 4 === 0) return rowsOfLongs(given, count);
  const rows = new Int32Array(given.length);
  for (let i = 0; i < rows.length; i++) {
    const row = Number(given[i]);
    if (row < 0 || row >= count) throw indexError('index out of range in self');
    rows[i] = row;
  }
  return rows;
}

/** Read as pairs of words, which is ten times as fast. */
function rowsOfLongs(given: BigInt64Array, count: number): Int32Array {
  const words = new Int32Array(given.buffer, given.byteOffset, given.length * 2);
  const rows = new Int32Array(given.length);
  for (let i = 0; i < rows.length; i++) {
    const row = words[2 * i]!;
    if (words[2 * i + 1] !== 0 || row < 0 || row >= count) throw indexError('index out of range in self');
    rows[i] = row;
  }
  return rows;
}

/** Rows that kernels can move: float32 in their memory, of whole groups of four. */
const areMovable = (width: number, ...all: readonly NumberData[]): boolean =>
  width > 0 && width % 4 === 0 && all.every((data) => data instanceof Float32Array && isResident(data));

/** The numbers where kernels read them. */
function laid(rows: Int32Array): number {
  const { buffer, at } = workspace(rows.length * 4, 'row numbers');
  new Int32Array(buffer, at, rows.length).set(rows);
  return at;
}

define(embedding, {
  variants: { method: false },
  realGradients: true,
  kernel: (weight, indices) => {
    if (weight.rank !== 2) throw runtimeError("'weight' must be 2-D");
    const width = weight.shape[1]!;
    const rows = rowsOf(indices, weight.shape[0]!);
    const from = rowMajor(weight) as NumberData;
    const out = emptyTensor([...indices.shape, width], weight.dtype, false);
    const to = out.storage.data as NumberData;
    if (rows.length > 0 && areMovable(width, from, to)) {
      copyKernels().gatherRows(rows.length, width / 4, to.byteOffset, from.byteOffset, laid(rows));
      return out;
    }
    for (let i = 0; i < rows.length; i++) {
      to.set(from.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
    }
    return out;
  },
  gradients: {
    weight: {
      formula: '∂L/∂weight = zeros, with upstream added at the rows that indices name',
      rule: (g, s) => {
        if (s.sparse) throw unsupported('The sparse gradient of torch.nn.functional.embedding(sparse=True)');
        return embeddingBackward(g, s.indices, s.shapeOf()[0]!, s.padding_idx, s.scale_grad_by_freq);
      },
    },
  },
});

/** How often each row is asked for. */
function frequencies(rows: Int32Array, count: number): Int32Array {
  const times = new Int32Array(count);
  for (const row of rows) times[row]!++;
  return times;
}

define(embeddingBackward, {
  ...internal,
  kernel: (grad, indices, count, padding, byFrequency) => {
    const width = grad.shape.at(-1)!;
    const rows = rowsOf(indices, count);
    const times = byFrequency ? frequencies(rows, count) : null;
    const out = emptyTensor([count, width], grad.dtype);
    const to = out.storage.data as NumberData;
    const g = rowMajor(grad) as NumberData;
    const all = padding < 0 || !rows.includes(padding);
    if (times === null && all && rows.length > 0 && areMovable(width, g, to)) {
      copyKernels().addRows(rows.length, width / 4, to.byteOffset, g.byteOffset, laid(rows));
      return out;
    }
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row === padding) continue;
      const scale = times === null ? 1 : 1 / times[row]!;
      for (let k = 0; k < width; k++) to[row * width + k] = to[row * width + k]! + scale * g[i * width + k]!;
    }
    return out;
  },
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream at the rows that indices name',
      rule: (g, { indices, padding_idx }) => {
        const picked = indexSelect(g, 0, reshape(indices, [-1]));
        const shaped = reshape(picked, [...indices.shape, g.shape[1]!]);
        if (padding_idx < 0) return shaped;
        return maskedFill(shaped, unsqueeze(eq(indices, BigInt(padding_idx)), -1), 0n);
      },
    },
  },
});

/** Counted from either end; −1 for none. */
export function paddingRow(padding: number | null, weight: Tensor): number {
  if (padding === null) return -1;
  const count = weight.shape[0]!;
  if (padding >= count || padding < -count) throw assertionError('Padding_idx must be within num_embeddings');
  return padding < 0 ? padding + count : padding;
}

/** Shortens, in place and unseen by autograd, the rows that are asked for and longer than `limit`. */
export function renorm(weight: Tensor, indices: Tensor, limit: number, p: number): void {
  const width = weight.shape[1]!;
  const after = clone.def!.kernel(weight) as Tensor;
  const data = after.storage.data as NumberData;
  const round = roundOf(weight.dtype);
  for (const row of new Set(rowsOf(indices, weight.shape[0]!))) {
    const cells = data.subarray(row * width, (row + 1) * width);
    const length = round(rowLength(cells, p));
    if (length <= limit) continue;
    const scale = round(limit / round(length + 1e-7));
    for (let k = 0; k < width; k++) cells[k] = cells[k]! * scale;
  }
  assignRaw(weight, fromData(after.storage.data, weight.shape, weight.dtype));
}

function rowLength(cells: NumberData, p: number): number {
  let total = 0;
  for (const x of cells) {
    if (p === Number.POSITIVE_INFINITY) total = Math.max(total, Math.abs(x));
    else total += p === 2 ? x * x : Math.abs(x) ** p;
  }
  return p === Number.POSITIVE_INFINITY ? total : p === 2 ? Math.sqrt(total) : total ** (1 / p);
}

face(
  'embedding(Tensor input, Tensor weight, int? padding_idx=None, float? max_norm=None, float norm_type=2., bool scale_grad_by_freq=False, bool sparse=False) -> Tensor',
  (input, weight, padding, maxNorm, p, byFrequency, sparse) => {
    const row = paddingRow(padding, weight);
    if (maxNorm !== null) renorm(weight, input, maxNorm, p);
    return embedding(weight, input, row, byFrequency, sparse);
  },
);

face('one_hot(Tensor self, int num_classes=-1) -> Tensor', (tensor, classes) => {
  if (tensor.dtype !== int64) throw runtimeError('one_hot is only applicable to index tensor.');
  if (tensor.numel === 0) {
    if (classes <= 0) throw runtimeError('Can not infer total number of classes from empty tensor.');
    return emptyTensor([...tensor.shape, classes], int64);
  }
  const given = rowMajor(tensor) as BigInt64Array;
  const largest = given.reduce((a, b) => (a > b ? a : b));
  if (given.some((value) => value < 0n)) throw runtimeError('Class values must be non-negative.');
  if (classes !== -1 && largest >= BigInt(classes)) {
    throw runtimeError('Class values must be smaller than num_classes.');
  }
  const width = classes === -1 ? Number(largest) + 1 : classes;
  const out = emptyTensor([...tensor.shape, width], int64);
  given.forEach((value, i) => {
    out.storage.data[i * width + Number(value)] = 1n;
  });
  return out;
});
