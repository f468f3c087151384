/** The grid of an affine map, for `grid_sample` (Jaderberg et al., "Spatial transformer networks", 2015). */
import { quietly } from '../../context.ts';
import type { DType } from '../../dtype.ts';
import { declare, define } from '../../registry.ts';
import { numel, type Shape } from '../../shape.ts';
import type { NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { reshape, transpose, view } from '../movement.ts';
import { bmm } from '../products.ts';

const generator = declare('affine_grid_generator(Tensor theta, int[] size, bool align_corners) -> Tensor');

/** [N, places, dims + 1]: each place's coordinates from −1 to 1, the last dimension's first, and a 1. */
function homogeneous(size: Shape, alignCorners: boolean, dtype: DType): Tensor {
  const [batch, plane] = [size[0]!, size.slice(2)];
  const dims = plane.length;
  const places = numel(plane);
  const out = emptyTensor([batch, places, dims + 1], dtype);
  const data = out.storage.data as NumberData;
  const lines = plane.map((n) => Array.from({ length: n }, (_, i) => coordinate(i, n, alignCorners)));
  for (let row = 0; row < batch * places; row++) {
    let rest = row % places;
    for (let d = dims - 1; d >= 0; d--) {
      data[row * (dims + 1) + dims - 1 - d] = lines[d]![rest % plane[d]!]!;
      rest = Math.floor(rest / plane[d]!);
    }
    data[row * (dims + 1) + dims] = 1;
  }
  return out;
}

/** Centres of `n` elements between −1 and 1; with `alignCorners` the outer ones lie on −1 and 1. */
function coordinate(i: number, n: number, alignCorners: boolean): number {
  if (alignCorners) return n > 1 ? (2 * i) / (n - 1) - 1 : 0;
  return (2 * i + 1) / n - 1;
}

define(generator, {
  variants: { method: false, out: false },
  kernel: (theta, size, alignCorners) =>
    quietly(() => {
      const places = bmm(homogeneous(size, alignCorners, theta.dtype), transpose(theta, 1, 2));
      return view(places, [size[0]!, ...size.slice(2), size.length - 2]);
    }),
  gradients: {
    theta: {
      formula: '∂L/∂theta = (placesᵀ @ upstream)ᵀ',
      rule: (g, s) => {
        const places = homogeneous(s.size, s.align_corners, g.dtype);
        const upstream = reshape(g, [s.size[0]!, places.shape[1]!, s.size.length - 2]);
        return transpose(bmm(transpose(places, 1, 2), upstream), 1, 2);
      },
    },
  },
});
