/** Short-time Fourier transforms, and signals from them. */

import { quietly } from '../../context.ts';
import { isComplex, isFloating } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { emptyTensor } from '../../tensor.ts';
import { div, mul } from '../arithmetic.ts';
import { asStrided } from '../as-strided.ts';
import { viewAsComplex, viewAsReal } from '../complex.ts';
import { elementsOf } from '../linalg/matrices.ts';
import { squeezeInto } from '../linear.ts';
import { slice, squeezeDim, transpose, unsqueeze, view } from '../movement.ts';
import { pad } from '../nn/pad.ts';
import { constantPad } from '../padding.ts';
import { pow } from '../powers.ts';
import { onesLike } from '../raw.ts';
import { repeat } from '../repetition.ts';
import { abs } from '../signs.ts';
import { overlapAdd, transposeInPlace } from './frames.ts';
import { c2c, c2r, r2c } from './primitives.ts';

const stft = declare(
  "stft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode='reflect', bool normalized=False, bool? onesided=None, bool? return_complex=None) -> Tensor",
);
const istft = declare(
  'istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False) -> Tensor',
);

const flag = (value: boolean | null): string => (value === null ? 'None' : String(Number(value)));
const shapeText = (tensor: Tensor): string => `[${tensor.shape.join(', ')}]`;
const windowText = (taper: Tensor | null): string =>
  taper === null ? 'None' : `${taper.dtype.tensorType}{${shapeText(taper)}}`;

/** The window in the middle of n_fft elements; null where every element counts alike. */
function placed(taper: Tensor | null, length: number, size: number, like: Tensor): Tensor | null {
  if (length === size) return taper;
  const left = Math.floor((size - length) / 2);
  const ones = (): Tensor => onesLike(emptyTensor([length], isComplex(like.dtype) ? like.dtype : like.dtype));
  return constantPad(taper ?? ones(), [left, size - length - left], 0n);
}

define(stft, {
  composite: true,
  kernel: (self, size, hopLength, winLength, taper, center, mode, normalized, onesided, returnComplex) => {
    const signal = center ? padded(self, Math.floor(size / 2), mode) : self;
    const hop = hopLength ?? Math.floor(size / 4);
    const length = winLength ?? size;
    const call = `stft(${signal.dtype.tensorType}${shapeText(signal)}, n_fft=${size}, hop_length=${hop}, win_length=${length}, window=${windowText(taper)}, normalized=${flag(normalized)}, onesided=${flag(onesided)}, return_complex=${flag(returnComplex)}) `;
    checkSignal(signal, size, hop, length, taper, call);
    const complexResult = isComplex(self.dtype) || (taper !== null && isComplex(taper.dtype));
    const rows = signal.rank === 1 ? unsqueeze(signal, 0) : signal;
    const frames = 1 + Math.floor((rows.shape[1]! - size) / hop);
    const [batch, step] = rows.strides as [number, number];
    const framed = asStrided(rows, [rows.shape[0]!, frames, size], [batch, hop * step, step]);
    const shaped = placed(taper, length, size, signal);
    const input = shaped === null ? framed : mul(framed, shaped);
    const oneSided = onesided ?? !isComplex(input.dtype);
    if (oneSided && isComplex(input.dtype)) {
      throw runtimeError('Cannot have onesided output if window or input is complex');
    }
    const scale = normalized ? 1 : 0;
    const spectrum = isComplex(input.dtype) ? c2c(input, [2], scale, true) : r2c(input, [2], scale, oneSided);
    const turned = transposeInPlace(spectrum, 1, 2);
    const result = signal.rank === 1 ? squeezeInto(turned) : turned;
    return (returnComplex ?? complexResult) ? result : viewAsReal(result);
  },
});

function padded(self: Tensor, margin: number, mode: string): Tensor {
  const extended = view(self, [...new Array<number>(Math.max(0, 3 - self.rank)).fill(1), ...self.shape]);
  const result = pad(extended, [margin, margin], mode);
  return view(result, result.shape.slice(result.rank - self.rank));
}

function checkSignal(
  signal: Tensor,
  size: number,
  hop: number,
  length: number,
  taper: Tensor | null,
  call: string,
): void {
  if (!isFloating(signal.dtype) && !isComplex(signal.dtype)) {
    throw runtimeError(`${call}: expected a tensor of floating point or complex values`);
  }
  if (signal.rank > 2 || signal.rank < 1) throw runtimeError(`${call}: expected a 1D or 2D tensor`);
  const count = signal.shape.at(-1)!;
  if (size <= 0 || size > count) throw runtimeError(`${call}: expected 0 < n_fft < ${count}, but got n_fft=${size}`);
  if (hop <= 0) throw runtimeError(`${call}: expected hop_length > 0, but got hop_length=${hop}`);
  if (length <= 0 || length > size) {
    throw runtimeError(`${call}: expected 0 < win_length <= n_fft, but got win_length=${length}`);
  }
  if (taper === null || (taper.rank === 1 && taper.shape[0] === length)) return;
  throw runtimeError(
    `${call}: expected a 1D window tensor of size equal to win_length=${length}, but got window with size ${shapeText(taper)}`,
  );
}

define(istft, {
  composite: true,
  kernel: (self, size, hopLength, winLength, taper, center, normalized, onesided, length, returnComplex) => {
    const hop = hopLength ?? Math.floor(size / 4);
    const winSize = winLength ?? size;
    const call = `istft(CPU${self.dtype.scalar}Type${shapeText(self)}, n_fft=${size}, hop_length=${hop}, win_length=${winSize}, window=${windowText(taper)}, center=${flag(center)}, normalized=${flag(normalized)}, onesided=${flag(onesided)}, length=${length ?? 'None'}, return_complex=${flag(returnComplex)}) `;
    const pairs = isComplex(self.dtype) ? viewAsReal(self) : self;
    const oneSided = onesided ?? pairs.shape.at(-3) !== size;
    checkSpectrum(pairs, { size, hop, winSize, taper, oneSided }, call);
    const batched = pairs.rank === 3 ? unsqueeze(pairs, 0) : pairs;
    const input = viewAsComplex(transpose(batched, 1, 2));
    if (returnComplex && oneSided) throw runtimeError('Cannot have onesided output if window or input is complex');
    const scale = normalized ? 1 : 2;
    const half = oneSided ? input : slice(input, -1, 0, Math.floor(size / 2) + 1);
    const signals = returnComplex ? c2c(input, [2], scale, false) : c2r(half, [2], scale, size);
    const shaped = placed(taper, winSize, size, signals) ?? onesLike(emptyTensor([size], signals.dtype));
    return joined(signals, shaped, { size, hop, center, length, squeeze: pairs.rank === 3 }, call);
  },
});

interface Spectrum {
  readonly size: number;
  readonly hop: number;
  readonly winSize: number;
  readonly taper: Tensor | null;
  readonly oneSided: boolean;
}

function checkSpectrum(pairs: Tensor, { size, hop, winSize, taper, oneSided }: Spectrum, call: string): void {
  if (pairs.numel === 0) throw runtimeError(`${call}: input tensor cannot be empty.`);
  if (pairs.rank !== 3 && pairs.rank !== 4) {
    throw runtimeError(`${call}: expected a tensor with 3 or 4 dimensions, but got ${pairs.rank}`);
  }
  if (pairs.shape.at(-1) !== 2) {
    throw runtimeError(
      `${call}: expected the last dimension to be 2 (corresponding to real and imaginary parts), but got ${pairs.shape.at(-1)}`,
    );
  }
  const found = pairs.shape.at(-3)!;
  if (oneSided && Math.floor(size / 2) + 1 !== found) {
    throw runtimeError(
      `${call}: expected the frequency dimension (3rd to the last) of the input tensor to match n_fft / 2 + 1 when onesided=True, but got ${found}`,
    );
  }
  if (!oneSided && size !== found) {
    throw runtimeError(
      `${call}: expected the frequency dimension (3rd to the last) of the input tensor to match n_fft when onsided=False, but got ${found}`,
    );
  }
  if (hop <= 0 || hop > winSize) throw runtimeError(`${call}: expected 0 < hop_length <= win_length`);
  if (winSize <= 0 || winSize > size) throw runtimeError(`${call}: expected 0 < win_length <= n_fft`);
  if (taper !== null && (taper.rank !== 1 || taper.shape[0] !== winSize)) {
    throw runtimeError(`${call}: Invalid window shape. window has to be 1D and length of \`win_length\``);
  }
}

interface Joining {
  readonly size: number;
  readonly hop: number;
  readonly center: boolean;
  readonly length: number | null;
  readonly squeeze: boolean;
}

/** The frames, weighted and added up, over the sum of the squared windows (Griffin & Lim 1984). */
function joined(signals: Tensor, taper: Tensor, { size, hop, center, length, squeeze }: Joining, call: string): Tensor {
  const frames = signals.shape[1]!;
  const whole = size + hop * (frames - 1);
  const weighted = transpose(mul(signals, view(taper, [1, 1, size])), 1, 2);
  const squares = unsqueeze(repeat(view(pow(taper, 2n), [size, 1]), [1, frames]), 0);
  const start = center ? Math.floor(size / 2) : 0;
  const end = length !== null ? start + length : center ? -Math.floor(size / 2) : whole;
  const cut = (sum: Tensor): Tensor => slice(squeezeDim(overlapAdd(sum, hop), 2), 2, start, end);
  const [sum, envelope] = [cut(weighted), cut(squares)];
  const least = Math.min(...quietly(() => elementsOf(abs(envelope))));
  if (!(least > 1e-11)) throw runtimeError(`${call}window overlap add min: 1`);
  const signal = squeezeDim(div(sum, envelope), 1);
  const result = squeeze ? squeezeDim(signal, 0) : signal;
  const missing = end - whole;
  return missing > 0 ? constantPad(result, [0, missing], 0n) : result;
}
