/** The program's generators. Number 0 is the default one. */
import { fromBytes } from './bytes.ts';
import { context, DEFAULT_SEED } from './context.ts';
import { uint8 } from './dtype.ts';
import { fromData } from './ops/pointwise.ts';
import { Generator } from './random.ts';
import { decodeState, encodeState } from './random-state.ts';
import { rowMajor } from './strided.ts';
import type { Tensor } from './tensor.ts';

/** `torch.Generator()`: its number. */
export const makeGenerator = (): number => context.generators.push(new Generator(DEFAULT_SEED)) - 1;

export function manualSeed(seed: bigint, generator = 0): void {
  context.generators[generator]!.manualSeed(seed);
}

export const initialSeed = (generator = 0): bigint => context.generators[generator]!.seed;

/** `get_state()`: a uint8 tensor of 5056 bytes. */
export function generatorState(generator = 0): Tensor {
  const bytes = encodeState(context.generators[generator]!);
  return fromData(fromBytes(bytes, uint8), [bytes.length], uint8);
}

/** `set_state(state)`; raises RuntimeError where the bytes are no state of a generator. */
export function setGeneratorState(state: Tensor, generator = 0): void {
  decodeState(context.generators[generator]!, rowMajor(state) as Uint8Array);
}
