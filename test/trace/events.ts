/** Short ways to say events in tests. */
import type { RawValue, TraceEvent } from '../../src/trace/events.ts';
import { createFold, type FoldOptions } from '../../src/trace/fold.ts';
import type { Element, Source, Trace } from '../../src/trace/model.ts';

export const FILE = '/home/me/prog.py';

export const at = (line: number, column = 0, endColumn = column + 1): Source => ({
  file: FILE,
  line,
  column,
  endLine: line,
  endColumn,
});

export const raw = (data: Element[], shape: number[] = [data.length], dtype = 'float32'): RawValue => ({
  shape,
  dtype,
  data,
});

export const site = (id: number, source: Source): TraceEvent => ({ kind: 'site', id, source });

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { kind: K }>;

export const tensor = (id: number, data: Element[], rest: Partial<Of<'tensor'>> = {}): TraceEvent => ({
  kind: 'tensor',
  id,
  dtype: 'float32',
  requiresGrad: false,
  isLeaf: (rest.gradFn ?? null) === null,
  gradFn: null,
  origin: null,
  site: null,
  value: raw(data),
  ...rest,
});

export const node = (id: number, rest: Partial<Of<'node'>> = {}): TraceEvent => ({
  kind: 'node',
  id,
  name: 'MulBackward0',
  op: 'mul',
  inputs: [],
  inputNames: [],
  outputs: [],
  next: [],
  saved: [],
  formulas: [],
  module: null,
  moduleCall: null,
  stack: [],
  ...rest,
});

export const pass = (roots: number[], gradients: (RawValue | null)[], rest: Partial<Of<'pass'>> = {}): TraceEvent => ({
  kind: 'pass',
  pass: 'backward',
  roots,
  gradients,
  retainGraph: true,
  createGraph: false,
  site: null,
  ...rest,
});

export const step = (of: number, gradOutputs: (RawValue | null)[], gradInputs: (RawValue | null)[]): TraceEvent => ({
  kind: 'step',
  node: of,
  gradOutputs,
  gradInputs,
});

export const accumulate = (leaf: number, before: RawValue | null, incoming: RawValue, after: RawValue): TraceEvent => ({
  kind: 'accumulate',
  tensor: leaf,
  before,
  incoming,
  after,
});

export const passEnd = (error: string | null = null): TraceEvent => ({ kind: 'passEnd', error, ms: null });

export const bind = (name: string, of: number, where: number, scope = ''): TraceEvent => ({
  kind: 'bind',
  name,
  scope,
  site: where,
  tensor: of,
});

export function fold(events: readonly TraceEvent[], options?: FoldOptions): Trace {
  const folding = createFold(FILE, [FILE], options);
  for (const event of events) folding.push(event);
  return folding.trace();
}

/** x = [3]; y = x * x; two passes with gradients 1 and 0.5. What the engine would say of it. */
export function squareEvents(): TraceEvent[] {
  const passOf = (gradient: number, before: number | null): TraceEvent[] => {
    const sent = raw([3 * gradient]);
    const sum = raw([6 * gradient]);
    return [
      pass([1], [raw([gradient])], { site: 3 }),
      step(1, [raw([gradient])], [sent, sent]),
      accumulate(0, before === null ? null : raw([before]), sum, raw([(before ?? 0) + 6 * gradient])),
      step(0, [sum], []),
      passEnd(),
    ];
  };
  return [
    { kind: 'start', torch: '2.9.0', python: '3.14.2' },
    site(0, at(1, 0, 1)),
    site(1, at(1, 4, 20)),
    site(2, at(2, 4, 9)),
    site(3, at(3, 0, 12)),
    site(4, at(2, 0, 1)),
    tensor(0, [3], { requiresGrad: true, origin: { op: 'tensor', inputs: [] }, site: 1 }),
    bind('x', 0, 0),
    node(0, { name: 'AccumulateGrad', op: null, inputs: [0], stack: [2] }),
    tensor(1, [9], { requiresGrad: true, gradFn: 1, origin: { op: 'mul', inputs: [0, 0] }, site: 2 }),
    node(1, {
      inputs: [0, 0],
      inputNames: ['self', 'other'],
      outputs: [1],
      next: [
        { node: 0, index: 0 },
        { node: 0, index: 0 },
      ],
      saved: [{ name: 'self', tensor: 0, version: 0, text: null }],
      formulas: [{ input: 'self', formula: '∂L/∂self = upstream · other' }],
      stack: [2],
    }),
    bind('y', 1, 4),
    ...passOf(1, null),
    ...passOf(0.5, 6),
  ];
}
