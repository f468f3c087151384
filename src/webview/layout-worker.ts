/** Lays graphs out beside the page, which goes on. Stays warm: what it has laid out once it remembers. */
import { type LayoutCache, type LayoutInput, layoutGraph } from './layout/index.ts';
import { buffersOf, type PackedLayout, packLayout } from './layout/packed.ts';

export interface LayoutRequest {
  readonly serial: number;
  readonly inputs: readonly LayoutInput[];
}
export type LayoutAnswer =
  | { readonly serial: number; readonly packed: readonly PackedLayout[] }
  | { readonly serial: number; readonly failure: string };

const cache: LayoutCache = new Map();

self.onmessage = ({ data }: MessageEvent<LayoutRequest>): void => {
  const { serial, inputs } = data;
  try {
    const packed = inputs.map((input) => packLayout(layoutGraph(input, cache), input));
    const answer: LayoutAnswer = { serial, packed };
    self.postMessage(answer, { transfer: packed.flatMap(buffersOf) });
  } catch (error) {
    self.postMessage({ serial, failure: String(error) } satisfies LayoutAnswer);
  }
};
