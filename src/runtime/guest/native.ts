/**
 * Python's own functions made of ours. A call through Pyodide converts every argument and its answer, which costs more than a small
 * tensor's arithmetic; what is called for each operation of a program takes CPython's pointers instead. Objects are numbers (addresses)
 * here, and an answer is a new reference. Layouts are those of the CPython that Pyodide's pinned version holds.
 */

/** What is used of CPython's C API and of Emscripten. */
export interface CApi {
  /** Replaced when memory grows: to be read anew each time. */
  readonly HEAPU32: Uint32Array;
  readonly __Py_NoneStruct: number;
  readonly _PyFloat_Type: number;
  readonly _PyLong_Type: number;
  addFunction(call: (...args: number[]) => number, signature: string): number;
  stringToNewUTF8(text: string): number;
  _malloc(bytes: number): number;
  _Py_IncRef(object: number): void;
  _Py_DecRef(object: number): void;
  _PyDescr_NewMethod(type: number, definition: number): number;
  _PyEval_GetFrame(): number;
  _PyFloat_AsDouble(object: number): number;
  _PyErr_Clear(): void;
  _PyFrame_GetBack(frame: number): number;
  _PyFrame_GetCode(frame: number): number;
  _PyFrame_GetLasti(frame: number): number;
  _PyFrame_GetVar(frame: number, name: number): number;
  _PyLong_AsLong(object: number): number;
  _PyLong_FromLong(value: number): number;
  _PyObject_SetAttrString(object: number, name: number, value: number): number;
  _PyObject_Vectorcall(callable: number, args: number, count: number, names: number): number;
  _PyType_GenericAlloc(type: number, items: number): number;
}

/** A method written here. It gets `self`, the other arguments, and how many they are; 0 says that an exception is set. */
export type Method = (self: number, args: number, count: number) => number;

const METH_FASTCALL = 0x80;
/** In 32-bit words: an object's type; an int's size and sign; the definition in a member's descriptor, and the offset in that. */
const [OB_TYPE, LV_TAG, D_MEMBER, OFFSET] = [1, 2, 5, 2];

export type Native = ReturnType<typeof createNative>;

export function createNative(api: CApi) {
  const scratch = api._malloc(64);

  /** The word at an address, and the words after it. */
  const word = (address: number, index = 0): number => api.HEAPU32[(address >>> 2) + index]!;

  return {
    word,
    typeOf: (object: number): number => word(object, OB_TYPE),

    /** Where in an object a member of `__slots__` lies, in words. */
    memberAt: (descriptor: number): number => word(word(descriptor, D_MEMBER), OFFSET) >>> 2,

    setWord(address: number, index: number, value: number): void {
      api.HEAPU32[(address >>> 2) + index] = value;
    },

    /** An int of one digit, which is every handle, and most numbers in a program. */
    isSmallInt: (object: number): boolean =>
      word(object, OB_TYPE) === api._PyLong_Type && word(object, LV_TAG) >>> 3 <= 1,

    /** Sets `type.name` to a method. */
    addMethod(type: number, name: string, method: Method): void {
      const text = api.stringToNewUTF8(name);
      const definition = api._malloc(16);
      api.HEAPU32.set(
        [text, api.addFunction(method as (...args: number[]) => number, 'iiii'), METH_FASTCALL, 0],
        definition >>> 2,
      );
      const descriptor = api._PyDescr_NewMethod(type, definition);
      api._PyObject_SetAttrString(type, text, descriptor);
      api._Py_DecRef(descriptor);
    },

    /** A new reference to None. */
    none(): number {
      api._Py_IncRef(api.__Py_NoneStruct);
      return api.__Py_NoneStruct;
    },

    /** Calls a Python function with some objects. What it raised is left as it is. */
    call(callable: number, ...args: number[]): number {
      api.HEAPU32.set(args, scratch >>> 2);
      return api._PyObject_Vectorcall(callable, scratch, args.length, 0);
    },
  };
}
