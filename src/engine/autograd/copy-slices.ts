import { context } from '../context.ts';
import { asStrided, asStridedReplace } from '../ops/as-strided.ts';
import { clone } from '../ops/cast.ts';
import { conjPhysical } from '../ops/complex.ts';
import { contiguous } from '../ops/conversion.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { edgeOf } from './edges.ts';
import { GraphNode, metaOf } from './node.ts';

/** After an op wrote to a view: the base's history goes through `CopySlices`, the view reads from there. */
export function rebaseView(view: Tensor, inner: GraphNode, inputs: readonly (Tensor | null)[]): void {
  const base = view.base!;
  const { shape, strides } = view;
  const offset = view.offset - base.offset;
  const node = new GraphNode(
    'CopySlices',
    inner.op,
    (self, [grad]) => {
      if (grad === null || grad === undefined) return self.next.map(() => null);
      return copySlices(self, grad, { shape, strides, offset, conj: view.conj !== base.conj });
    },
    [edgeOf(base), ...inner.next.slice(1)],
  );
  node.inner = inner;
  node.inputNames = inner.inputNames;
  node.outputs = [metaOf(base)];
  base.node = node;
  base.outputIndex = 0;
  base.leafRequiresGrad = false;
  context.observer?.node(node, [base, ...inputs.slice(1)], [base]);
  view.viewVersion = -1;
  if (view.gradFn === null) throw new Error('a written view without history');
}

interface Geometry {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly conj: boolean;
}

/** The base's gradient, with the slice replaced by what the inner function makes of it. */
function copySlices(node: GraphNode, grad: Tensor, { shape, strides, offset, conj }: Geometry): (Tensor | null)[] {
  const inner = node.inner!;
  const whole = contiguous(grad);
  const turned = (tensor: Tensor): Tensor => (conj ? conjPhysical(tensor) : tensor);
  const slice = turned(clone(asStrided(whole, shape, strides, offset), 'contiguous_format'));
  const contributions = inner.backward(inner, [slice]);
  const part = turned(contributions[0] ?? emptyTensor(shape, grad.dtype));
  return [asStridedReplace(whole, part, shape, strides, offset), ...contributions.slice(1)];
}
