import { runtimeError } from './errors.ts';
import type { OpDef } from './registry.ts';
import { numel } from './shape.ts';
import { Tensor } from './tensor.ts';

/** In-place ops that give every element the same, or its own: they may write to one memory location more than once. */
const REPEATABLE = new Set(['zero', 'fill', 'masked_fill', 'tril', 'triu', '__setitem__', 'index_put']);

/** Ops that read where they may have written already: no operand may be the output. */
const STRICT = new Set(
  'gather scatter scatter_add index_select take masked_select kthvalue median nanmedian cat index_add index_copy index_reduce take_along_dim'.split(
    ' ',
  ),
);

/**
 * Fails where a write would depend on its order: `self` has several elements in one place (an expanded tensor), or shares a part of its
 * memory with another operand. As in PyTorch only what is seen without solving for indices is found: strides of 0, and dense tensors.
 */
export function refuseOverlap(op: OpDef, self: Tensor, args: readonly unknown[], writesInto = false): void {
  if (op.view || REPEATABLE.has(op.name)) return;
  const { shape, strides } = self;
  for (let i = 0; i < shape.length; i++) {
    if (strides[i] === 0 && shape[i]! > 1) {
      throw runtimeError(
        'unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.',
      );
    }
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg instanceof Tensor) {
      if (
        STRICT.has(op.name) &&
        (writesInto || i > 0) &&
        arg.storage.memory === self.storage.memory &&
        intersects(self, arg)
      )
        throw partial();
      if (arg !== self && arg.storage.memory === self.storage.memory && overlapsInPart(self, arg, writesInto))
        throw partial();
    } else if (writesInto && Array.isArray(arg)) {
      for (const one of arg) {
        // An output that is one of the inputs has taken its new shape before PyTorch looks.
        if (
          one instanceof Tensor &&
          one.storage.memory === self.storage.memory &&
          (one === self || intersects(self, one))
        )
          throw partial();
      }
    }
  }
}

const partial = () =>
  runtimeError(
    'unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.',
  );

/** `reduced`: an input with more elements than the output is summed up first. */
function overlapsInPart(self: Tensor, other: Tensor, reduced: boolean): boolean {
  if (!isDense(self) || !isDense(other) || (reduced && other.numel > self.numel) || !intersects(self, other))
    return false;
  const wholly = self.offset === other.offset && self.numel === other.numel;
  return !(wholly && self.strides.every((stride, i) => stride === other.strides[i]));
}

function intersects(a: Tensor, b: Tensor): boolean {
  if (a.numel === 0 || b.numel === 0) return false;
  return a.offset < end(b) && b.offset < end(a);
}

/** The element after the last that a tensor reaches. */
const end = ({ shape, strides, offset }: Tensor): number =>
  shape.reduce((last, size, i) => last + (size - 1) * strides[i]!, offset) + 1;

/** Whether the elements fill a stretch of memory, each once, in whatever order of dimensions. */
function isDense({ shape, strides }: Tensor): boolean {
  const order = shape.map((_, i) => i).filter((i) => shape[i]! > 1);
  order.sort((a, b) => strides[a]! - strides[b]!);
  let step = 1;
  for (const i of order) {
    if (strides[i] !== step) return false;
    step *= shape[i]!;
  }
  return numel(shape) > 0;
}
