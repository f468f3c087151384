/** Complex numbers: their parts, their conjugates, and tensors of pairs as complex ones. */
import { complexType, type DType, float16, float32, float64, isComplex, realType } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import type { NumberData } from '../strided.ts';
import { emptyTensor, Tensor } from '../tensor.ts';
import { Complex } from '../values.ts';
import { mul, neg } from './arithmetic.ts';
import { clone } from './cast.ts';
import { conjugate } from './conjugate.ts';
import { limits, requireKernel } from './limits.ts';
import { select } from './movement.ts';
import { aligned, mapComplex, z } from './pointwise.ts';
import { sgn } from './signs.ts';

export const conjPhysical = declare('conj_physical(Tensor self) -> Tensor');
export const viewAsReal = declare('view_as_real(Tensor self) -> Tensor');
export const viewAsComplex = declare('view_as_complex(Tensor self) -> Tensor');
export const real = declare('real(Tensor self) -> Tensor');
export const imag = declare('imag(Tensor self) -> Tensor');
const polar = declare('polar(Tensor abs, Tensor angle) -> Tensor');
export const complex = declare('complex(Tensor real, Tensor imag) -> Tensor');

/** The conjugate, as derivative formulas need it: a real tensor is its own. */
export const conj = (tensor: Tensor): Tensor => (isComplex(tensor.dtype) ? conjPhysical(tensor) : tensor);

/** The name of two ops: a node for complex numbers, nothing at all for real ones. Written over its input it is always a node. */
const conjFace = declare('conj_physical(Tensor self) -> Tensor');

define(conjPhysical, {
  variants: { namespace: null, method: false, inplace: true },
  inplaceNode: 'ConjPhysicalBackward1',
  kernel: (self) => (isComplex(self.dtype) ? mapComplex(self, conjugated) : self),
  gradients: { self: { formula: '∂L/∂self = conj(upstream)', rule: (g) => conj(g) } },
});
define(conjFace, { composite: true, kernel: (self) => conj(self) });

function conjugated(re: number, im: number): void {
  z.re = re;
  z.im = -im;
}

/** The same memory read with another number of lanes. */
function relaned(
  self: Tensor,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  dtype: DType,
): Tensor {
  return new Tensor(self.storage, shape, strides, offset, dtype);
}

const UNRESOLVED =
  "view_as_real doesn't work on unresolved conjugated tensors.  To resolve the conjugate tensor so you can view it as real, use self.resolve_conj(); however, be warned that the resulting tensor will NOT alias the original.";

define(viewAsReal, {
  variants: { method: false },
  view: true,
  kernel: (self) => {
    if (!isComplex(self.dtype)) throw runtimeError('view_as_real is only supported for complex tensors');
    if (self.conj) throw runtimeError(UNRESOLVED);
    const strides = [...self.strides.map((stride) => stride * 2), 1];
    return relaned(self, [...self.shape, 2], strides, self.offset * 2, realType(self.dtype));
  },
  gradients: { self: { formula: '∂L/∂self = upstream, as complex', rule: (g) => viewAsComplex(dense(g)) } },
});

define(viewAsComplex, {
  variants: { method: false },
  view: true,
  kernel: (self) => {
    checkPairs(self);
    const strides = self.strides.slice(0, -1).map((stride) => stride / 2);
    return relaned(self, self.shape.slice(0, -1), strides, self.offset / 2, complexType(self.dtype));
  },
  gradients: { self: { formula: '∂L/∂self = upstream, as pairs', rule: (g) => viewAsReal(g) } },
});

function checkPairs(self: Tensor): void {
  if (self.dtype !== float16 && self.dtype !== float32 && self.dtype !== float64) {
    throw runtimeError(
      `view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: ${self.dtype.scalar}`,
    );
  }
  if (self.rank === 0) throw runtimeError('Input tensor must have one or more dimensions');
  if (self.shape.at(-1) !== 2) throw runtimeError('Tensor must have a last dimension of size 2');
  if (self.strides.at(-1) !== 1) throw runtimeError('Tensor must have a last dimension with stride 1');
  if (self.strides.slice(0, -1).some((stride) => stride % 2 !== 0)) {
    throw runtimeError('Tensor must have a stride divisible by 2 for all but last dimension');
  }
  if (self.offset % 2 !== 0) throw runtimeError('Tensor must have a storage_offset divisible by 2');
}

/** A gradient whose pairs lie together. */
const dense = (g: Tensor): Tensor => (g.strides.at(-1) === 1 && g.isContiguous ? g : clone(g));

/** A part is a view: the pairs, and of each pair the one or the other. */
function part(op: typeof real, lane: 0 | 1, refusal: string | null): void {
  define(op, {
    variants: { method: false, attribute: true },
    composite: true,
    kernel: (self) => {
      if (isComplex(self.dtype)) return partOf(self, lane);
      if (refusal !== null) throw runtimeError(refusal);
      return self;
    },
  });
}
/** Of a lazy conjugate the parts are those in memory, but for the sign of the imaginary one. */
function partOf(self: Tensor, lane: 0 | 1): Tensor {
  const memory = select(viewAsReal(self.conj ? conjugate(self) : self), self.rank, lane);
  return self.conj && lane === 1 ? neg(memory) : memory;
}
part(real, 0, null);
part(imag as never, 1, 'imag is not implemented for tensors with non-complex dtypes.');

const PARTS = 'Expected both inputs to be Half, Float or Double tensors but got ';

/** The parts of a complex number have one floating dtype. */
function checkParts(first: Tensor, second: Tensor): void {
  const isPart = ({ dtype }: Tensor): boolean => dtype === float16 || dtype === float32 || dtype === float64;
  if (!isPart(first) || !isPart(second)) {
    throw runtimeError(`${PARTS}${first.dtype.scalar} and ${second.dtype.scalar}`);
  }
  if (first.dtype === second.dtype) return;
  throw runtimeError(
    `Expected object of scalar type ${first.dtype.scalar} but got scalar type ${second.dtype.scalar} for second argument`,
  );
}

/** A complex tensor of two real ones that broadcast: `write` leaves an element in `z`. */
function pairing(write: (x: number, y: number) => void): (first: Tensor, second: Tensor) => Tensor {
  return (first, second) => {
    const { shape, data } = aligned([first, second], first.dtype);
    const [x, y] = data as [NumberData, NumberData];
    const out = emptyTensor(shape, complexType(first.dtype));
    const target = out.storage.data as NumberData;
    for (let i = 0; i < x.length; i++) {
      write(x[i]!, y[i]!);
      target[2 * i] = z.re;
      target[2 * i + 1] = z.im;
    }
    return out;
  };
}

const pair = pairing((re, im) => {
  z.re = re;
  z.im = im;
});
const onCircle = pairing((size, turn) => {
  z.re = size * Math.cos(turn);
  z.im = size * Math.sin(turn);
});

define(complex, {
  variants: { method: false },
  kernel: (re, im) => {
    checkParts(re, im);
    return pair(re, im);
  },
  gradients: {
    real: { formula: '∂L/∂real = real(upstream)', rule: (g) => real(g) },
    imag: { formula: '∂L/∂imag = imag(upstream)', rule: (g) => imag(g) },
  },
});

define(polar, {
  variants: { method: false },
  kernel: (size, turn) => {
    checkParts(size, turn);
    requireKernel(limits('polar_cpu', 'half'), size.dtype);
    return onCircle(size, turn);
  },
  gradients: {
    abs: {
      formula: '∂L/∂abs = Re(conj(upstream) · sgn(result))',
      saves: ['result'],
      rule: (g, { result }) => real(mul(conj(g), sgn(result))),
    },
    angle: {
      formula: '∂L/∂angle = Re(conj(upstream) · i · result)',
      saves: ['result'],
      rule: (g, { result }) => real(mul(conj(g), mul(result, new Complex(0, 1)))),
    },
  },
});
