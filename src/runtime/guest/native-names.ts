import type { CApi, Native } from './native.ts';

/** A place where a name was just bound, and what it holds was a tensor before. */
interface Target {
  /** By which the recorder knows the name. */
  readonly number: number;
  /** The name as Python's str. */
  readonly name: number;
  /** Whether it held something else the last time: Python counts these. */
  missed: boolean;
}

/** What happens after a store, for names that hold tensors as they did before; see `_backpass/_names.py`. */
export interface Names {
  /** After a store the instruction at `offset` finds `name` bound. */
  add(code: number, offset: number, number: number, name: number): void;
  /** The callback of `sys.monitoring`: binds what it knows and leaves the rest to `general`. Answers with a new reference. */
  seen(args: number, count: number, general: number): number;
  forget(): void;
}

/** `handleOf`: the handle of a plain `Tensor`, or -1. */
export function createNames(
  api: CApi,
  native: Native,
  handleOf: (object: number) => number,
  bind: (number: number, handle: number) => void,
): Names {
  const codes = new Map<number, Target[]>();

  function bindAt(target: Target | undefined): boolean {
    if (target === undefined) return false;
    const value = target.missed ? 0 : api._PyFrame_GetVar(api._PyEval_GetFrame(), target.name);
    if (value === 0) api._PyErr_Clear();
    const handle = value === 0 ? -1 : handleOf(value);
    if (handle >= 0) bind(target.number, handle);
    if (value !== 0) api._Py_DecRef(value);
    target.missed = handle < 0 && !target.missed;
    return handle >= 0;
  }

  return {
    add(code, offset, number, name) {
      const targets = codes.get(code) ?? [];
      codes.set(code, targets);
      targets[offset >> 1] = { number, name, missed: false };
    },
    seen(args, count, general) {
      const [code, offset] = [native.word(args), native.word(args, 1)];
      const targets = count === 2 ? codes.get(code) : undefined;
      if (targets !== undefined && bindAt(targets[api._PyLong_AsLong(offset) >> 1])) return native.none();
      return native.call(general, code, offset);
    },
    forget: () => codes.clear(),
  };
}
