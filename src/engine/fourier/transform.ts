/** Discrete Fourier transforms of any length, of numbers whose real and imaginary parts lie apart. */

/** Prime factors up to here are taken apart by definition; a larger one by Bluestein's algorithm. */
const LARGEST_FACTOR = 31;

/** cos and sin of −2π k / n. */
interface Circle {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/** Overwrites with X[k] = Σ x[j] · exp(∓2πi j k / n): minus forward, plus backward, unscaled. */
export function transform(re: Float64Array, im: Float64Array, forward: boolean): void {
  const n = re.length;
  if (n < 2) return;
  if (!forward) negate(im);
  const factors = factorsOf(n);
  if (factors.at(-1)! > LARGEST_FACTOR) bluestein(re, im);
  else {
    const out = { re: new Float64Array(n), im: new Float64Array(n) };
    mixed({ re, im }, 0, 1, out, 0, n, factors, 0, circle(n));
    re.set(out.re);
    im.set(out.im);
  }
  if (!forward) negate(im);
}

function negate(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = -values[i]!;
}

function factorsOf(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  for (let p = 2; p * p <= rest; p++) {
    while (rest % p === 0) {
      factors.push(p);
      rest /= p;
    }
  }
  if (rest > 1) factors.push(rest);
  return factors;
}

/** By eighths of the circle, where cos and sin are exact or small angles. */
function circle(n: number): Circle {
  const [cos, sin] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    const angle = (-2 * Math.PI * k) / n;
    cos[k] = 4 * k === n || 4 * k === 3 * n ? 0 : Math.cos(angle);
    sin[k] = 2 * k === n ? 0 : Math.sin(angle);
  }
  return { cos, sin };
}

interface Parts {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Cooley & Tukey (1965), decimation in time: `n` elements of x, `step` apart from `start` on, into out from `to` on. */
function mixed(
  x: Parts,
  start: number,
  step: number,
  out: Parts,
  to: number,
  n: number,
  factors: readonly number[],
  level: number,
  unit: Circle,
): void {
  if (n === 1) {
    out.re[to] = x.re[start]!;
    out.im[to] = x.im[start]!;
    return;
  }
  const p = factors[level]!;
  const m = n / p;
  for (let r = 0; r < p; r++) mixed(x, start + r * step, step * p, out, to + r * m, m, factors, level + 1, unit);
  if (p === 2) pairs(out, to, m, step, unit);
  else butterflies(out, to, p, m, step, unit);
}

function pairs({ re, im }: Parts, to: number, m: number, step: number, { cos, sin }: Circle): void {
  for (let k = 0; k < m; k++) {
    const [a, b] = [to + k, to + k + m];
    const [c, s] = [cos[k * step]!, sin[k * step]!];
    const tr = re[b]! * c - im[b]! * s;
    const ti = re[b]! * s + im[b]! * c;
    re[b] = re[a]! - tr;
    im[b] = im[a]! - ti;
    re[a] = re[a]! + tr;
    im[a] = im[a]! + ti;
  }
}

/** `unit` has step · p · m elements: the circle's of this level are `step` apart. */
function butterflies({ re, im }: Parts, to: number, p: number, m: number, step: number, { cos, sin }: Circle): void {
  const whole = cos.length;
  const [vr, vi] = [new Float64Array(p), new Float64Array(p)];
  for (let k = 0; k < m; k++) {
    for (let r = 0; r < p; r++) {
      vr[r] = re[to + k + r * m]!;
      vi[r] = im[to + k + r * m]!;
    }
    for (let q = 0; q < p; q++) {
      const turn = (k + q * m) * step;
      let [sumR, sumI] = [vr[0]!, vi[0]!];
      for (let r = 1, at = turn % whole; r < p; r++, at = (at + turn) % whole) {
        sumR += vr[r]! * cos[at]! - vi[r]! * sin[at]!;
        sumI += vr[r]! * sin[at]! + vi[r]! * cos[at]!;
      }
      re[to + k + q * m] = sumR;
      im[to + k + q * m] = sumI;
    }
  }
}

/** As a convolution with a chirp, whose length is a power of two (Bluestein 1970). */
function bluestein(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const [cos, sin] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    const angle = (Math.PI * ((k * k) % (2 * n))) / n;
    cos[k] = Math.cos(angle);
    sin[k] = -Math.sin(angle);
  }
  const [ar, ai] = [new Float64Array(size), new Float64Array(size)];
  const [br, bi] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < n; k++) {
    ar[k] = re[k]! * cos[k]! - im[k]! * sin[k]!;
    ai[k] = re[k]! * sin[k]! + im[k]! * cos[k]!;
    br[k] = cos[k]!;
    bi[k] = -sin[k]!;
    if (k > 0) {
      br[size - k] = cos[k]!;
      bi[size - k] = -sin[k]!;
    }
  }
  transform(ar, ai, true);
  transform(br, bi, true);
  for (let k = 0; k < size; k++) {
    const real = ar[k]! * br[k]! - ai[k]! * bi[k]!;
    ai[k] = ar[k]! * bi[k]! + ai[k]! * br[k]!;
    ar[k] = real;
  }
  transform(ar, ai, false);
  for (let k = 0; k < n; k++) {
    const [real, imaginary] = [ar[k]! / size, ai[k]! / size];
    re[k] = real * cos[k]! - imaginary * sin[k]!;
    im[k] = real * sin[k]! + imaginary * cos[k]!;
  }
}
