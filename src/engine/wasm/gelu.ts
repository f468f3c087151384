/** The Gaussian error linear unit by its hyperbolic tangent, and its slope: each step rounded, as `ops/nn/gelu.ts` has them. */
import {
  addFloats,
  advance,
  type Code,
  constant,
  get,
  lazily,
  load,
  mulFloats,
  type NewLocal,
  type Routine,
  repeat,
  set,
  store,
  subFloats,
  vectorConst,
} from './assembler.ts';
import { hyperbolicTangent } from './functions.ts';

const ROOT_2_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** t = tanh(√(2/π) (x + 0.044715 x³)). */
function tangent(local: NewLocal): (t: number, x: number) => Code {
  const inner = local('v128');
  const tanh = hyperbolicTangent(local);
  return (t, x) => {
    const cube = mulFloats(mulFloats(get(x), get(x)), get(x));
    return [
      ...set(
        inner,
        mulFloats(vectorConst(ROOT_2_PI), addFloats(get(x), mulFloats(vectorConst(Math.fround(CUBIC)), cube))),
      ),
      ...tanh(t, inner),
    ];
  };
}

const half = (x: number): Code => mulFloats(vectorConst(0.5), get(x));

/** forward(groups of four, out, x). */
const forward: Routine = {
  i32s: 3,
  body: ([groups, out, from], local) => {
    const [x, t] = [local('v128'), local('v128')];
    const tanh = tangent(local);
    return repeat(local('i32'), get(groups!), [
      ...set(x, load(get(from!))),
      ...tanh(t, x),
      ...store(get(out!), 0, mulFloats(half(x), addFloats(vectorConst(1), get(t)))),
      ...[out!, from!].flatMap((pointer) => advance(pointer, constant(16))),
    ]);
  },
};

/** backward(groups of four, out, g, x). */
const backward: Routine = {
  i32s: 4,
  body: ([groups, out, g, from], local) => {
    const [x, t, slope] = [local('v128'), local('v128'), local('v128')];
    const tanh = tangent(local);
    const square = mulFloats(get(x), get(x));
    const bend = mulFloats(half(x), subFloats(vectorConst(1), mulFloats(get(t), get(t))));
    const left = mulFloats(vectorConst(0.5), addFloats(vectorConst(1), get(t)));
    return repeat(local('i32'), get(groups!), [
      ...set(x, load(get(from!))),
      ...tanh(t, x),
      ...set(
        slope,
        mulFloats(vectorConst(ROOT_2_PI), addFloats(vectorConst(1), mulFloats(vectorConst(3 * CUBIC), square))),
      ),
      ...store(get(out!), 0, mulFloats(load(get(g!)), addFloats(left, mulFloats(bend, get(slope))))),
      ...[out!, g!, from!].flatMap((pointer) => advance(pointer, constant(16))),
    ]);
  },
};

const routines = { forward, backward };
const kernels = lazily(() => routines);

/** Of so many floats; `out` is a block of its own. With `g`: the gradient by x. */
export function tanhGelu(count: number, out: number, x: number, g: number | null): void {
  const groups = Math.ceil(count / 4);
  if (g === null) kernels().forward(groups, out, x);
  else kernels().backward(groups, out, g, x);
}
