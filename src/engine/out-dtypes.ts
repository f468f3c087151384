import { cppName, type DType } from './dtype.ts';
import { runtimeError } from './errors.ts';
import type { OpDef } from './registry.ts';

/**
 * What PyTorch says to an `out` of a dtype that an op does not write. Most ops convert what they computed as far as types allow
 * ("result type Float can't be cast to the desired output type Long"); those below want their own, each family in its own words.
 */
type Words = (want: DType, got: DType, name: string) => string;

const FAMILIES: readonly (readonly [words: Words, names: string])[] = [
  [
    (want, got) => `Expected out tensor to have dtype ${cppName(want)}, but got ${cppName(got)} instead`,
    `addmm bmm cross lu_unpack lu_solve max.dim min.dim nn.functional.avg_pool3d nn.functional.linear topk mm triangular_solve index_reduce
    scatter scatter_add tril log_softmax argmax argmin addmv baddbmm mv isin softmax aminmax nn.functional.avg_pool2d qr gather index_copy
    index_add sort msort renorm take_along_dim triu scatter_reduce linalg.det linalg.cholesky linalg.cholesky_ex linalg.eigvalsh
    linalg.ldl_factor linalg.ldl_factor_ex linalg.ldl_solve linalg.qr linalg.lu_factor linalg.lu_factor_ex linalg.lu linalg.lu_solve
    linalg.inv linalg.inv_ex linalg.solve linalg.solve_ex linalg.svdvals linalg.cross linalg.slogdet linalg.vector_norm`,
  ],
  [
    (want, got) => `Found dtype ${got.scalar} but expected ${want.scalar}`,
    `frac nn.functional.hardshrink nn.functional.gelu neg round sign square nn.functional.softplus bitwise_not ceil conj_physical
    floor nn.functional.softshrink sgn trunc`,
  ],
  [
    (want, got) => `dtype ${want.scalar} does not match dtype of out parameter (${got.scalar})`,
    'arange linspace ones empty logspace randn rand zeros eye full',
  ],
  [
    (want, got, name) =>
      `${name.replace(/2$/, 'n').replace('ifftn', 'fftn')} expects a ${want.lanes === 2 ? 'complex' : 'floating point'} output tensor, but got ${got.scalar}`,
    `fft.fft fft.ifft fft.fft2 fft.ifft2 fft.fftn fft.ifftn fft.rfft fft.rfft2 fft.rfftn fft.ihfft fft.ihfft2 fft.ihfftn fft.hfft
    fft.hfft2 fft.hfftn fft.irfft fft.irfft2 fft.irfftn`,
  ],
  [(want, got) => `expected scalar_type ${want.scalar} but found ${got.scalar}`, 'cummin cummax logcumsumexp'],
  [
    (want, got) => `expected scalar type ${want.scalar} but found ${got.scalar}`,
    'linalg.solve_triangular diag nn.functional.logsigmoid',
  ],
  [() => 'self and mat2 must have the same dtype', 'addbmm'],
  [(want, got) => `result dtype ${got.scalar} does not match input dtype ${want.scalar}`, 'dot vdot'],
  [(_, __, name) => `${name} does not support non-boolean outputs.`, 'isneginf isposinf signbit'],
  [(_, got, name) => `${name} only supports bool tensor for result, got: ${got.scalar}`, 'all any'],
  [
    (want, got) => `Expected object of scalar type ${want.scalar} but got scalar type ${got.scalar} for argument 'out'`,
    'complex polar',
  ],
  [(_, __, name) => `${name}(): self and result must have the same scalar type`, 'index_select masked_select'],
  [
    (want, got) =>
      `Expected the dtype for input and out to match, but got ${want.scalar} for input's dtype and ${got.scalar} for out's dtype.`,
    'amax amin',
  ],
  [
    () =>
      'Expected self.dtype() == output.dtype() to be true, but got false.  (Could this error message be improved?  If so, please report an enhancement request to PyTorch.)',
    'narrow_copy',
  ],
  [() => 'output values must be of same type as input', 'kthvalue'],
  [() => 'heaviside is not yet implemented for tensors with different dtypes.', 'heaviside'],
  [
    (want, got) =>
      `torch.frexp() expects ${want.category === 2 ? 'mantissa' : 'exponent'} to have dtype ${cppName(want)} but got ${cppName(got)}`,
    'frexp',
  ],
  [(_, __, name) => `${name}() out tensor must be same dtype as the input tensor`, 'quantile'],
  [() => 'quantile() out tensor must be same dtype as the input tensor', 'nanquantile'],
  [(want, got, name) => `${name}: dtype of out: ${got.scalar} should be same as input: ${want.scalar}`, 'nan_to_num'],
  [
    (want, got, name) =>
      `the output given to ${name} has dtype ${got.scalar} but the operation's result requires dtype ${want.scalar}`,
    'float_power',
  ],
  [
    (want, got, name) =>
      `${name}(): self and out expected to have the same dtype, but got self.dtype = ${want.scalar} and out.dtype = ${got.scalar}`,
    'take',
  ],
  [(want, got) => `linalg.norm expected out tensor dtype ${want.scalar} but got: ${got.scalar}`, 'linalg.norm'],
  [(_, got, name) => `${name} expects Long tensor out, got: ${got.scalar}`, 'multinomial'],
  [
    (want, got) =>
      `tensordot: Expected the output tensor to have dtype ${want.scalar}, but got an output tensor with dtype ${got.scalar}`,
    'tensordot',
  ],
  [
    (want, got, name) =>
      `torch.${name}: Expected input and result to have the same dtype, but input has dtype${want.scalar} and result has dtype ${got.scalar}`,
    'ormqr',
  ],
  [(want, got) => `linalg.vecdot: Expected out of dtype${want.scalar} but found ${got.scalar}`, 'linalg.vecdot'],
  [
    (_, got, name) => `${name}: Expected out tensor to have scalar type Long but got scalar type${got.scalar}`,
    'nonzero',
  ],
  [
    (want, got, name) => `linalg.${name} expected out tensor dtype ${want.scalar} but got: ${got.scalar}`,
    'linalg.norm linalg.matrix_norm',
  ],
  [(want, got, name) => `linalg.${name}: Expected out of dtype${want.scalar} but found ${got.scalar}`, 'linalg.vecdot'],
  [
    (want, got, name) => `${name}(): expected out tensor to have dtype ${cppName(want)} but got ${cppName(got)}`,
    'linalg.multi_dot',
  ],
];

/** The part of an answer that is first found wrong, by its name. */
const castable =
  (prefix: string, part: string): Words =>
  (want, got) =>
    `${prefix}: Expected ${part} to be safely castable from ${want.scalar} dtype, but got ${part} with dtype ${got.scalar}`;

const byName = (families: readonly (readonly [Words, string])[]): ReadonlyMap<string, Words> =>
  new Map(families.flatMap(([words, names]) => names.split(/\s+/).map((name) => [name, words] as const)));
const WORDS = byName(FAMILIES);

/** Families that convert too, but say otherwise that they cannot. */
const CASTING = byName([
  [(_, got) => `"normal_kernel_cpu" not implemented for '${got.scalar}'`, 'normal'],
  [
    (want, got, name) =>
      `${name}: Expected result to be safely castable from ${want.scalar} dtype, but got result with dtype ${got.scalar}`,
    'cholesky cholesky_solve cholesky_inverse linalg.matrix_power linalg.tensorsolve linalg.tensorinv',
  ],
  [
    (want, got, name) =>
      `linalg.${name}: Expected result to be safely castable from ${want.scalar} dtype, but got result with dtype ${got.scalar}`,
    'linalg.cond linalg.pinv',
  ],
  [
    (want, got, name) =>
      `torch.linalg.${name}: Expected result to be safely castable from ${want.scalar} dtype, but got result with dtype ${got.scalar}`,
    'linalg.householder_product linalg.matrix_rank',
  ],
  [castable('torch.linalg.eigvals', 'eigenvalues'), 'linalg.eigvals'],
  [castable('torch.linalg.lstsq', 'solution'), 'linalg.lstsq'],
  [castable('torch.geqrf', 'a'), 'geqrf'],
  [
    (_, got) => `torch.cat(): input types can't be cast to the desired output type ${got.scalar}`,
    'cat hstack vstack column_stack stack dstack',
  ],
]);

/** Whether an op makes its output itself, whose shape and dtype are then no matter of conversion. */
export const wantsOwnType = (op: OpDef): boolean => wordsOf(op) === FAMILIES[0]![0];

const pathOf = ({ variants, publicName }: OpDef): string =>
  variants.namespace === 'torch' ? publicName : `${variants.namespace}.${publicName}`;

const wordsOf = (op: OpDef): Words | undefined =>
  WORDS.get(`${pathOf(op)}.${op.schema.overload}`) ?? WORDS.get(pathOf(op));

/** Fails for an `out` of a dtype that the op does not write. What is left is converted. */
export function checkOutType(op: OpDef, want: DType, got: DType): void {
  if (want === got) return;
  const words = wordsOf(op) ?? (want.category > got.category ? CASTING.get(pathOf(op)) : undefined);
  if (words !== undefined) throw runtimeError(words(want, got, op.publicName));
}
