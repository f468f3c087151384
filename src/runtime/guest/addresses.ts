import type { Tensor } from '../../engine/index.ts';

/** Memory in the engine has no address. A buffer that a program asks about is given one, apart from all others. */
const addresses = new WeakMap<ArrayBufferLike, number>();
const ALIGNMENT = 64;
let next = 2 ** 32;

/** `data_ptr()`: where the tensor's first element lies; 0 where it has none. */
export function dataPointer(tensor: Tensor): number {
  const { data } = tensor.storage;
  if (data.length === 0) return 0;
  const { buffer } = data;
  let address = addresses.get(buffer);
  if (address === undefined) {
    address = next;
    next += ALIGNMENT * (1 + Math.ceil(buffer.byteLength / ALIGNMENT));
    addresses.set(buffer, address);
  }
  return address + data.byteOffset + tensor.offset * tensor.dtype.bytes;
}
