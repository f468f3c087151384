/** What statistics are made of: sums over floats, in double precision, that leave out what is not finite. */
import {
  addDoubles,
  advance,
  areEqual,
  type Code,
  constant,
  floats,
  get,
  greater,
  lazily,
  lesser,
  load,
  mulDoubles,
  type Routine,
  range,
  repeatIfAny,
  select,
  set,
  shuffle,
  store,
  subDoubles,
  subFloats,
  subWords,
  toDoubles,
  vectorConst,
} from './assembler.ts';
import { place, workspace } from './memory.ts';

/** Two doubles' sums, then least and greatest, then three counts. */
const RESULTS = 7;

/** summarize(count of fours, from, out, shift, which is finite): each result in the lanes of a vector. */
const summarize: Routine = {
  i32s: 3,
  f32s: 1,
  body: (params, local) => {
    const [fours, from, out, shift] = params as [number, number, number, number];
    const i = local('i32');
    const [x, ok, y, apart, d] = range(5).map(() => local('v128')) as [number, number, number, number, number];
    const results = range(RESULTS).map(() => local('v128'));
    const [offset, shifted, min, max, finite, zeros, numbers] = results as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const addTo = (to: number, value: Code): Code => set(to, addDoubles(get(to), value));
    /** The two in front. */
    const two = (values: Code): Code => [
      ...set(d, subDoubles(toDoubles(values), get(apart))),
      ...addTo(offset, get(d)),
      ...addTo(shifted, mulDoubles(get(d), get(d))),
    ];
    const four: Code = [
      ...set(x, load(get(from))),
      // The difference of an infinity to itself is no number.
      ...set(ok, areEqual(subFloats(get(x), get(x)), vectorConst(0))),
      ...set(y, select(get(x), floats(get(shift)), get(ok))),
      // A mask is -1 where it is set.
      ...set(finite, subWords(get(finite), get(ok))),
      ...set(zeros, subWords(get(zeros), areEqual(get(x), vectorConst(0)))),
      ...set(numbers, subWords(get(numbers), areEqual(get(x), get(x)))),
      ...set(min, lesser(get(min), get(y))),
      ...set(max, greater(get(max), get(y))),
      ...two(get(y)),
      ...two(shuffle(get(y), get(y), [2, 3, 2, 3])),
      ...advance(from, constant(16)),
    ];
    return [
      ...results.flatMap((result) => set(result, vectorConst(0))),
      ...set(min, floats(get(shift))),
      ...set(max, floats(get(shift))),
      ...set(apart, toDoubles(floats(get(shift)))),
      ...repeatIfAny(i, get(fours), four),
      ...results.flatMap((result, k) => store(get(out), 16 * k, get(result))),
    ];
  },
};

/** Twice offset and shifted (two doubles each), then least and greatest, then zeros, each twice. */
const FINITE_RESULTS = 10;

/**
 * summarizeFinite(count of eights, fours after them: 0 or 1, from, out, shift): the same of floats that are all finite. Where one is not, the sums
 * are not: that costs nothing to see. Each sum has two places, as an addition takes longer than what is between two of them.
 */
const summarizeFinite: Routine = {
  i32s: 4,
  f32s: 1,
  body: (params, local) => {
    const [eights, fours, from, out, shift] = params as [number, number, number, number, number];
    const i = local('i32');
    const [x, d, apart] = range(3).map(() => local('v128')) as [number, number, number];
    const results = range(FINITE_RESULTS).map(() => local('v128'));
    const addTo = (to: number, value: Code): Code => set(to, addDoubles(get(to), value));
    const two = (values: Code, place: number): Code => [
      ...set(d, subDoubles(toDoubles(values), get(apart))),
      ...addTo(results[place]!, get(d)),
      ...addTo(results[2 + place]!, mulDoubles(get(d), get(d))),
    ];
    const four = (place: number): Code => {
      const [min, max, zeros] = [results[4 + place]!, results[6 + place]!, results[8 + place]!];
      return [
        ...set(x, load(get(from), 16 * place)),
        ...set(min, lesser(get(min), get(x))),
        ...set(max, greater(get(max), get(x))),
        // A mask is -1 where it is set.
        ...set(zeros, subWords(get(zeros), areEqual(get(x), vectorConst(0)))),
        ...two(get(x), 0),
        ...two(shuffle(get(x), get(x), [2, 3, 2, 3]), 1),
      ];
    };
    return [
      ...results.flatMap((result) => set(result, vectorConst(0))),
      ...results.slice(4, 8).flatMap((result) => set(result, floats(get(shift)))),
      ...set(apart, toDoubles(floats(get(shift)))),
      ...repeatIfAny(i, get(eights), [...four(0), ...four(1), ...advance(from, constant(32))]),
      ...repeatIfAny(i, get(fours), four(0)),
      ...results.flatMap((result, k) => store(get(out), 16 * k, get(result))),
    ];
  },
};

const kernels = lazily(() => ({ summarize, summarizeFinite }));

/**
 * Sums over `count` elements, a multiple of four, from `at` on: of the finite ones, but for the counts; `offset` and `shifted` are the sums of
 * x - shift and of its square. `shift` is finite.
 */
export function sumFloats(data: Float32Array, at: number, count: number, shift: number) {
  const results = places();
  const from = place(data, at, count, 'summed');
  const fours = count / 4;
  kernels().summarizeFinite(fours >> 1, fours & 1, from, results.at, shift);
  const { doubles, floats, words } = results;
  const shifted = doubles[4]! + doubles[5]! + (doubles[6]! + doubles[7]!);
  if (shifted - shifted !== 0) return sumSome(results, from, count, shift);
  let [min, max, zeros] = [shift, shift, 0];
  for (let k = 16; k < 24; k++) if (floats[k]! < min) min = floats[k]!;
  for (let k = 24; k < 32; k++) if (floats[k]! > max) max = floats[k]!;
  for (let k = 32; k < 40; k++) zeros += words[k]!;
  const offset = doubles[0]! + doubles[1]! + (doubles[2]! + doubles[3]!);
  return { offset, shifted, min, max, finite: count, zeros, nans: 0 };
}

function sumSome({ at: out, doubles, floats, words }: Places, from: number, count: number, shift: number) {
  kernels().summarize(count / 4, from, out, shift);
  const pair = (k: number): number => doubles[k]! + doubles[k + 1]!;
  const total = (k: number): number => words[k]! + words[k + 1]! + words[k + 2]! + words[k + 3]!;
  return {
    offset: pair(0),
    shifted: pair(2),
    min: Math.min(floats[8]!, floats[9]!, floats[10]!, floats[11]!),
    max: Math.max(floats[12]!, floats[13]!, floats[14]!, floats[15]!),
    finite: total(16),
    zeros: total(20),
    nans: count - total(24),
  };
}

/** Where the kernels leave what they found. */
interface Places {
  readonly at: number;
  readonly doubles: Float64Array;
  readonly floats: Float32Array;
  readonly words: Int32Array;
}

let known: Places | null = null;

function places(): Places {
  if (known !== null) return known;
  const { buffer, at } = workspace(16 * FINITE_RESULTS, 'sums');
  known = {
    at,
    doubles: new Float64Array(buffer, at, 2 * FINITE_RESULTS),
    floats: new Float32Array(buffer, at, 4 * FINITE_RESULTS),
    words: new Int32Array(buffer, at, 4 * FINITE_RESULTS),
  };
  return known;
}
