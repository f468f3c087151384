/** What two runs of a random program told, side by side. */
import { isDeepStrictEqual } from 'node:util';

type Element = number | string | boolean | readonly Element[];
type Numbers = readonly Element[] | null;

interface Described {
  readonly dtype: string;
  readonly values: Numbers;
  readonly grad: Numbers;
}

/** After one line: what it raised, the nodes that ran, and every tensor. */
export interface Told {
  readonly line: string;
  readonly error: string | null;
  readonly order: readonly (readonly [string, readonly Numbers[]])[];
  readonly tensors: Readonly<Record<string, Described>>;
}

/** The first thing in which two runs differ, in words; null when there is none. */
export function differing(actual: readonly Told[], expected: readonly Told[]): string | null {
  for (const [i, told] of expected.entries()) {
    const difference = inLine(actual[i]!, told);
    if (difference !== null) return `at ${told.line}\n${difference}`;
  }
  return null;
}

function inLine(actual: Told, expected: Told): string | null {
  if (actual.error !== expected.error) return said('error', actual.error, expected.error);
  const names = (told: Told) => told.order.map(([name]) => name);
  if (!isDeepStrictEqual(names(actual), names(expected))) return said('order', names(actual), names(expected));
  if (!near(actual.order, expected.order, 1e-5)) return said('gradients', actual.order, expected.order);
  for (const [name, tensor] of Object.entries(expected.tensors)) {
    const other = actual.tensors[name];
    if (other === undefined) return `${name} is missing`;
    const { values, grad, ...rest } = tensor;
    const { values: otherValues, grad: otherGrad, ...otherRest } = other;
    if (!isDeepStrictEqual(otherRest, rest)) return said(name, otherRest, rest);
    const tolerance = tensor.dtype === 'torch.float32' ? 1e-5 : 1e-9;
    if (!near(otherValues, values, tolerance)) return said(name, otherValues, values);
    if (!near(otherGrad, grad, tolerance)) return said(`${name}.grad`, otherGrad, grad);
  }
  return null;
}

const said = (what: string, actual: unknown, expected: unknown): string =>
  `${what}\n  Backpass ${JSON.stringify(actual)}\n  PyTorch  ${JSON.stringify(expected)}`;

/** Equal, but for a rounding relative to the largest element beside it. */
function near(actual: unknown, expected: unknown, tolerance: number, largest = 0): boolean {
  if (typeof actual === 'number' && typeof expected === 'number') {
    return Math.abs(actual - expected) <= tolerance * Math.max(Math.abs(expected), largest) + 1e-12;
  }
  if (!Array.isArray(actual) || !Array.isArray(expected)) return actual === expected;
  const magnitude = Math.max(0, ...expected.filter(Number.isFinite).map(Math.abs));
  return actual.length === expected.length && actual.every((one, i) => near(one, expected[i], tolerance, magnitude));
}
