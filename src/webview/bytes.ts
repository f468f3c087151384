/** How much memory a tensor's elements take. */
import type { TraceTensor } from '../trace/model.ts';
import { numelOf } from '../trace/value.ts';

const BYTES: readonly (readonly [RegExp, number])[] = [
  [/complex128/, 16],
  [/complex64|64|double/, 8],
  [/complex32|32/, 4],
  [/16|half/, 2],
  [/8|bool/, 1],
];

export function bytesOf(tensor: Pick<TraceTensor, 'shape' | 'dtype'> | null): number {
  if (tensor === null) return 0;
  const size = BYTES.find(([pattern]) => pattern.test(tensor.dtype))?.[1] ?? 0;
  return numelOf(tensor.shape) * size;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [size, unit] = bytes < 1024 ** 2 ? [bytes / 1024, 'KiB'] : [bytes / 1024 ** 2, 'MiB'];
  return `${size.toFixed(size < 10 ? 1 : 0)} ${unit}`;
}
