import { declareOps, invokeKinds, noteMade, opNumber, type Tensor, tidy } from '../../engine/index.ts';
import type { Failures } from './bridge-failure.ts';
import type { Handles } from './bridge-handles.ts';
import type { Results } from './bridge-results.ts';

/**
 * Calls of ops. `site` is a stack number. The short entries are for what most lines of a program do:
 * one tensor; two tensors; a tensor and a Python number.
 */
export function callEntries(handles: Handles, results: Results, { guard }: Failures, at: (stack: number) => void) {
  const invoked = (
    op: number,
    kinds: string,
    flat: readonly unknown[],
    given: readonly Tensor[],
    givenHandles: readonly number[],
  ): number => {
    const mark = noteMade();
    try {
      return results.encode(invokeKinds(op, kinds, flat), given, givenHandles);
    } finally {
      tidy(mark);
    }
  };

  return {
    /** One name a line: the nth is number n from here on. */
    declareOps: (names: string) => declareOps(names.split('\n')),
    opNumber: guard((name: string) => opNumber(name)),

    unary: guard((op: number, site: number, a: number) => {
      at(site);
      const given = [handles.get(a)];
      return invoked(op, 't', given, given, [a]);
    }),

    pair: guard((op: number, site: number, a: number, b: number) => {
      at(site);
      const given = [handles.get(a), handles.get(b)];
      return invoked(op, 'tt', given, given, [a, b]);
    }),

    withNumber: guard((op: number, site: number, kinds: string, a: number, b: unknown) => {
      at(site);
      const self = handles.get(a);
      return invoked(op, kinds, [self, b], [self], [a]);
    }),

    /** Any call: `flat` holds handles where the kinds say `t`. */
    call: guard((op: number, site: number, kinds: string, ...flat: unknown[]) => {
      at(site);
      const given: Tensor[] = [];
      const givenHandles: number[] = [];
      resolve(kinds, flat, (handle) => {
        const tensor = handles.get(handle);
        given.push(tensor);
        givenHandles.push(handle);
        return tensor;
      });
      return invoked(op, kinds, flat, given, givenHandles);
    }),
    resultKinds: () => results.kinds(),
    take: () => results.take(),
  };
}

/** Puts tensors for handles, in place. */
function resolve(kinds: string, flat: unknown[], tensor: (handle: number) => Tensor): void {
  let next = 0;
  for (let i = 0; i < kinds.length; i++) {
    switch (kinds[i]) {
      case '=':
        i = kinds.indexOf(':', i);
        break;
      case 't':
        flat[next] = tensor(flat[next] as number);
        next++;
        break;
      case 'c':
        next += 2;
        break;
      case 'i':
      case 'f':
      case 'b':
      case 's':
      case 'd':
      case 'm':
      case 'g':
      case 'r':
      case 'o':
        next++;
        break;
      default: // Brackets, None, Ellipsis and the colon of a slice take nothing.
        break;
    }
  }
}
