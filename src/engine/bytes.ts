/** A tensor's elements as the bytes that PyTorch has for them in memory. Little-endian, as every machine that it runs on. */
import { bfloat16, bool, type Data, type DType, float16, realType } from './dtype.ts';
import type { NumberData } from './strided.ts';

const isHalf = (dtype: DType): boolean => realType(dtype) === float16 || dtype === bfloat16;

/** Memory of a dtype that holds what the bytes mean; `bytes` are whole elements. */
export function fromBytes(bytes: Uint8Array, dtype: DType): Data {
  const data = dtype.allocate(bytes.length / dtype.bytes);
  if (isHalf(dtype)) {
    const bits = new Uint16Array(bytes.slice().buffer);
    const widen = dtype === bfloat16 ? widenBfloat16 : widenHalf;
    for (let i = 0; i < bits.length; i++) (data as NumberData)[i] = widen(bits[i]!);
  } else if (dtype === bool) for (let i = 0; i < bytes.length; i++) (data as NumberData)[i] = bytes[i] === 0 ? 0 : 1;
  else new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(bytes);
  return data;
}

/** The bytes of memory of a dtype. */
export function toBytes(data: Data, dtype: DType): Uint8Array {
  if (!isHalf(dtype)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  const bits = new Uint16Array(data.length);
  const narrow = dtype === bfloat16 ? narrowBfloat16 : narrowHalf;
  for (let i = 0; i < bits.length; i++) bits[i] = narrow((data as NumberData)[i]!);
  return new Uint8Array(bits.buffer);
}

const scratch = new Float32Array(1);
const bits32 = new Uint32Array(scratch.buffer);

function widenBfloat16(bits: number): number {
  bits32[0] = bits << 16;
  return scratch[0]!;
}

function narrowBfloat16(value: number): number {
  scratch[0] = value;
  return bits32[0]! >>> 16;
}

/** IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
function widenHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Of a value that a binary16 holds exactly. */
function narrowHalf(value: number): number {
  scratch[0] = value;
  const whole = bits32[0]!;
  const sign = (whole >>> 16) & 0x8000;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return sign | 0x7e00;
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  return sign | ((((whole >>> 23) & 0xff) - 112) << 10) | ((whole >>> 13) & 0x3ff);
}
