/** How the results of ops lie in memory that are not contiguous whatever their operands are. */

/**
 * `operands`: as all of them do (PyTorch's `TensorIterator`); `reversed`: likewise, the last coming first; `self`: as a copy of self does;
 * `format`: with channels last where an image or a kernel has them so.
 */
export type ResultLayout = 'operands' | 'reversed' | 'self' | 'format';

const TRUTH =
  'eq ne lt le gt ge logical_and logical_or logical_xor logical_not isnan isinf isfinite isposinf isneginf signbit isclose';
const ARITHMETIC =
  'add sub mul div neg reciprocal abs sign sgn angle conj_physical complex polar pow floor ceil trunc round frac floor_divide remainder fmod';
const BITS = 'bitwise_not bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift gcd lcm';
const CHOICE = 'clamp clamp_min clamp_max where maximum fmax fmin minimum nan_to_num heaviside copysign nextafter';
const ANALYSIS =
  'sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sinc deg2rad rad2deg exp exp2 expm1 log log2 log10 log1p sqrt rsqrt sigmoid atan2 hypot logaddexp logaddexp2 xlogy frexp logit erf erfc erfinv lgamma digamma polygamma igamma igammac i0';
const FUSED = 'addcmul addcdiv lerp addr flip native_dropout';
const ACTIVATIONS =
  'elu celu silu mish softplus gelu glu relu threshold hardtanh leaky_relu hardshrink softshrink hardswish hardsigmoid mse_loss smooth_l1_loss huber_loss binary_cross_entropy';
const BACKWARD =
  'tanh sigmoid elu silu mish softplus gelu glu threshold hardtanh leaky_relu hardshrink softshrink hardswish hardsigmoid native_dropout binary_cross_entropy';

const COPIES = 'index_fill index_put put sort matrix_exp linalg_matrix_exp';
const IMAGES =
  'convolution native_batch_norm max_pool2d_with_indices avg_pool2d _adaptive_avg_pool2d adaptive_max_pool2d max_unpool2d';

const words = (text: string): string[] => text.split(' ');

const LAYOUTS: ReadonlyMap<string, ResultLayout> = new Map<string, ResultLayout>([
  ...[TRUTH, ARITHMETIC, BITS, CHOICE, ANALYSIS, FUSED, ACTIVATIONS]
    .flatMap(words)
    .map((name) => [name, 'operands'] as const),
  ...words(BACKWARD).map((name) => [`${name}_backward`, 'operands'] as const),
  ...words(COPIES).map((name) => [name, 'self'] as const),
  ...words(IMAGES).map((name) => [name, 'format'] as const),
  ['rsub', 'reversed'],
]);

/** Of the op of this name; null: its results are contiguous, or its kernel sees to them. All of `torch.special` are iterated. */
export const layoutOf = (name: string): ResultLayout | null =>
  LAYOUTS.get(name) ?? (name.startsWith('special_') ? 'operands' : null);
