import type { Element, Stats } from './model.ts';

/**
 * What an element counts as in arithmetic: bools as 0 and 1, strings ('nan', '-inf', '9223372036854775807') as the numbers they spell,
 * complex numbers ('1+2j') as their size.
 */
export function toNumber(element: Element): number {
  if (typeof element !== 'string') return Number(element);
  if (element === 'inf') return Number.POSITIVE_INFINITY;
  if (element === '-inf') return Number.NEGATIVE_INFINITY;
  return element.endsWith('j') ? complexSize(element) : Number(element);
}

function complexSize(text: string): number {
  const split = text.search(/(?<=[\dfn])[+-]/);
  const [re, im] = [text.slice(0, split), text.slice(split, -1).replace(/^\+/, '')];
  return Math.hypot(toNumber(re), toNumber(im));
}

/** Statistics of elements on the wire. */
export function statsOf(elements: readonly Element[]): Stats {
  const sums = new Sums();
  for (const element of elements) sums.add(toNumber(element));
  return sums.stats();
}

/** Of the finite elements, but for the counts; `offset` and `shifted` are the sums of x - shift and of its square. */
export interface FloatSums {
  readonly finite: number;
  readonly zeros: number;
  readonly nans: number;
  readonly min: number;
  readonly max: number;
  readonly offset: number;
  readonly shifted: number;
}

/** Over `count` floats from `at` on, a multiple of four. `shift` is finite. */
export type SumFloats = (data: Float32Array, at: number, count: number, shift: number) => FloatSums;

const CHUNK = 2048;
const chunk = new Float64Array(CHUNK / 2);

/**
 * Running sums. Variance is taken about the first finite element ("shifted data"), so that values far from zero with a
 * small spread keep their digits (Chan, Golub, LeVeque: Algorithms for computing the sample variance, 1983).
 */
export class Sums {
  #finite = 0;
  #zeros = 0;
  #nans = 0;
  #infs = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #shift = 0;
  #offset = 0;
  #squares = 0;
  #shifted = 0;

  add(x: number): void {
    if (x - x !== 0) {
      if (Number.isNaN(x)) this.#nans++;
      else this.#infs++;
      return;
    }
    if (this.#finite++ === 0) this.#shift = x;
    if (x === 0) this.#zeros++;
    if (x < this.#min) this.#min = x;
    if (x > this.#max) this.#max = x;
    const d = x - this.#shift;
    this.#sum += x;
    this.#offset += d;
    this.#shifted += d * d;
    this.#squares += x * x;
  }

  /** Elements that lie one after another, the same way: a step is too little to be a call for each. */
  addAll(data: ArrayLike<number>, from: number, to: number): void {
    let at = from;
    while (this.#finite === 0 && at < to) this.add(data[at++]!);
    const shift = this.#shift;
    let [zeros, finite, min, max] = [0, 0, this.#min, this.#max];
    let [sum, offset, shifted, squares] = [this.#sum, this.#offset, this.#shifted, this.#squares];
    for (; at < to; at++) {
      const x = data[at]!;
      if (x - x !== 0) {
        this.add(x);
        continue;
      }
      finite++;
      if (x === 0) zeros++;
      if (x < min) min = x;
      if (x > max) max = x;
      const d = x - shift;
      sum += x;
      offset += d;
      shifted += d * d;
      squares += x * x;
    }
    this.#finite += finite;
    this.#zeros += zeros;
    [this.#min, this.#max] = [min, max];
    [this.#sum, this.#offset, this.#shifted, this.#squares] = [sum, offset, shifted, squares];
  }

  /** The same of 64-bit integers, of which each is two words of memory: reading them as such makes a big integer of each. */
  addLongs(data: BigInt64Array, from: number, to: number): void {
    const words = new Int32Array(data.buffer, data.byteOffset + 8 * from, 2 * (to - from));
    for (let at = 0; at < words.length; at += CHUNK) {
      const count = Math.min(CHUNK, words.length - at) / 2;
      for (let i = 0; i < count; i++) chunk[i] = words[at + 2 * i + 1]! * 2 ** 32 + (words[at + 2 * i]! >>> 0);
      this.addAll(chunk, 0, count);
    }
  }

  /** The same of floats that `sumFloats` sums; it is given fours, and a finite element to shift by. */
  addFloats(data: Float32Array, from: number, to: number, sumFloats: SumFloats): void {
    let at = from;
    while (this.#finite === 0 && at < to) this.add(data[at++]!);
    const count = (to - at) & ~3;
    if (count > 0) this.#addSums(sumFloats(data, at, count, this.#shift), count);
    this.addAll(data, at + count, to);
  }

  #addSums(sums: FloatSums, count: number): void {
    this.#finite += sums.finite;
    this.#zeros += sums.zeros;
    this.#nans += sums.nans;
    this.#infs += count - sums.finite - sums.nans;
    this.#min = Math.min(this.#min, sums.min);
    this.#max = Math.max(this.#max, sums.max);
    // The shift is one of the elements: what it is added back to is no smaller.
    this.#sum += sums.offset + sums.finite * this.#shift;
    this.#squares += sums.shifted + this.#shift * (2 * sums.offset + sums.finite * this.#shift);
    this.#offset += sums.offset;
    this.#shifted += sums.shifted;
  }

  /** All that was added so far, so many times. */
  repeat(times: number): void {
    this.#finite *= times;
    this.#zeros *= times;
    this.#nans *= times;
    this.#infs *= times;
    this.#sum *= times;
    this.#squares *= times;
    this.#offset *= times;
    this.#shifted *= times;
  }

  stats(): Stats {
    const n = this.#finite;
    const some = n > 0;
    const spread = Math.max(0, this.#shifted / n - (this.#offset / n) ** 2);
    return {
      // Of zeros, which is found depends on the order.
      min: some ? this.#min + 0 : null,
      max: some ? this.#max + 0 : null,
      mean: some ? finite(this.#sum / n) : null,
      std: some ? finite(Math.sqrt(spread)) : null,
      norm: some ? finite(Math.sqrt(this.#squares)) : null,
      zeros: this.#zeros,
      nans: this.#nans,
      infs: this.#infs,
    };
  }
}

/** JSON has no infinity: a sum that overflowed is not known. */
const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);
