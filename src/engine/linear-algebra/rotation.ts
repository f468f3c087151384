/** Plane rotations and the decompositions of 2 × 2 matrices, with LAPACK's signs. */

const EPSILON = 2 ** -53;
/** The magnitude of the first with the sign of the second. */
export const withSign = (magnitude: number, sign: number): number =>
  sign < 0 || Object.is(sign, -0) ? -Math.abs(magnitude) : Math.abs(magnitude);

export interface Rotation {
  readonly c: number;
  readonly s: number;
  readonly r: number;
}

/** c f + s g = r, c g − s f = 0. */
export function rotationFor(f: number, g: number): Rotation {
  if (g === 0) return { c: 1, s: 0, r: f };
  if (f === 0) return { c: 0, s: withSign(1, g), r: Math.abs(g) };
  const r = withSign(Math.hypot(f, g), f);
  return { c: Math.abs(f) / Math.abs(r), s: g / r, r };
}

/** The eigenvalue of larger magnitude, the other, and (c, s) the first one's eigenvector, of [[a, b], [b, c]]. */
export function symmetric2(a: number, b: number, c: number): { large: number; small: number; c: number; s: number } {
  const [sum, difference, twice] = [a + c, a - c, 2 * b];
  const root = Math.hypot(difference, twice);
  const [more, less] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a];
  const large = sum < 0 ? 0.5 * (sum - root) : 0.5 * (sum + root);
  const small = sum === 0 ? -0.5 * root : (more / large) * less - (b / large) * b;
  const sameSign = sum < 0 === difference < 0;
  const cs = difference >= 0 ? difference + root : difference - root;
  let [cosine, sine] = [1, 0];
  if (Math.abs(cs) > Math.abs(twice)) {
    const ratio = -twice / cs;
    sine = 1 / Math.sqrt(1 + ratio * ratio);
    cosine = ratio * sine;
  } else if (twice !== 0) {
    const ratio = -cs / twice;
    cosine = 1 / Math.sqrt(1 + ratio * ratio);
    sine = ratio * cosine;
  }
  return sameSign ? { large, small, c: -sine, s: cosine } : { large, small, c: cosine, s: sine };
}

/** The smaller singular value of [[f, g], [0, h]]. */
export function smallerSingular2(f: number, g: number, h: number): number {
  const [fa, ga, ha] = [Math.abs(f), Math.abs(g), Math.abs(h)];
  const [low, high] = [Math.min(fa, ha), Math.max(fa, ha)];
  if (low === 0) return 0;
  if (ga < high) {
    const [as, at, au] = [1 + low / high, (high - low) / high, (ga / high) ** 2];
    return low * (2 / (Math.sqrt(as * as + au) + Math.sqrt(at * at + au)));
  }
  const au = high / ga;
  if (au === 0) return (low * high) / ga;
  const [as, at] = [1 + low / high, (high - low) / high];
  return 2 * (low * (1 / (Math.sqrt(1 + (as * au) ** 2) + Math.sqrt(1 + (at * au) ** 2)))) * au;
}

export interface Singular2 {
  readonly small: number;
  readonly large: number;
  readonly right: { readonly c: number; readonly s: number };
  readonly left: { readonly c: number; readonly s: number };
}

/** The signed singular values and the rotations of [[f, g], [0, h]] (Demmel & Kahan 1990; LAPACK's `lasv2`). */
export function singular2(f: number, g: number, h: number): Singular2 {
  const swap = Math.abs(h) > Math.abs(f);
  const [ft, ht] = swap ? [h, f] : [f, h];
  const inner = ordered2(ft, g, ht);
  const { clt, slt, crt, srt, dominant } = inner;
  const left = swap ? { c: srt, s: crt } : { c: clt, s: slt };
  const right = swap ? { c: slt, s: clt } : { c: crt, s: srt };
  const sign = (x: number): number => withSign(1, x);
  const towards =
    dominant === 'g'
      ? sign(right.s) * sign(left.c) * sign(g)
      : swap
        ? sign(right.s) * sign(left.s) * sign(h)
        : sign(right.c) * sign(left.c) * sign(f);
  return {
    large: withSign(inner.large, towards),
    small: withSign(inner.small, towards * sign(f) * sign(h)),
    left,
    right,
  };
}

interface Ordered {
  readonly small: number;
  readonly large: number;
  readonly clt: number;
  readonly slt: number;
  readonly crt: number;
  readonly srt: number;
  readonly dominant: 'f' | 'g';
}

/** The same where |f| ≥ |h|. */
function ordered2(f: number, g: number, h: number): Ordered {
  const [fa, ga, ha] = [Math.abs(f), Math.abs(g), Math.abs(h)];
  if (ga === 0) return { small: ha, large: fa, clt: 1, crt: 1, slt: 0, srt: 0, dominant: 'f' };
  const dominant = ga > fa ? 'g' : 'f';
  if (fa / ga < EPSILON) {
    const small = ha > 1 ? fa / (ga / ha) : (fa / ga) * ha;
    return { large: ga, small, clt: 1, slt: h / g, srt: 1, crt: f / g, dominant };
  }
  const d = fa - ha;
  const l = d === fa ? 1 : d / fa;
  const m = g / f;
  const t = 2 - l;
  const s = Math.sqrt(t * t + m * m);
  const r = l === 0 ? Math.abs(m) : Math.sqrt(l * l + m * m);
  const a = 0.5 * (s + r);
  let tangent = (m / (s + t) + m / (r + l)) * (1 + a);
  if (m * m === 0) tangent = l === 0 ? withSign(2, f) * withSign(1, g) : g / withSign(d, f) + m / t;
  const length = Math.sqrt(tangent * tangent + 4);
  const [crt, srt] = [2 / length, tangent / length];
  return { small: ha / a, large: fa * a, crt, srt, clt: (crt + srt * m) / a, slt: ((h / f) * srt) / a, dominant };
}
