/** Joining by shape: rows, columns, depths, and products of sets. */

import { bool } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { formatShape } from '../shape.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { cat, stack } from './joining.ts';
import { maskedSelect } from './masking.ts';
import { flatten, reshape } from './movement.ts';
import { fromData } from './pointwise.ts';
import { atLeast1, atLeast2, atLeast3, meshgrid } from './rearrangement.ts';

const cartesianProd = declare('cartesian_prod(Tensor[] tensors) -> Tensor');
const combinations = declare('combinations(Tensor input, int r=2, bool with_replacement=False) -> Tensor');
const columnStack = declare('column_stack(Tensor[] tensors) -> Tensor');

const functions = { variants: { method: false }, composite: true } as const;

function refuseNone(name: string, tensors: readonly Tensor[]): void {
  if (tensors.length === 0) throw runtimeError(`${name} expects a non-empty TensorList`);
}

for (const [name, lift, dimOf] of [
  ['hstack', atLeast1, (first: Tensor) => (first.rank === 1 ? 0 : 1)],
  ['vstack', atLeast2, () => 0],
  ['row_stack', atLeast2, () => 0],
  ['dstack', atLeast3, () => 2],
] as const) {
  define(declare(`${name}(Tensor[] tensors) -> Tensor` as 'x(Tensor[] tensors) -> Tensor'), {
    ...functions,
    kernel: (tensors) => {
      refuseNone(name === 'row_stack' ? 'vstack' : name, tensors);
      const lifted = tensors.map((tensor) => lift(tensor));
      return cat(lifted, dimOf(lifted[0]!));
    },
  });
}

/** Vectors become columns. */
define(columnStack, {
  ...functions,
  kernel: (tensors) => {
    refuseNone('column_stack', tensors);
    return cat(
      tensors.map((tensor) => (tensor.rank <= 1 ? reshape(tensor, [tensor.numel, 1]) : tensor)),
      1,
    );
  },
});

define(cartesianProd, {
  ...functions,
  kernel: (tensors) => {
    for (const { rank, shape } of tensors) {
      if (rank !== 1) throw runtimeError(`Expect a 1D vector, but got shape ${formatShape(shape)}`);
    }
    if (tensors.length === 1) return tensors[0]!;
    return stack(
      meshgrid(tensors).map((grid) => flatten(grid)),
      1,
    );
  },
});

/** The cells of a grid whose coordinates rise (or do not fall, with replacement). */
function risingMask(n: number, r: number, withReplacement: boolean): Tensor {
  const size = n ** r;
  const out = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    let [rest, later, rises] = [i, n, true];
    for (let k = 0; k < r && rises; k++) {
      const coordinate = rest % n;
      rest = Math.floor(rest / n);
      rises = k === 0 || (withReplacement ? coordinate <= later : coordinate < later);
      later = coordinate;
    }
    out[i] = Number(rises);
  }
  return fromData(out, new Array<number>(r).fill(n), bool);
}

define(combinations, {
  ...functions,
  kernel: (input, r, withReplacement) => {
    if (input.rank !== 1) {
      throw runtimeError(`Expect a 1D vector, but got shape [${input.shape.join(', ')}]`);
    }
    if (r < 0) throw runtimeError(`Expect a non-negative number, but got ${r}`);
    if (r === 0) return emptyTensor([0], input.dtype);
    const mask = risingMask(input.numel, r, withReplacement);
    const grids = meshgrid(new Array<Tensor>(r).fill(input));
    return stack(
      grids.map((grid) => maskedSelect(grid, mask)),
      1,
    );
  },
});
