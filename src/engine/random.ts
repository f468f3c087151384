/** The CPU generator: mt19937 (Matsumoto and Nishimura 1998), and PyTorch's ways of drawing from it. */
const N = 624;
const M = 397;

/** Words in the state. */
export const WORDS = N;

/** All that a generator is. `left` numbers, the first of them at `next`, come before the next twist but one. */
export interface Snapshot {
  readonly seed: bigint;
  readonly words: Uint32Array;
  readonly next: number;
  readonly left: number;
  readonly spare: number | null;
}

export class Generator {
  private readonly state = new Uint32Array(N);
  private index = N;
  /** Nothing was drawn since it was seeded. */
  private fresh = true;
  /** Box and Muller make two normals at a time; the second waits here. */
  private spare: number | null = null;
  seed = 0n;

  constructor(seed: bigint) {
    this.manualSeed(seed);
  }

  /** Only the low 32 bits of the seed count, as in PyTorch. */
  manualSeed(seed: bigint): void {
    const { state } = this;
    this.seed = BigInt.asUintN(64, seed);
    this.spare = null;
    state[0] = Number(BigInt.asUintN(32, seed));
    for (let i = 1; i < N; i++) {
      const before = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = Math.imul(1812433253, before) + i;
    }
    this.index = N;
    this.fresh = true;
  }

  snapshot(): Snapshot {
    const { index, seed, spare, fresh } = this;
    return { seed, words: this.state.slice(), next: fresh ? 0 : index, left: N + 1 - index, spare };
  }

  restore({ seed, words, next, left, spare }: Snapshot): void {
    this.seed = seed;
    this.state.set(words);
    this.fresh = left === 1 && next === 0;
    this.index = N + 1 - left;
    this.spare = spare;
  }

  random32(): number {
    if (this.index === N) this.twist();
    let y = this.state[this.index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  random64(): bigint {
    const high = BigInt(this.random32());
    return (high << 32n) | BigInt(this.random32());
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < N; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
      state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.index = 0;
    this.fresh = false;
  }

  /** Uniform on [0, 1) with a float's 24 bits. */
  uniformFloat(): number {
    return (this.random32() & 0xffffff) / 2 ** 24;
  }

  /** Uniform on [0, 1) with a double's 53 bits. */
  uniformDouble(): number {
    const high = this.random32() & 0x1fffff;
    return (high * 2 ** 32 + this.random32()) / 2 ** 53;
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    if (this.spare !== null) {
      const value = this.spare;
      this.spare = null;
      return value;
    }
    const u1 = this.uniformDouble();
    const u2 = this.uniformDouble();
    const r = Math.sqrt(-2 * Math.log1p(-u2));
    const theta = 2 * Math.PI * u1;
    this.spare = r * Math.sin(theta);
    return r * Math.cos(theta);
  }

  /** An int in [0, range). */
  below(range: bigint): bigint {
    return range >= 2n ** 32n ? this.random64() % range : BigInt(this.random32()) % range;
  }
}
