/**
 * A generator's state as `torch.get_rng_state()` shows it: 5056 bytes, the struct `CPUGeneratorImplState` (ATen/CPUGeneratorImpl.cpp). In
 * it are the seed, how many numbers are left before the next twist, where the next one lies, the 624 words (each in 8 bytes), and the normal
 * that waits. The mt19937 of PyTorch counts down from 624 before it twists; freshly seeded there is "1 left, next at 0".
 */
import { runtimeError } from './errors.ts';
import { type Generator, WORDS } from './random.ts';

const SIZE = 5056;
const LEGACY_SIZE = 5048;
const LEFT = 8;
const SEEDED = 12;
const NEXT = 16;
const STATE = 24;
const NORMAL_Y = STATE + 8 * WORDS + 8;
const NORMAL_IS_VALID = NORMAL_Y + 16;

export function encodeState(generator: Generator): Uint8Array {
  const bytes = new Uint8Array(SIZE);
  const view = new DataView(bytes.buffer);
  const { seed, words, next, left, spare } = generator.snapshot();
  view.setBigUint64(0, seed, true);
  view.setInt32(LEFT, left, true);
  view.setInt32(SEEDED, 1, true);
  view.setBigUint64(NEXT, BigInt(next), true);
  words.forEach((word, i) => {
    view.setUint32(STATE + 8 * i, word, true);
  });
  view.setFloat64(NORMAL_Y, spare ?? 0, true);
  view.setInt32(NORMAL_IS_VALID, spare === null ? 0 : 1, true);
  return bytes;
}

/** Puts a generator into the state that the bytes describe. Raises where they are not such a state. */
export function decodeState(generator: Generator, bytes: Uint8Array): void {
  if (bytes.length !== SIZE && bytes.length !== LEGACY_SIZE) {
    throw runtimeError(
      `Expected either a CPUGeneratorImplStateLegacy of size ${LEGACY_SIZE} or a CPUGeneratorImplState of size ${SIZE} but found the input RNG state size to be ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const left = view.getInt32(LEFT, true);
  const next = Number(view.getBigUint64(NEXT, true));
  const valid = view.getInt32(SEEDED, true) === 1 && left > 0 && left <= WORDS && next <= WORDS;
  if (!valid) throw runtimeError('Invalid mt19937 state');
  generator.restore({
    seed: view.getBigUint64(0, true),
    words: Uint32Array.from({ length: WORDS }, (_, i) => view.getUint32(STATE + 8 * i, true)),
    next,
    left,
    spare: view.getInt32(NORMAL_IS_VALID, true) === 0 ? null : view.getFloat64(NORMAL_Y, true),
  });
}
