/** The CPU generator: mt19937, and PyTorch's ways of drawing from it (ATen/core/MT19937RNGEngine.h, DistributionTemplates.h). */
const N = 624;
const M = 397;

export class Generator {
  private readonly state = new Uint32Array(N);
  private index = N;
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
  }

  /** Uniform on [0, 1) with a float's 24 bits. */
  uniformFloat(): number {
    return (this.random32() & 0xffffff) / 2 ** 24;
  }

  /** Uniform on [0, 1) with a double's 53 bits. */
  uniformDouble(): number {
    return Number(BigInt.asUintN(53, this.random64())) / 2 ** 53;
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

/** Fills with standard normals: one by one below 16 elements, in blocks of 16 of uniforms otherwise (`normal_fill`). */
export function fillNormal(data: Float32Array | Float64Array, generator: Generator): void {
  if (data.length < 16) {
    for (let i = 0; i < data.length; i++) data[i] = generator.normal();
    return;
  }
  const single = data instanceof Float32Array;
  const draw = (): number => (single ? generator.uniformFloat() : generator.uniformDouble());
  for (let i = 0; i < data.length; i++) data[i] = draw();
  let start = 0;
  for (; start + 16 <= data.length; start += 16) pairUp(data, start, single);
  if (start === data.length) return;
  start = data.length - 16;
  for (let i = start; i < data.length; i++) data[i] = draw();
  pairUp(data, start, single);
}

/** Makes 16 uniforms into 16 normals: the i-th and the (i + 8)-th are a pair. */
function pairUp(data: Float32Array | Float64Array, start: number, single: boolean): void {
  const round = single ? Math.fround : (value: number) => value;
  for (let i = start; i < start + 8; i++) {
    const u1 = round(1 - data[i]!);
    const u2 = data[i + 8]!;
    const radius = round(Math.sqrt(round(-2 * round(Math.log(u1)))));
    const theta = round(round(2 * Math.PI) * u2);
    data[i] = radius * round(Math.cos(theta));
    data[i + 8] = radius * round(Math.sin(theta));
  }
}
