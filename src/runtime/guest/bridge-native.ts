import type { Handles } from './bridge-handles.ts';
import { SAME } from './bridge-results.ts';
import { type CApi, createNative } from './native.ts';
import { createNames } from './native-names.ts';
import { createStacks } from './native-sites.ts';

/** The short entries of `callEntries`. */
export interface ShortCalls {
  pair(op: number, site: number, a: number, b: number): number;
  withNumber(op: number, site: number, kinds: string, a: number, b: number): number;
}

/**
 * The operators of `Tensor`, and what is done when one is gone, as methods of CPython's own kind. Python objects are told by their
 * addresses (`id`), and stay alive because Python keeps them.
 */
export function nativeEntries(
  api: CApi,
  handles: Handles,
  calls: ShortCalls,
  bind: (number: number, handle: number) => void,
  isRecording: () => boolean,
) {
  const native = createNative(api);
  const tensors = new Set<number>();
  let tensorClass = 0;
  /** Where in a `TensorBase` its handle lies. */
  let slot = 0;
  let stackOf = 0;
  let finish = 0;
  const stacks = createStacks(api, native, () => stackOf);

  const names = createNames(api, native, handleOf, bind);

  const isTensor = (type: number): boolean => type === tensorClass || tensors.has(type);

  /** Where the program is, as far as anyone is told. */
  const site = (): number => (isRecording() ? stacks.current() : 0);

  /** Of a plain `Tensor`. */
  function handleOf(object: number): number {
    const handle = native.typeOf(object) === tensorClass ? native.word(object, slot) : 0;
    return handle === 0 ? -1 : api._PyLong_AsLong(handle);
  }

  function wrap(handle: number): number {
    const object = api._PyType_GenericAlloc(tensorClass, 0);
    if (object !== 0) native.setWord(object, slot, api._PyLong_FromLong(handle));
    return object;
  }

  /** The object for an entry's answer; 0 after a failure. */
  function answer(result: number, self: number, other: number): number {
    if (result >= 0) return wrap(result);
    if (result <= SAME && SAME - result === api._PyLong_AsLong(native.word(self, slot))) {
      api._Py_IncRef(self);
      return self;
    }
    const number = api._PyLong_FromLong(result);
    const object = native.call(finish, number, self, other);
    api._Py_DecRef(number);
    return object;
  }

  return {
    forget: () => {
      stacks.forget();
      names.forget();
    },
    entries: {
      /** `member`: the descriptor of the handle. `finish(number, self, other)` is asked for every other answer than a new tensor. */
      nativeTensor: (cls: number, member: number, stackOfFrame: number, finishCall: number) => {
        tensorClass = cls;
        slot = native.memberAt(member);
        stackOf = stackOfFrame;
        finish = finishCall;
      },
      /** Another class that is a tensor's, exactly. */
      nativeClass: (cls: number) => {
        tensors.add(cls);
      },
      nativeMain: (code: number) => stacks.setMain(code),
      /** `Tensor.__mul__` and the like. `general` is the same in Python, for everything but two tensors, or a tensor and a number. */
      nativeOperator: (name: string, op: number, general: number) =>
        native.addMethod(tensorClass, name, (self, args, count) => {
          const other = count === 1 ? native.word(args) : 0;
          const handle = native.word(self, slot);
          if (other === 0 || handle === 0) return callGeneral(general, self, args, count);
          const type = native.typeOf(other);
          let result: number;
          if (isTensor(type) && native.word(other, slot) !== 0) {
            const second = api._PyLong_AsLong(native.word(other, slot));
            result = calls.pair(op, site(), api._PyLong_AsLong(handle), second);
          } else if (type === api._PyFloat_Type) {
            const value = api._PyFloat_AsDouble(other);
            result = calls.withNumber(op, site(), 'tf', api._PyLong_AsLong(handle), value);
          } else if (native.isSmallInt(other)) {
            const value = api._PyLong_AsLong(other);
            result = calls.withNumber(op, site(), 'ti', api._PyLong_AsLong(handle), value);
          } else return native.call(general, self, other);
          return answer(result, self, other);
        }),
      /** `seen` of a class: a callback for `sys.monitoring`. `general` is the same in Python, for what is not known here. */
      nativeSeen: (cls: number, general: number) =>
        native.addMethod(cls, 'seen', (_self, args, count) => names.seen(args, count, general)),
      /** After a store, at an instruction of a code object, a name (a str) is bound: to a tensor, as far as is known. */
      nativeTarget: names.add,
      /** `TensorBase.__del__`: what was never given a handle has nothing to release. */
      nativeRelease: (cls: number) =>
        native.addMethod(cls, '__del__', (self) => {
          const handle = native.word(self, slot);
          if (handle !== 0) handles.release(api._PyLong_AsLong(handle));
          return native.none();
        }),
    },
  };

  function callGeneral(general: number, self: number, args: number, count: number): number {
    return native.call(general, self, ...Array.from({ length: Math.min(count, 8) }, (_, i) => native.word(args, i)));
  }
}
