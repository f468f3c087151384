/** Normals in bulk, as PyTorch's CPU draws them: by Box and Muller (1958), in blocks of 16. */
import { unit } from './distributions.ts';
import { type DType, float16, float32, rounding } from './dtype.ts';
import type { Generator } from './random.ts';
import { cosine, fused, logarithm, sine, splitAngle } from './single-math.ts';
import type { NumberData } from './strided.ts';

const BLOCK = 16;
const HALF = BLOCK / 2;

/** Fills contiguous memory of at least 16 elements. The last block overlaps the one before where the length is no multiple of 16. */
export function fillNormal(data: NumberData, dtype: DType, generator: Generator, mean: number, std: number): void {
  const draw = unit(generator, dtype);
  const transform = dtype === float32 ? singleTransform(mean, std) : blockTransform(dtype, mean, std);
  for (let i = 0; i < data.length; i++) data[i] = draw();
  let start = 0;
  for (; start + BLOCK <= data.length; start += BLOCK) transform(data, start);
  if (start === data.length) return;
  start = data.length - BLOCK;
  for (let i = start; i < data.length; i++) data[i] = draw();
  transform(data, start);
}

type Transform = (data: NumberData, start: number) => void;

/** Makes 16 uniforms into 16 normals: the i-th and the (i + 8)-th are a pair. */
function blockTransform(dtype: DType, mean: number, std: number): Transform {
  const round = rounding(dtype);
  const [shift, scale] = [round(mean), round(std)];
  // Half precision has no functions of its own in PyTorch: between what is stored, it reckons in single precision.
  const step = dtype === float16 ? Math.fround : round;
  return (data, start) => {
    for (let i = start; i < start + HALF; i++) {
      const u1 = round(1 - data[i]!);
      const u2 = data[i + HALF]!;
      const radius = round(Math.sqrt(step(-2 * step(Math.log(u1)))));
      const theta = round(2 * Math.PI * u2);
      data[i] = step(step(radius * step(Math.cos(theta))) * scale) + shift;
      data[i + HALF] = step(step(radius * step(Math.sin(theta))) * scale) + shift;
    }
  };
}

const TWO_PI = Math.fround(2 * Math.PI);

/** The same for single precision, with the functions of vector code. */
function singleTransform(mean: number, std: number): Transform {
  const { fround, sqrt } = Math;
  const [shift, scale] = [fround(mean), fround(std)];
  return (data, start) => {
    for (let i = start; i < start + HALF; i++) {
      const radius = fround(sqrt(fround(-2 * logarithm(fround(1 - data[i]!)))));
      const angle = splitAngle(fround(TWO_PI * data[i + HALF]!));
      data[i] = fused(fround(radius * cosine(angle)), scale, shift);
      data[i + HALF] = fused(fround(radius * sine(angle)), scale, shift);
    }
  };
}
