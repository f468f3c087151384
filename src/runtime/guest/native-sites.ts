import type { CApi, Native } from './native.ts';

/** One place in a program, as far as its callers say which: the stack it stands for, or the places that call it. */
interface Place {
  /** -1 while the callers decide. */
  stack: number;
  readonly callers: Map<number, Place[]>;
}

/** Deeper than this a stack is not remembered. Fewer than the sites that a stack may have. */
const DEPTH = 24;

/** Finds the stack of the frame that runs (see `torch/_sites.py`), and remembers it by the code and position of each frame. */
export interface Stacks {
  current(): number;
  /** The code at which a walk ends: the main module's. */
  setMain(code: number): void;
  forget(): void;
}

/** `stackOf`: the Python function that answers for a frame for the first time. It keeps the code objects alive whose addresses are keys. */
export function createStacks(api: CApi, native: Native, stackOf: () => number): Stacks {
  let root = new Map<number, Place[]>();
  let main = 0;

  function find(frame: number): Place | null {
    let level = root;
    let at = frame;
    let place: Place | undefined;
    for (let depth = 0; depth < DEPTH && at !== 0; depth++) {
      const back = depth > 0;
      place = level.get(codeOf(at))?.[api._PyFrame_GetLasti(at) >> 1];
      const next = place === undefined || place.stack >= 0 ? 0 : api._PyFrame_GetBack(at);
      if (back) api._Py_DecRef(at);
      if (place === undefined) return null;
      if (place.stack >= 0) return place;
      level = place.callers;
      at = next;
    }
    if (at !== 0 && at !== frame) api._Py_DecRef(at);
    return null;
  }

  /** Of frames whose code is kept alive by others. */
  function codeOf(frame: number): number {
    const code = api._PyFrame_GetCode(frame);
    api._Py_DecRef(code);
    return code;
  }

  function ask(frame: number): number {
    const answer = native.call(stackOf(), frame);
    const stack = api._PyLong_AsLong(answer);
    api._Py_DecRef(answer);
    const path = pathOf(frame);
    if (path !== null) remember(path, stack);
    return stack;
  }

  /** Codes and positions from the frame outwards; null when they are too many. */
  function pathOf(frame: number): [code: number, position: number][] | null {
    const path: [number, number][] = [];
    api._Py_IncRef(frame);
    let at = frame;
    while (at !== 0) {
      path.push([codeOf(at), api._PyFrame_GetLasti(at) >> 1]);
      const next = path.at(-1)![0] === main || path.length > DEPTH ? 0 : api._PyFrame_GetBack(at);
      api._Py_DecRef(at);
      at = next;
    }
    return path.length > DEPTH ? null : path;
  }

  function remember(path: readonly [number, number][], stack: number): void {
    let level = root;
    path.forEach(([code, position], i) => {
      const places = level.get(code) ?? [];
      level.set(code, places);
      const place = places[position] ?? { stack: -1, callers: new Map() };
      places[position] = place;
      if (i === path.length - 1) place.stack = stack;
      level = place.callers;
    });
  }

  return {
    current() {
      const frame = api._PyEval_GetFrame();
      return frame === 0 ? 0 : (find(frame)?.stack ?? ask(frame));
    },
    setMain(code) {
      main = code;
    },
    forget() {
      root = new Map();
      main = 0;
    },
  };
}
