/**
 * Orders positions as the C++ standard library orders them, step for step, so that equal elements come out where PyTorch has them.
 * Introsort and introselect: D. Musser, "Introspective sorting and selection algorithms" (1997). Heaps: R. Floyd, "Treesort 3" (1964).
 */

/** Whether the element at position `a` comes before the one at `b`. */
export type Before = (a: number, b: number) => boolean;

/** Ranges up to this length are left to insertion. */
const SHORT = 16;

/** The positions 0 ... n - 1. */
export const identity = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

/** Puts at `nth` what belongs there when all of `first` ... `last` is in order; nothing behind it comes before it. */
export function select(at: Int32Array, first: number, nth: number, last: number, before: Before): void {
  if (first === last || nth === last) return;
  let depth = 2 * log2(last - first);
  while (last - first > 3) {
    if (depth-- === 0) {
      heapSelect(at, first, nth + 1, last, before);
      swap(at, first, nth);
      return;
    }
    const cut = partition(at, first, last, before);
    if (cut <= nth) first = cut;
    else last = cut;
  }
  insertionSort(at, first, last, before);
}

/** Sorts the range; equal elements may change places. */
export function sort(at: Int32Array, first: number, last: number, before: Before): void {
  if (first === last) return;
  sortLongParts(at, first, last, 2 * log2(last - first), before);
  const guarded = Math.min(first + SHORT, last);
  insertionSort(at, first, guarded, before);
  for (let i = guarded; i < last; i++) insert(at, i, before);
}

/** Puts the first `middle - first` elements in order, in front. */
export function partialSort(at: Int32Array, first: number, middle: number, last: number, before: Before): void {
  heapSelect(at, first, middle, last, before);
  for (let end = middle - 1; end > first; end--) popHeap(at, first, end, end, before);
}

const log2 = (n: number): number => 31 - Math.clz32(n);

function swap(at: Int32Array, i: number, j: number): void {
  const kept = at[i]!;
  at[i] = at[j]!;
  at[j] = kept;
}

function sortLongParts(at: Int32Array, first: number, last: number, depth: number, before: Before): void {
  while (last - first > SHORT) {
    if (depth-- === 0) {
      partialSort(at, first, last, last, before);
      return;
    }
    const cut = partition(at, first, last, before);
    sortLongParts(at, cut, last, depth, before);
    last = cut;
  }
}

/** Splits the range at the median of its second, middle and last elements. */
function partition(at: Int32Array, first: number, last: number, before: Before): number {
  swap(at, first, medianOf(at, first + 1, first + Math.floor((last - first) / 2), last - 1, before));
  const pivot = at[first]!;
  let low = first + 1;
  let high = last;
  for (;;) {
    while (before(at[low]!, pivot)) low++;
    high--;
    while (before(pivot, at[high]!)) high--;
    if (low >= high) return low;
    swap(at, low, high);
    low++;
  }
}

function medianOf(at: Int32Array, a: number, b: number, c: number, before: Before): number {
  const less = (i: number, j: number): boolean => before(at[i]!, at[j]!);
  if (less(a, b)) return less(b, c) ? b : less(a, c) ? c : a;
  return less(a, c) ? a : less(b, c) ? c : b;
}

function insertionSort(at: Int32Array, first: number, last: number, before: Before): void {
  for (let i = first + 1; i < last; i++) {
    const value = at[i]!;
    if (before(value, at[first]!)) {
      at.copyWithin(first + 1, first, i);
      at[first] = value;
    } else insert(at, i, before);
  }
}

/** Moves an element down to its place; one that does not come after it lies below. */
function insert(at: Int32Array, i: number, before: Before): void {
  const value = at[i]!;
  while (before(value, at[i - 1]!)) {
    at[i] = at[i - 1]!;
    i--;
  }
  at[i] = value;
}

/** A heap of the first elements, whose top gives way to each later one that comes before it. */
function heapSelect(at: Int32Array, first: number, middle: number, last: number, before: Before): void {
  const size = middle - first;
  for (let parent = Math.floor((size - 2) / 2); parent >= 0; parent--)
    sift(at, first, parent, size, at[first + parent]!, before);
  for (let i = middle; i < last; i++) if (before(at[i]!, at[first]!)) popHeap(at, first, middle, i, before);
}

/** Moves the top of the heap to `to`, and what was there into the heap. */
function popHeap(at: Int32Array, first: number, last: number, to: number, before: Before): void {
  const value = at[to]!;
  at[to] = at[first]!;
  sift(at, first, 0, last - first, value, before);
}

/** Lets the hole sink to a leaf along the greater children, then the value rise from there. */
function sift(at: Int32Array, first: number, hole: number, size: number, value: number, before: Before): void {
  const top = hole;
  let child = 2 * hole + 2;
  for (; child < size; child = 2 * hole + 2) {
    if (before(at[first + child]!, at[first + child - 1]!)) child--;
    at[first + hole] = at[first + child]!;
    hole = child;
  }
  if (child === size) {
    at[first + hole] = at[first + child - 1]!;
    hole = child - 1;
  }
  for (let parent = (hole - 1) >> 1; hole > top && before(at[first + parent]!, value); parent = (hole - 1) >> 1) {
    at[first + hole] = at[first + parent]!;
    hole = parent;
  }
  at[first + hole] = value;
}
