/** The optimizers of a run, and what was done with them. */
import type { Call, Trace, TraceTensor } from '../../trace/model.ts';
import { tensorById } from '../../trace/queries.ts';
import { parseCall } from './calls.ts';
import type { Texts } from './texts.ts';

export interface Optimizer {
  readonly kind: string;
  readonly groups: readonly Call[];
  readonly params: readonly TraceTensor[];
  readonly steps: readonly Call[];
  readonly clears: readonly Call[];
}

/** A number may serve a second optimizer when the first one is gone: then both are taken as one. */
export function optimizersOf(trace: Trace): Optimizer[] {
  const objects = [...new Set(trace.calls.filter(({ name }) => name === 'optimizer').map(({ object }) => object))];
  return objects.map((object) => {
    const calls = trace.calls.filter((call) => call.object === object);
    const groups = calls.filter(({ name }) => name === 'optimizer');
    return {
      kind: groups[0]!.text.split(' ')[0]!,
      groups,
      params: groups.flatMap(({ tensors }) => tensors.flatMap((id) => tensorById(trace, id) ?? [])),
      steps: calls.filter(({ name }) => name === 'step'),
      clears: calls.filter(({ name }) => name === 'zero_grad'),
    };
  });
}

/** `optimizer` of `optimizer.step()`. */
export function receiverOf(texts: Texts, { source }: Call): string | null {
  const text = source === null ? null : texts.slice(source);
  const call = text === null ? null : parseCall(text);
  return call === null || call.receiver === '' ? null : call.receiver;
}

/** Passes in which a leaf got a gradient, also those of which the summary alone is left. */
export const passesReaching = (trace: Trace, leaf: number): number[] =>
  trace.passes
    .filter(({ whole, accumulations, summary }) =>
      whole
        ? accumulations.some(({ tensor }) => tensor === leaf)
        : (summary?.leaves.some(({ tensor }) => tensor === leaf) ?? false),
    )
    .map(({ index }) => index);
