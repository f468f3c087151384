/**
 * `torch.autocast` on the CPU: which ops run in bfloat16, which in float32, and which in the widest dtype of what they are given.
 *
 * The lists say what PyTorch 1.13 does, found by calling each op of its operator database inside of `torch.autocast("cpu")` with
 * float32 and with bfloat16. An op that is on no list takes its arguments as they are, and so do the parts of one that is.
 */
import { context } from './context.ts';
import { bfloat16, type DType, float16, float32, float64, isFloating } from './dtype.ts';
import { unsupported } from './errors.ts';
import { cast } from './ops/cast.ts';
import { type OpDef, table } from './registry.ts';
import { Tensor } from './tensor.ts';

type Policy = 'bfloat16' | 'float32' | 'promote';

const BFLOAT16 = 'addmm addbmm baddbmm bmm mm matmul linear conv1d conv2d conv3d';
const PROMOTED = 'cat stack index_copy';
const FLOAT32 = `
  prod trace polar cdist quantile nanquantile view_as_complex stft istft
  fft_fft fft_fft2 fft_fftn fft_hfft fft_rfft fft_rfft2 fft_rfftn fft_ifft fft_ifft2 fft_ifftn fft_ihfft fft_irfft fft_irfft2 fft_irfftn
  cholesky cholesky_inverse cholesky_solve geqrf _lu_with_info lu_solve ormqr qr triangular_solve svd pinverse symeig
  linalg_cholesky linalg_cholesky_ex linalg_cond linalg_eig linalg_eigvals linalg_eigh linalg_eigvalsh linalg_householder_product
  linalg_lstsq linalg_matrix_norm linalg_matrix_rank linalg_qr linalg_inv linalg_inv_ex linalg_solve linalg_svd linalg_svdvals
  linalg_tensorinv linalg_tensorsolve
  adaptive_avg_pool3d adaptive_max_pool3d avg_pool3d fractional_max_pool2d fractional_max_pool3d max_unpool2d max_unpool3d
  conv_transpose1d conv_transpose2d conv_transpose3d grid_sampler
  reflection_pad1d reflection_pad2d replication_pad1d replication_pad2d replication_pad3d
  binary_cross_entropy binary_cross_entropy_with_logits cosine_embedding_loss cross_entropy ctc_loss hinge_embedding_loss huber_loss
  kl_div l1_loss margin_ranking_loss mse_loss multi_margin_loss multilabel_margin_loss nll_loss nll_loss2d poisson_nll_loss
  smooth_l1_loss soft_margin_loss triplet_margin_loss`;

/** Of these PyTorch casts some of the parts, which are no ops here. */
const REFUSED: ReadonlySet<string> = new Set(['linalg_pinv', 'svd_lowrank', 'pca_lowrank']);

/** Functions of Python's that see to dtypes before the op of their name does, and are cast themselves. */
const OUTER: ReadonlySet<string> = new Set(['binary_cross_entropy', 'mse_loss']);

/** A list's names. */
const named = (list: string): string[] => list.trim().split(/\s+/);

/** The names on the lists, by PyTorch's schemas. */
export const listed: ReadonlyMap<string, Policy> = new Map([
  ...named(BFLOAT16).map((name) => [name, 'bfloat16'] as const),
  ...named(FLOAT32).map((name) => [name, 'float32'] as const),
  ...named(PROMOTED).map((name) => [name, 'promote'] as const),
]);

/** The casts of parameters, which an autocast makes once; null: each time. */
let cache: WeakMap<Tensor, Tensor> | null = null;
let policies: Map<OpDef, Policy> | null = null;

/** Turns autocast on or off. `cached`: a parameter is cast once until `clearAutocastCache`. */
export function setAutocast(enabled: boolean, cached: boolean): void {
  context.autocast = enabled ? castArguments : null;
  cache = cached ? (cache ?? new WeakMap()) : null;
}

export const isAutocast = (): boolean => context.autocast !== null;

export function clearAutocastCache(): void {
  if (cache !== null) cache = new WeakMap();
}

/** An op's arguments in the dtype that it runs in; null: as they are, and its parts decide for themselves. */
function castArguments(op: OpDef, args: readonly unknown[]): readonly unknown[] | null {
  policies ??= findPolicies();
  const policy = policies.get(op);
  if (REFUSED.has(op.name) || (op.name === 'norm' && args.includes('nuc')))
    throw unsupported(`torch.${op.name.replace('linalg_', 'linalg.')} inside of autocast`);
  if (policy === undefined) return null;
  const dtype = policy === 'promote' ? widest(args) : policy === 'bfloat16' ? bfloat16 : float32;
  return dtype === null ? args : castAll(args, dtype);
}

/** From the last to the first, as PyTorch's compiler evaluates arguments: the order in which the casts' backward runs. */
function castAll(args: readonly unknown[], dtype: DType): readonly unknown[] {
  const made = args.slice();
  for (let i = made.length - 1; i >= 0; i--) made[i] = castArgument(made[i], dtype);
  return made;
}

/** A function of Python's leaves it to the op inside of it, where that has its name. */
function findPolicies(): Map<OpDef, Policy> {
  const cores = new Set(table.filter(({ variants }) => variants.namespace === null).map(({ def }) => def.name));
  const found = new Map<OpDef, Policy>();
  for (const { def } of table) {
    const policy = listed.get(def.name);
    const inside = def.python && cores.has(def.name) && !OUTER.has(def.name);
    if (policy !== undefined && !inside) found.set(def, policy);
  }
  return found;
}

function castArgument(arg: unknown, dtype: DType): unknown {
  if (arg instanceof Tensor) return isCast(arg) && arg.dtype !== dtype ? castOnce(arg, dtype) : arg;
  return Array.isArray(arg) ? arg.map((part) => castArgument(part, dtype)) : arg;
}

const isCast = ({ dtype }: Tensor): boolean => isFloating(dtype) && dtype !== float64;

function castOnce(tensor: Tensor, dtype: DType): Tensor {
  const kept =
    dtype === bfloat16 && tensor.dtype === float32 && tensor.requiresGrad && tensor.isLeaf && tensor.base === null;
  if (!kept || cache === null) return cast(tensor, dtype);
  let made = cache.get(tensor);
  if (made === undefined) {
    made = cast(tensor, dtype);
    made.storage.shared = true;
    cache.set(tensor, made);
  }
  return made;
}

/** The wider of the two dtypes that autocast knows; null where there is another one that it leaves alone. */
function widest(args: readonly unknown[]): DType | null {
  const tensors = args.flat().filter((arg): arg is Tensor => arg instanceof Tensor && isCast(arg));
  if (tensors.some(({ dtype }) => dtype === float16)) return null;
  return tensors.some(({ dtype }) => dtype === float32) ? float32 : bfloat16;
}
