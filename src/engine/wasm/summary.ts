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

const kernels = lazily(() => ({ summarize }));

/**
 * Sums over `count` elements, a multiple of four, from `at` on: of the finite ones, but for the counts; `offset` and `shifted` are the sums of
 * x - shift and of its square. `shift` is finite.
 */
export function sumFloats(data: Float32Array, at: number, count: number, shift: number) {
  const { buffer, at: out } = workspace(16 * RESULTS, 'sums');
  kernels().summarize(count / 4, place(data, at, count, 'summed'), out, shift);
  const doubles = new Float64Array(buffer, out, 4);
  const floats = new Float32Array(buffer, out + 32, 8);
  const counts = new Int32Array(buffer, out + 64, 12);
  const pair = (k: number): number => doubles[k]! + doubles[k + 1]!;
  const total = (k: number): number => counts[k]! + counts[k + 1]! + counts[k + 2]! + counts[k + 3]!;
  return {
    offset: pair(0),
    shifted: pair(2),
    min: Math.min(floats[0]!, floats[1]!, floats[2]!, floats[3]!),
    max: Math.max(floats[4]!, floats[5]!, floats[6]!, floats[7]!),
    finite: total(0),
    zeros: total(4),
    nans: count - total(8),
  };
}
