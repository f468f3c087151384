/** The page's side of the layout's worker. Where no worker may start, layouts are made here. */
import { type Layout, type LayoutCache, type LayoutInput, layoutGraph } from './layout/index.ts';
import { unpackLayout } from './layout/packed.ts';
import type { LayoutAnswer, LayoutRequest } from './layout-worker.ts';
import { text as code } from './layout-worker.ts?text';

export interface LayoutClient {
  /** Only the last request is answered: those before it are of pictures that nobody waits for any more. */
  readonly ask: (inputs: readonly LayoutInput[], done: (layouts: Layout[]) => void) => void;
  /** What was asked for is not wanted any more. */
  readonly drop: () => void;
}

export function startLayouts(onFailure: (why: string) => void): LayoutClient {
  const cache: LayoutCache = new Map();
  let serial = 0;
  let asked: { inputs: readonly LayoutInput[]; done: (layouts: Layout[]) => void } | null = null;
  const here = (): void => {
    const waiting = asked;
    asked = null;
    waiting?.done(waiting.inputs.map((input) => layoutGraph(input, cache)));
  };
  const receive = ({ data }: MessageEvent<LayoutAnswer>): void => {
    if (data.serial !== serial || asked === null) return;
    if ('failure' in data) {
      onFailure(`layout: ${data.failure}`);
      return;
    }
    const { inputs, done } = asked;
    asked = null;
    done(data.packed.map((packed, at) => unpackLayout(packed, inputs[at]!)));
  };
  let worker = startWorker(receive, () => {
    worker = null;
    onFailure('layout: the worker could not start');
    here();
  });
  return {
    ask: (inputs, done) => {
      serial += 1;
      asked = { inputs, done };
      if (worker === null) queueMicrotask(here);
      else worker.postMessage({ serial, inputs } satisfies LayoutRequest);
    },
    drop: () => {
      asked = null;
    },
  };
}

/** From the page's own text: the policy lets nothing else in. */
function startWorker(onMessage: (event: MessageEvent<LayoutAnswer>) => void, onError: () => void): Worker | null {
  try {
    const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    const worker = new Worker(address);
    worker.onmessage = onMessage;
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      onError();
    };
    return worker;
  } catch {
    return null;
  }
}
