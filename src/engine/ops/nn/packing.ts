/** Sequences of several lengths: packed step by step without what fills them up, and filled up again. */
import { int64 } from '../../dtype.ts';
import { indexError, runtimeError, valueError } from '../../errors.ts';
import { elements } from '../../item.ts';
import { declare, define } from '../../registry.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { contiguous } from '../conversion.ts';
import { cat } from '../joining.ts';
import { select, slice, transpose, view } from '../movement.ts';
import { fromData } from '../pointwise.ts';
import { narrow } from '../rearrangement.ts';
import { copy, fill } from '../writing.ts';
import { face, internal, overInput } from './face.ts';

const pack = declare('_pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first) -> (Tensor, Tensor)');
const packBackward = declare(
  '_pack_padded_sequence_backward(Tensor grad, int[] input_size, Tensor batch_sizes, bool batch_first) -> Tensor',
);

function lengthsOf(lengths: Tensor, input: Tensor, batch: number): number[] {
  if (lengths.rank !== 1 || lengths.dtype !== int64) {
    throw runtimeError(
      `'lengths' argument should be a 1D CPU int64 tensor, but got ${lengths.rank}D cpu ${lengths.dtype.scalar} tensor`,
    );
  }
  if (input.numel === 0) throw runtimeError('Cannot pack empty tensors.');
  const found = elements(lengths).map(Number);
  if (found.length !== batch) {
    throw runtimeError(
      `Expected \`len(lengths)\` to be equal to batch_size, but got ${found.length} (batch_size=${batch})`,
    );
  }
  if (found.at(-1)! <= 0) {
    throw runtimeError(
      "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0",
    );
  }
  return found;
}

/** The rows of each stretch of steps in which the same sequences go on, and how many there are at each step. */
function packed(input: Tensor, lengths: readonly number[]): readonly [Tensor, Tensor] {
  const [pieces, sizes]: [Tensor[], bigint[]] = [[], []];
  let before = 0;
  for (let left = lengths.length; left > 0; left--) {
    const length = lengths[left - 1]!;
    if (length < before) {
      throw runtimeError(
        '`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to ' +
          'pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.',
      );
    }
    if (length === before) continue;
    const piece = slice(slice(input, 0, before, length, 1), 1, 0, left, 1);
    pieces.push(view(contiguous(piece), [-1, ...input.shape.slice(2)]));
    for (; before < length; before++) sizes.push(BigInt(left));
  }
  return [cat(pieces, 0), fromData(new BigInt64Array(sizes), [sizes.length], int64)];
}

define(pack, {
  variants: { method: false, out: false },
  kernel: (given, lengths, batchFirst) => {
    if (given.rank < 2) throw indexError('Dimension out of range (expected to be in range of [-1, 0], but got 1)');
    const input = batchFirst ? transpose(given, 0, 1) : given;
    return packed(input, lengthsOf(lengths, input, input.shape[1]!)) as [Tensor, Tensor];
  },
  differentiable: [0],
  gradients: {
    input: {
      formula: '∂L/∂input = upstream, row by row, at the places that the rows came from',
      saves: ['results'],
      rule: () => null,
    },
  },
  joint: ([g], s) => [packBackward(g!, s.shapeOf(), s.outputAt(1), s.batch_first)],
});

define(packBackward, {
  ...internal,
  composite: true,
  kernel: (grad, size, batchSizes, batchFirst) => {
    const shape = batchFirst ? [size[1]!, size[0]!, ...size.slice(2)] : size;
    const input = emptyTensor(shape, grad.dtype);
    let offset = 0;
    elements(batchSizes).forEach((rows, step) => {
      const source = slice(grad, 0, offset, offset + Number(rows), 1);
      overInput(copy, [slice(select(input, 0, step), 0, 0, Number(rows), 1), source]);
      offset += Number(rows);
    });
    return batchFirst ? transpose(input, 0, 1) : input;
  },
});

const filledWith = (shape: readonly number[], value: number, like: Tensor): Tensor =>
  value === 0 ? emptyTensor(shape, like.dtype) : overInput(fill, [emptyTensor(shape, like.dtype), wrapNumber(value)]);

face(
  '_pad_packed_sequence(Tensor data, Tensor batch_sizes, bool batch_first, Scalar padding_value, int total_length) -> (Tensor, Tensor)',
  (data, batchSizes, batchFirst, padding, totalLength) => {
    const sizes = elements(batchSizes).map(Number);
    if (totalLength > 0 && totalLength < sizes.length) {
      throw valueError(
        `Expected total_length to be at least the length of the longest sequence in input, but got total_length=${totalLength} ` +
          `and max sequence length being ${sizes.length}`,
      );
    }
    const batch = sizes[0]!;
    const rest = data.shape.slice(1);
    const output = filledWith([totalLength > 0 ? totalLength : sizes.length, batch, ...rest], Number(padding), data);
    const lengths = new BigInt64Array(batch);
    let [offset, begun, rows] = [0, 0, batch];
    for (let step = 0; step <= sizes.length; step++) {
      const next = sizes[step] ?? 0;
      if (next === rows) continue;
      const source = slice(data, 0, offset, offset + rows * (step - begun), 1);
      const place = slice(slice(output, 0, begun, step, 1), 1, 0, rows, 1);
      overInput(copy, [place, view(source, [step - begun, rows, ...rest])]);
      offset += rows * (step - begun);
      begun = step;
      lengths.fill(BigInt(step), next, rows);
      rows = next;
    }
    return [batchFirst ? transpose(output, 0, 1) : output, fromData(lengths, [batch], int64)] as [Tensor, Tensor];
  },
  'torch',
);

face(
  '_pad_sequence(Tensor[] sequences, bool batch_first=False, float padding_value=0.) -> Tensor',
  (sequences, batchFirst, padding) => {
    if (sequences.length === 0) throw runtimeError('received an empty list of sequences');
    const first = sequences[0]!;
    const longest = Math.max(...sequences.map((sequence) => sequence.shape[0]!));
    const [count, rest] = [sequences.length, first.shape.slice(1)];
    const out = filledWith(batchFirst ? [count, longest, ...rest] : [longest, count, ...rest], padding, first);
    sequences.forEach((sequence, i) => {
      const length = sequence.shape[0]!;
      const place = batchFirst ? narrow(select(out, 0, i), 0, 0, length) : select(narrow(out, 0, 0, length), 1, i);
      overInput(copy, [place, sequence]);
    });
    return out;
  },
);
