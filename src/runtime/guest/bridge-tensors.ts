import * as engine from '../../engine/index.ts';
import { Complex, type DTypeName, dtypes, EngineError, type Scalar } from '../../engine/index.ts';
import { dataPointer } from './addresses.ts';
import type { Failures } from './bridge-failure.ts';
import type { Handles } from './bridge-handles.ts';

/** Where there is no tensor or no node. */
export const NONE = -2;

/** A Python `bytes`-like argument, as Pyodide hands it over. */
interface PyBytes {
  getBuffer(type?: string): { data: ArrayLike<number | bigint>; release(): void };
}

/** Making tensors from Python's numbers, and reading what tensors are and hold. */
export function tensorEntries(handles: Handles, { guard }: Failures, at: (stack: number) => void) {
  const make = (
    site: number,
    values: ArrayLike<number | bigint | boolean>,
    shape: string,
    dtype: string,
    requiresGrad: boolean,
  ): number => {
    at(site);
    const type = dtypes[dtype as DTypeName];
    const given = type.lanes === 1 ? values : paired(values as ArrayLike<number>);
    return handles.add(engine.tensorFromData(given, numbers(shape), type, requiresGrad));
  };

  return {
    /** From a few values, complex ones as re, im. `shape` is `2,3`. */
    make: guard((site: number, shape: string, dtype: string, requiresGrad: boolean, ...values: (number | bigint)[]) =>
      make(site, values, shape, dtype, requiresGrad),
    ),
    /** From many: a Python array of doubles or of 64-bit integers. */
    makeFrom: guard((site: number, shape: string, dtype: string, requiresGrad: boolean, bytes: PyBytes) => {
      const buffer = bytes.getBuffer();
      try {
        return make(site, buffer.data, shape, dtype, requiresGrad);
      } finally {
        buffer.release();
      }
    }),

    /** From the bytes of whole elements, as they lie in memory. */
    fromBytes: guard((site: number, dtype: string, requiresGrad: boolean, bytes: PyBytes) => {
      at(site);
      const buffer = bytes.getBuffer('u8');
      try {
        const type = dtypes[dtype as DTypeName];
        return handles.add(engine.tensorFromBytes(buffer.data as Uint8Array, type, requiresGrad));
      } finally {
        buffer.release();
      }
    }),
    /** The row-major elements' bytes. */
    bytes: guardedValue(guard, (a: number) => engine.bytesOf(handles.get(a))),

    shape: (a: number) => handles.get(a).shape.join(),
    strides: (a: number) => handles.get(a).strides.join(),
    offset: (a: number) => handles.get(a).offset,
    dtype: (a: number) => handles.get(a).dtype.name,
    version: guard((a: number) => {
      const { storage } = handles.get(a);
      if (storage.inference) throw new EngineError('RuntimeError', 'Inference tensors do not track version counter.');
      return storage.version;
    }),
    isInference: (a: number) => handles.get(a).storage.inference,
    isLeaf: guard((a: number) => (handles.get(a).isLeaf ? 1 : 0)),
    requiresGrad: guard((a: number) => (handles.get(a).requiresGrad ? 1 : 0)),
    retainsGrad: (a: number) => (handles.get(a).retainsGrad ? 1 : 0),
    outputIndex: guard((a: number) => (handles.get(a).gradFn === null ? 0 : handles.get(a).outputIndex)),
    isView: (a: number) => (handles.get(a).base === null ? 0 : 1),
    sameStorage: (a: number, b: number) => (handles.get(a).storage.memory === handles.get(b).storage.memory ? 1 : 0),
    wholeStorage: guard((a: number) => handles.addShared(engine.wholeStorage(handles.get(a)))),
    dataPtr: (a: number) => dataPointer(handles.get(a)),
    isInFormat: (a: number, format: string) => engine.isInFormat(handles.get(a).shape, handles.get(a).strides, format),
    repr: guard((a: number) => engine.repr(handles.get(a))),
    /** A number, bigint or boolean (of a complex tensor ask `elements`); undefined after a failure. */
    item: guardedValue(guard, (a: number) => crossing(engine.item(handles.get(a)))),
    /** All elements in row-major order, complex ones as re, im. */
    elements: guardedValue(guard, (a: number) => packElements(engine.elements(handles.get(a)))),

    setRequiresGrad: guard((site: number, a: number, value: boolean) => {
      at(site);
      engine.setRequiresGrad(handles.get(a), value);
      return 0;
    }),
    data: guard((site: number, a: number) => {
      at(site);
      return handles.add(engine.dataOf(handles.get(a)));
    }),
    setData: guard((site: number, a: number, b: number) => {
      at(site);
      engine.setData(handles.get(a), handles.get(b));
      return 0;
    }),
    detachInplace: guard((site: number, a: number) => {
      at(site);
      engine.detachInplace(handles.get(a));
      return 0;
    }),
    retainGrad: guard((a: number) => {
      engine.retainGrad(handles.get(a));
      return 0;
    }),
    /** `.grad`: `cached` is the handle that Python has for it from before. */
    grad: (a: number, cached: number) => {
      const { grad } = handles.get(a);
      if (grad === null) return NONE;
      return cached >= 0 && handles.get(cached) === grad ? cached : handles.add(grad);
    },
    setGrad: guard((site: number, a: number, b: number) => {
      at(site);
      engine.setGrad(handles.get(a), b === NONE ? null : handles.get(b));
      return 0;
    }),
  };
}

function paired(values: ArrayLike<number>): Complex[] {
  const out: Complex[] = [];
  for (let i = 0; i < values.length; i += 2) out.push(new Complex(values[i]!, values[i + 1]!));
  return out;
}

export const numbers = (list: string): number[] => (list === '' ? [] : list.split(',').map(Number));

/** Pyodide makes an int of a whole number, and would lose the sign of this one. */
export const crossing = <T>(value: T): T | '-0.0' => (Object.is(value, -0) ? '-0.0' : value);

/** Failures of entries that answer with values are told by undefined, which is None in Python. */
function guardedValue<A extends unknown[], R>(guard: Failures['guard'], entry: (...args: A) => R) {
  const cell = guard((...args: A) => [entry(...args)] as const);
  return (...args: A): R | undefined => {
    const result = cell(...args);
    return typeof result === 'number' ? undefined : result[0];
  };
}

/** Doubles or 64-bit integers, whose bytes Python reads at once. */
function packElements(values: readonly Scalar[]): Float64Array | BigInt64Array {
  if (values[0] instanceof Complex)
    return Float64Array.from((values as readonly Complex[]).flatMap((z) => [z.re, z.im]));
  return typeof values[0] === 'bigint'
    ? BigInt64Array.from(values as readonly bigint[])
    : Float64Array.from(values as readonly number[], Number);
}
