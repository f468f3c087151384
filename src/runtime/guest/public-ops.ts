/** What Python's module `torch` is filled with. The build writes it into the Python that it compiles. */
import { hasOp, type Namespace, opList } from '../../engine/index.ts';

/** Where Python keeps it, its name there, the engine's name of it (`.mul_`: the method), and the names of the parts of its answer. */
export type PublicOp = readonly [space: string, name: string, engineName: string, returns: readonly string[]];

/** Where Python keeps an op, by its namespace. Methods are in `Tensor`, what is read without a call in `attribute`. */
const SPACES: Readonly<Record<Namespace, string>> = {
  torch: 'torch',
  'nn.functional': 'F',
  linalg: 'linalg',
  fft: 'fft',
  special: 'special',
  masked: 'masked',
  sparse: 'sparse',
};

/** Everything that a program can call. */
export function publicOps(): PublicOp[] {
  return opList().flatMap(({ name, namespace, returns, ...op }) => {
    const space = SPACES[namespace];
    const prefix = namespace === 'torch' ? '' : `${space}.`;
    const written = op.inplace ? [`${name}_`] : [];
    const methods = op.method ? [name, ...written] : written;
    const found = [
      ...[...(op.function ? [name] : []), ...written].flatMap((one) => publicOp(space, one, prefix + one)),
      ...methods.flatMap((one) => publicOp('Tensor', one, `.${one}`)),
      ...(op.attribute ? publicOp('attribute', name, `.${name}`) : []),
      ...op.operators.flatMap((one) => publicOp('Tensor', one, `.${one}`, one)),
    ];
    return found.map(([place, one, engineName]): PublicOp => [place, one, engineName, returns]);
  });
}

/** The first of the engine's names that it can be called by; none when there is no such variant (`F.relu_`). */
function publicOp(space: string, name: string, ...callable: string[]): [string, string, string][] {
  const found = callable.find(hasOp);
  return found === undefined ? [] : [[space, name, found]];
}
