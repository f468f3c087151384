import { Complex, type Result, Tensor } from '../../engine/index.ts';
import type { Handles } from './bridge-handles.ts';
import { crossing } from './bridge-tensors.ts';

/** The answer is not one tensor: Python asks `resultKinds()`, then takes the parts one by one. */
export const OTHER = -2;
/** At and below, of an answer as of a part: the tensor of the argument whose handle is `SAME - answer`, so that `x.add_(1) is x`. */
export const SAME = -3;

/** Turns what an op answers with into a number for Python. */
export interface Results {
  encode(result: Result, given: readonly Tensor[], givenHandles: readonly number[]): number;
  /** A letter per part: `t` tensor, `c` complex (two parts), `i` `f` `b` `s` `n`, `[` ... `]` around a list. */
  kinds(): string;
  take(): unknown;
}

export function createResults(handles: Handles): Results {
  let kinds = '';
  let parts: unknown[] = [];
  const number = (tensor: Tensor, given: readonly Tensor[], givenHandles: readonly number[]): number => {
    const same = given.indexOf(tensor);
    return same < 0 ? handles.add(tensor) : SAME - givenHandles[same]!;
  };
  const lay = (result: Result, given: readonly Tensor[], givenHandles: readonly number[]): void => {
    if (Array.isArray(result)) {
      kinds += '[';
      for (const part of result as readonly Result[]) lay(part, given, givenHandles);
      kinds += ']';
    } else {
      kinds += letter(result);
      if (result instanceof Complex) parts.push(result.re, result.im);
      else if (result !== null) parts.push(result instanceof Tensor ? number(result, given, givenHandles) : result);
    }
  };
  return {
    encode(result, given, givenHandles) {
      if (result instanceof Tensor) return number(result, given, givenHandles);
      kinds = '';
      parts = [];
      lay(result, given, givenHandles);
      parts.reverse();
      return OTHER;
    },
    kinds: () => kinds,
    take: () => crossing(parts.pop()),
  };
}

function letter(result: Result): string {
  if (result === null) return 'n';
  switch (typeof result) {
    case 'number':
      return 'f';
    case 'bigint':
      return 'i';
    case 'boolean':
      return 'b';
    case 'string':
      return 's';
    default:
      return result instanceof Complex ? 'c' : 't';
  }
}
