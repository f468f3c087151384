/**
 * The order in which a hash table of the C++ library hands out its keys, which `torch.unique(sorted=False)` shows. The table is a linked
 * list where each bucket's keys lie together: a key goes to the front of its bucket, the first one of a bucket to the front of the list.
 */
import { type Data, type DType, isFloating } from '../dtype.ts';
import type { Element } from './lines.ts';

/** How many buckets the table has as it grows. */
const SIZES = [
  13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229, 172933, 351061, 712697, 1447153, 2938679,
  5967347, 12117689,
];
const NONE = -1;
/** Stands before the first key of the list. */
const FRONT = -2;

/** The distinct elements in the table's order. Equal zeros are one; no nan equals another. */
export function hashOrder(data: Data, dtype: DType): Element[] {
  const keys = distinct(data);
  const hashes = keys.map((key) => hash(key, dtype));
  const table = new Table(hashes);
  keys.forEach((_, i) => {
    table.insert(i);
  });
  return table.order().map((i) => keys[i]!);
}

function distinct(data: Data): Element[] {
  const seen = new Set<Element>();
  const keys: Element[] = [];
  for (const value of data) {
    if (seen.has(value) && !Number.isNaN(value)) continue;
    seen.add(value);
    keys.push(value);
  }
  return keys;
}

class Table {
  readonly hashes: readonly bigint[];
  readonly next: Int32Array;
  head = NONE;
  count = 0;
  grown = 0;
  /** Per bucket the key before its first one. */
  before = new Int32Array(1).fill(NONE);

  constructor(hashes: readonly bigint[]) {
    this.hashes = hashes;
    this.next = new Int32Array(hashes.length).fill(NONE);
  }

  insert(key: number): void {
    if (this.count >= (SIZES[this.grown - 1] ?? 0)) this.grow();
    this.count++;
    const bucket = this.bucketOf(key);
    if (!this.joined(key, bucket)) {
      this.toFront(key, bucket);
      if (this.next[key] !== NONE) this.before[this.bucketOf(this.next[key]!)] = key;
    }
  }

  order(): number[] {
    const keys: number[] = [];
    for (let key = this.head; key !== NONE; key = this.next[key]!) keys.push(key);
    return keys;
  }

  private bucketOf(key: number): number {
    return Number(this.hashes[key]! % BigInt(this.before.length));
  }

  /** Puts the key first in a bucket that has keys; false where it has none. */
  private joined(key: number, bucket: number): boolean {
    const before = this.before[bucket]!;
    if (before === NONE) return false;
    this.next[key] = before === FRONT ? this.head : this.next[before]!;
    if (before === FRONT) this.head = key;
    else this.next[before] = key;
    return true;
  }

  private toFront(key: number, bucket: number): void {
    this.next[key] = this.head;
    this.head = key;
    this.before[bucket] = FRONT;
  }

  /** Takes the keys over in their order. */
  private grow(): void {
    const keys = this.order();
    this.before = new Int32Array(SIZES[this.grown++]!).fill(NONE);
    this.head = NONE;
    let first = 0;
    for (const key of keys) {
      const bucket = this.bucketOf(key);
      if (this.joined(key, bucket)) continue;
      this.toFront(key, bucket);
      if (this.next[key] !== NONE) this.before[first] = key;
      first = bucket;
    }
  }
}

/** A whole number stands for itself; of a float the bytes are mixed. */
function hash(key: Element, dtype: DType): bigint {
  if (!isFloating(dtype)) return BigInt.asUintN(64, BigInt(key));
  if (key === 0) return 0n;
  const view = new DataView(new ArrayBuffer(8));
  if (dtype.bytes === 8) view.setFloat64(0, Number(key), true);
  else view.setFloat32(0, Number(key), true);
  return murmur(view.getBigUint64(0, true), dtype.bytes);
}

const MULTIPLIER = 0xc6a4a7935bd1e995n;
const SEED = 0xc70f6907n;

/** A. Appleby's MurmurHash2, 64 bit, of up to 8 bytes. */
function murmur(bytes: bigint, length: number): bigint {
  const word = (value: bigint): bigint => BigInt.asUintN(64, value);
  const mix = (value: bigint): bigint => value ^ (value >> 47n);
  const data = length === 8 ? word(mix(word(bytes * MULTIPLIER)) * MULTIPLIER) : bytes;
  const mixed = word((SEED ^ word(BigInt(length) * MULTIPLIER) ^ data) * MULTIPLIER);
  return mix(word(mix(mixed) * MULTIPLIER));
}
