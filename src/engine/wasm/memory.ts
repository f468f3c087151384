/**
 * The memory that WebAssembly kernels and large tensors share, so that kernels copy nothing. It is a shared memory because growing one leaves
 * every view of it as it was. Blocks come in size classes, and what was released last is used first: it still lies in the caches.
 *
 * A block is released when nothing can reach it any more. Each time it is handed out it has a buffer object of its own, which any typed array
 * over it holds, a part or another reading of it too; so the collector's word about that object is the word about the block.
 */

/** A stretch of the memory. */
interface Block {
  readonly at: number;
  readonly bytes: number;
  readonly free: Block[];
  /** Held while the block is free, and its buffer can serve again. */
  buffer: SharedArrayBuffer | null;
  holder: WeakRef<SharedArrayBuffer> | null;
  /** Whether it has been used before: new memory is zero. */
  used: boolean;
  /** How many storages are known to lie in it. */
  claims: number;
  /** Whether it is in the list of those that may be held. */
  listed: boolean;
}

const PAGE = 65536;
/** 2 GiB of addresses; memory is taken as blocks need it. */
export const PAGES = 32768;
/** Pages that the memory grows by. */
const STEP = 256;
/** Kernels may read a little past the end of what they are given. */
const SLACK = 256;
/** Smaller arrays are JavaScript's own. */
export const LEAST = 4096;
/** Larger ones are so as well. */
const LARGEST = 2 ** 30;
/** What may be handed out, at least, before the collector is asked what was let go. */
const PATIENCE = 32 * 2 ** 20;

let memory: WebAssembly.SharedMemory | null = null;
/** Where small operands are laid that are JavaScript's own: so many places of so many bytes. */
const [SLOTS, SLOT] = [4, 16384];
let end = SLACK + SLOTS * SLOT;
let pages = 0;
/** Bytes handed out since the last sweep that were not given back. */
let handedOut = 0;
let lastHeld = 0;
let listed: Block[] = [];
const classes: Block[][] = [];
const blocks = new Map<number, Block>();
const starts: number[] = [];
/** Lets the collector look for what nobody holds; nothing where there is no worker around the engine. */
let collect: (() => void) | null = null;

/** The one memory of the realm. */
export function theMemory(): WebAssembly.SharedMemory {
  memory ??= new WebAssembly.Memory({ initial: 0, maximum: PAGES, shared: true });
  return memory;
}

export function setCollector(collector: (() => void) | null): void {
  collect = collector;
}

/** A block for so many bytes, zeroed where asked; null when there is no room. */
export function take(bytes: number, zeroed: boolean): { buffer: SharedArrayBuffer; at: number } | null {
  if (bytes > LARGEST) return null;
  if (handedOut > Math.max(PATIENCE, lastHeld)) sweep();
  const block = freeBlock(bytes);
  if (block === null) return null;
  handedOut += block.bytes;
  const buffer = block.buffer ?? ownBuffer(block);
  block.buffer = null;
  if (!block.listed) listed.push(block);
  block.listed = true;
  if (zeroed && block.used) new Float64Array(buffer, block.at, block.bytes / 8).fill(0);
  block.used = true;
  block.claims = 0;
  return { buffer, at: block.at };
}

function freeBlock(bytes: number): Block | null {
  const number = classOf(bytes);
  classes[number] ??= [];
  const free = classes[number];
  return free.pop() ?? newBlock(sizeOf(number), free);
}

/** Four classes between one power of two and the next. */
function classOf(bytes: number): number {
  const power = 31 - Math.clz32(bytes - 1);
  return power * 4 + ((bytes - 1) >>> (power - 2)) - 3;
}

function sizeOf(number: number): number {
  const power = Math.floor((number - 1) / 4);
  return (((number - 1) % 4) + 5) * 2 ** (power - 2);
}

function newBlock(bytes: number, free: Block[]): Block | null {
  if (!hasRoom(bytes)) return null;
  const block = { at: end, bytes, free, buffer: null, holder: null, used: false, claims: 0, listed: false };
  blocks.set(end, block);
  starts.push(end);
  end += bytes;
  return block;
}

function hasRoom(bytes: number): boolean {
  const needed = Math.ceil((end + bytes + SLACK) / PAGE);
  if (needed <= pages) return true;
  if (needed > PAGES) return false;
  const more = Math.min(PAGES, Math.max(needed, pages + STEP)) - pages;
  try {
    theMemory().grow(more);
  } catch {
    return false;
  }
  pages += more;
  return true;
}

/** Growing by nothing makes a new buffer object of the same memory. */
function ownBuffer(block: Block): SharedArrayBuffer {
  const shared = theMemory();
  shared.grow(0);
  const { buffer } = shared;
  block.holder = new WeakRef(buffer);
  return buffer;
}

/**
 * Where `count` elements of an array lie, from its element `at` on: in the memory, or copied to a place for small operands, of which each call
 * of a kernel has four. -1: they are many, and lie elsewhere.
 */
export function addressOf(data: Float32Array, at: number, count: number, slot: number): number {
  if (isResident(data)) return data.byteOffset + at * 4;
  if (count * 4 > SLOT) return -1;
  slots ??= makeSlots();
  slots.set(data.subarray(at, at + count), (slot * SLOT) / 4);
  return SLACK + slot * SLOT;
}
let slots: Float32Array | null = null;

function makeSlots(): Float32Array {
  hasRoom(0);
  return new Float32Array(theMemory().buffer, SLACK, (SLOTS * SLOT) / 4);
}

/** A stretch of memory for a kernel's own use; the same one for each name, until it grows. */
export function workspace(wanted: number, name: string): { buffer: SharedArrayBuffer; at: number } {
  const bytes = Math.max(LEAST, wanted);
  const known = workspaces.get(name);
  if (known !== undefined && known.bytes >= bytes) return known;
  const block = take(bytes, false);
  if (block === null) throw new RangeError('The memory of the engine is exhausted.');
  const made = { ...block, bytes };
  workspaces.set(name, made);
  return made;
}
const workspaces = new Map<string, { buffer: SharedArrayBuffer; at: number; bytes: number }>();

/** Where the elements of an array from `at` on lie in the memory; those of an array of JavaScript's own are copied there. */
export function place(data: Float32Array, at: number, count: number, name: string): number {
  if (isResident(data)) return data.byteOffset + at * 4;
  const space = workspace(count * 4, name);
  new Float32Array(space.buffer, space.at, count).set(data.subarray(at, at + count));
  return space.at;
}

/** Whether an array lies in the memory. The length is asked first: asking a small array for its buffer makes one. */
export const isResident = (array: Pick<Bytes, 'buffer' | 'byteLength'>): boolean =>
  array.byteLength >= LEAST && array.buffer instanceof SharedArrayBuffer;

interface Bytes {
  readonly buffer: ArrayBufferLike;
  readonly byteLength: number;
  readonly byteOffset: number;
}

/** A storage is made over an array. */
export function claim(array: Bytes): void {
  if (isResident(array)) blockAround(array.byteOffset).claims++;
}

function blockAround(at: number): Block {
  const known = blocks.get(at);
  if (known !== undefined) return known;
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return blocks.get(starts[low]!)!;
}

/** Takes back the block of a storage's array that nobody holds. False: it is not known to be the only storage there. */
export function giveBack(array: Bytes): boolean {
  if (!isResident(array)) return false;
  const block = blockAround(array.byteOffset);
  if (block.claims !== 1) return false;
  block.buffer = array.buffer as SharedArrayBuffer;
  handedOut -= block.bytes;
  block.free.push(block);
  if (poisons) new Float32Array(block.buffer, block.at, block.bytes / 4).fill(Number.NaN);
  return true;
}

/** For tests: what is taken back is overwritten, so that whoever still reads it is found out. */
export function poison(on: boolean): void {
  poisons = on;
}
let poisons = false;

/** Finds the blocks that nobody holds any more. */
export function sweep(): void {
  handedOut = 0;
  // The memory itself holds the latest buffer.
  theMemory().grow(0);
  collect?.();
  const before = listed;
  listed = [];
  lastHeld = 0;
  for (const block of before) {
    block.listed = block.buffer === null && block.holder!.deref() !== undefined;
    if (block.listed) {
      listed.push(block);
      lastHeld += block.bytes;
    } else if (block.buffer === null) {
      block.free.push(block);
      if (poisons) new Float32Array(theMemory().buffer, block.at, block.bytes / 4).fill(Number.NaN);
    }
  }
}

/** Bytes of the blocks that were held when this was last looked at. */
export const residentBytes = (): number => lastHeld;
