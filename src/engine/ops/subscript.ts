/** `x[...]` and `x[...] = value`: what stands between the brackets, taken apart into views and index tensors. */
import { bool, int64, uint8 } from '../dtype.ts';
import { indexError, runtimeError, typeError, valueError } from '../errors.ts';
import { dispatchInplace } from '../inplace.ts';
import { elements } from '../item.ts';
import { declare, define } from '../registry.ts';
import { sameShape } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { type Arg, Complex, ELLIPSIS, Slice } from '../values.ts';
import { type Indices, index, indexPut } from './advanced-index.ts';
import { cast } from './cast.ts';
import { aliasOf } from './conversion.ts';
import { expand, select, slice, unsqueeze, view } from './movement.ts';
import { fromData } from './pointwise.ts';
import { copy, fill } from './writing.ts';

export const getitem = declare('__getitem__(Tensor self, Index index) -> Tensor');
export const setitem = declare('__setitem__(Tensor self, Index index, Tensor value) -> Tensor');

/** `...` in front of what is left: as many dimensions as nobody asks for. */
class Rest {
  readonly count: number;

  constructor(count: number) {
    this.count = count;
  }
}

/** One entry. A boolean is a mask without dimensions: it takes none, and makes one of size 1 or 0. */
type Entry = null | Slice | Rest | Tensor | bigint | boolean;

/** What remains once ints, slices, None and Ellipsis have been applied: a view, and index tensors for it. */
function applyIndex(self: Tensor, given: Arg): { rest: Tensor; indices: Indices | null } {
  const entries = indexEntries(self, given);
  const single = entries.length === 1 && (given as readonly Arg[]).length === 1;
  let rest = self;
  let dim = 0;
  const indices: (Tensor | null)[] = [];
  const record = (one: Tensor): void => {
    while (indices.length < dim) indices.push(null);
    indices.push(one);
  };
  entries.forEach((entry, position) => {
    if (entry instanceof Rest) dim += entry.count;
    else if (entry === null) rest = unsqueeze(rest, dim++);
    else if (entry instanceof Slice) rest = applySlice(rest, dim++, entry, single);
    else if (typeof entry === 'bigint') rest = applyInt(rest, dim, Number(entry), self, position);
    else if (typeof entry === 'boolean') {
      rest = unsqueeze(rest, dim);
      record(fromData(entry ? BigInt64Array.of(0n) : new BigInt64Array(0), [entry ? 1 : 0], int64));
      dim++;
    } else {
      record(entry);
      dim += isMask(entry) ? entry.rank : 1;
    }
  });
  return { rest, indices: indices.length === 0 ? null : collapsed(indices) };
}

const isMask = ({ dtype }: Tensor): boolean => dtype === bool || dtype === uint8;

/** A mask stands for several dimensions but is one entry: the gaps that counting left after it are taken out. */
function collapsed(indices: readonly (Tensor | null)[]): Indices {
  const out: (Tensor | null)[] = [];
  for (let i = 0; i < indices.length; i++) {
    const one = indices[i]!;
    out.push(one);
    if (one !== null && isMask(one)) i += Math.max(one.rank, 1) - 1;
  }
  return out;
}

/** A slice that is written out to take all of a dimension is dropped, unless it stands alone. */
function applySlice(rest: Tensor, dim: number, { start, stop, step }: Slice, single: boolean): Tensor {
  if (step !== null && step <= 0) {
    throw valueError(step === 0 ? 'slice step cannot be zero' : 'step must be greater than zero');
  }
  if (rest.rank === 0) throw indexError('slice() cannot be applied to a 0-dim tensor.');
  if (!single && (start ?? 0) === 0 && stop === rest.shape[dim] && (step ?? 1) === 1) return rest;
  return slice(rest, dim, start ?? 0, stop ?? Number.MAX_SAFE_INTEGER, step ?? 1);
}

/** `position`: among the entries, which is what PyTorch's message calls the dimension. */
function applyInt(rest: Tensor, dim: number, at: number, self: Tensor, position: number): Tensor {
  const size = rest.shape[dim];
  if (size === undefined) {
    throw indexError(
      self.rank === 0 && at === 0
        ? 'invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number'
        : self.rank === 0
          ? `index ${at} is out of bounds for dimension 0 with size 0`
          : `too many indices for tensor of dimension ${self.rank}`,
    );
  }
  if (at < -size || at >= size) {
    throw indexError(`index ${at} is out of bounds for dimension ${position} with size ${size}`);
  }
  return select(rest, dim, at);
}

/** The entries one by one; only the first Ellipsis stands for anything. */
function indexEntries(self: Tensor, given: Arg): Entry[] {
  const entries = (given as readonly Arg[]).map(toEntry);
  const taken = entries.reduce<number>((total, one) => total + dimsTaken(one), 0);
  if (taken > self.rank && !(self.rank === 0 && entries.every((one) => typeof one === 'bigint'))) {
    if (self.rank === 0 && entries.length === 1 && entries[0] instanceof Slice) return entries as Entry[];
    throw indexError(`too many indices for tensor of dimension ${self.rank}`);
  }
  let written = false;
  return entries.map((one): Entry => {
    if (one !== ELLIPSIS) return one;
    const count = written ? 0 : self.rank - taken;
    written = true;
    return new Rest(count);
  });
}

const dimsTaken = (one: Entry | typeof ELLIPSIS): number =>
  one === null || one === ELLIPSIS || typeof one === 'boolean'
    ? 0
    : one instanceof Tensor && isMask(one)
      ? one.rank
      : 1;

function toEntry(one: Arg): Entry | typeof ELLIPSIS {
  if (one === null || one === ELLIPSIS || one instanceof Slice) return one;
  if (typeof one === 'bigint' || typeof one === 'boolean') return one;
  if (one instanceof Tensor) return tensorEntry(one);
  if (Array.isArray(one)) return tensorEntry(listTensor(one));
  throw invalidIndex(one);
}

function tensorEntry(one: Tensor): Entry {
  const integral = one.dtype.category <= 1;
  if (one.rank > 0 || !integral) {
    if (one.dtype !== int64 && !isMask(one)) {
      throw indexError('tensors used as indices must be long, byte or bool tensors');
    }
    return one;
  }
  const [value] = elements(one);
  return isMask(one) ? Boolean(value) : BigInt(value as bigint);
}

function invalidIndex(one: Arg): Error {
  if (typeof one === 'string') {
    return one.startsWith('\0')
      ? indexError(
          `only integers, slices (\`:\`), ellipsis (\`...\`), None and long or byte Variables are valid indices (got ${one.slice(1)})`,
        )
      : typeError("new(): invalid data type 'str'");
  }
  const name = typeof one === 'number' ? 'float' : one instanceof Complex ? 'complex' : typeof one;
  return indexError(
    `only integers, slices (\`:\`), ellipsis (\`...\`), None and long or byte Variables are valid indices (got ${name})`,
  );
}

/** A list of numbers, as the tensor that it means. */
function listTensor(list: readonly Arg[]): Tensor {
  const sizes: number[] = [];
  for (let level: Arg = list; Array.isArray(level); level = (level as readonly Arg[])[0] ?? null) {
    sizes.push((level as readonly Arg[]).length);
  }
  const values = leaves(list);
  const odd = values.find((value) => !['boolean', 'bigint', 'number'].includes(typeof value));
  if (odd !== undefined) throw invalidIndex(odd);
  if (values.length > 0 && values.every((value) => typeof value === 'boolean')) {
    return fromData(Uint8Array.from(values, Number), sizes, bool);
  }
  return fromData(
    BigInt64Array.from(values, (value) => BigInt(Math.trunc(Number(value)))),
    sizes,
    int64,
  );
}

function leaves(list: readonly Arg[]): Arg[] {
  return list.flatMap((one): Arg[] => (Array.isArray(one) ? leaves(one as readonly Arg[]) : [one]));
}

const python = { variants: { namespace: null, numbers: true }, composite: true } as const;

define(getitem, {
  ...python,
  kernel: (self, given) => {
    const { rest, indices } = applyIndex(self, given);
    if (indices !== null) return index(rest, indices);
    return rest === self ? aliasOf(self) : rest;
  },
});

define(setitem, {
  ...python,
  kernel: (self, given, value) => {
    if (value.isWrappedNumber && value.dtype.lanes === 2 && self.dtype.lanes === 1) {
      throw runtimeError(
        `value cannot be converted to type ${C_NAMES[self.dtype.name] ?? self.dtype.name} without overflow`,
      );
    }
    if ((given as readonly Arg[]).length === 1 && (given as readonly Arg[])[0] === false) return self;
    const { rest, indices } = applyIndex(self, given);
    const typed = value.isWrappedNumber || value.rank === 0 ? cast(value, self.dtype) : value;
    if (indices === null) writeView(rest, typed);
    else dispatchInplace(indexPut.def!, [rest, indices, withoutLeadingOnes(typed, rest.rank), false]);
    return self;
  },
});

const C_NAMES: Readonly<Record<string, string>> = {
  float32: 'float',
  float64: 'double',
  int64: 'int64_t',
  int32: 'int',
  int16: 'int16_t',
  float16: 'at::Half',
  bfloat16: 'at::BFloat16',
};

function writeView(rest: Tensor, value: Tensor): void {
  if (sameShape(rest.shape, value.shape)) dispatchInplace(copy.def!, [rest, value, false]);
  else if (value.rank === 0) dispatchInplace(fill.def!, [rest, value]);
  else {
    const trimmed = view(value, value.shape.slice(leadingOnes(value, 0)));
    const fitted = sameShape(rest.shape, trimmed.shape) ? trimmed : expand(trimmed, rest.shape);
    dispatchInplace(copy.def!, [rest, fitted, false]);
  }
}

/** The value without the sizes of 1 that it has in front. */
function withoutLeadingOnes(value: Tensor, keep: number): Tensor {
  const lead = leadingOnes(value, keep);
  return lead === 0 ? value : view(value, value.shape.slice(lead));
}

/** How many sizes of 1 come first, `keep` of all sizes not counted. */
function leadingOnes(value: Tensor, keep: number): number {
  let lead = 0;
  while (value.rank - lead > keep && value.shape[lead] === 1) lead++;
  return lead;
}
