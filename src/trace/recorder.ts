import type { GraphNode, Observer, Tensor } from '../engine/index.ts';
import { type Announcer, createAnnouncer, nothingRuns, type Running, type Standing } from './announcer.ts';
import type { RawValue, TraceEvent } from './events.ts';
import type { Frame, Source } from './model.ts';
import { createMovements, type Movements } from './movements.ts';
import { createRetention, WHOLE, type Whole } from './retention.ts';
import { createSnapshots } from './snapshot.ts';
import type { SumFloats } from './stats.ts';

/** An exception that the program did not catch, as Python tells of it. */
export interface Uncaught {
  readonly type: string;
  readonly message: string;
  readonly frames: readonly Frame[];
  readonly traceback: string;
  readonly notes: readonly string[];
}

/** Watches the engine and, through the bridge, Python; everything it sees becomes an event at once. */
export interface Recorder {
  readonly observer: Observer;
  start(torch: string, python: string): void;
  /** Announces a range of the user's text under a number; every number is defined before it is used. */
  defineSite(id: number, source: Source): void;
  /** Where the program stands from now on. */
  setSite(id: number | null): void;
  /** The same with the callers, innermost first. The list is kept as it is: hand over one that does not change. */
  setStack(ids: readonly number[]): void;
  /** A call that is no operation (see `Call`). */
  call(name: string, object: number, tensors: readonly Tensor[], text: string): void;
  bind(name: string, scope: string, site: number, tensor: Tensor): void;
  output(stream: 'stdout' | 'stderr', text: string): void;
  error(error: Uncaught): void;
  /** The program has ended. */
  end(): void;
}

type Emit = (event: TraceEvent) => void;
type Snapshot = (tensor: Tensor) => RawValue;

/** How the last pass ended, for the error that Python will tell of. */
interface Failure {
  error: string | null;
  node: number | null;
}

export interface RecorderOptions {
  /** The engine's, which is fast; without it the same is summed here. */
  readonly sumFloats?: SumFloats;
  /** Milliseconds, from anywhere. */
  readonly now?: () => number;
  /** Asked for each node. */
  readonly running?: () => Running;
  /** Which passes are kept whole. */
  readonly whole?: Whole;
}

export function createRecorder(
  emit: Emit,
  { sumFloats, now, running = nothingRuns, whole = WHOLE }: RecorderOptions = {},
): Recorder {
  const standing: Standing = { site: null, stack: [], running };
  const snapshot = createSnapshots(sumFloats ?? null);
  const announcer = createAnnouncer(emit, snapshot, standing);
  const movements = createMovements(emit);
  const failure: Failure = { error: null, node: null };
  const observer = {
    ...observeTensors(emit, snapshot, announcer, standing),
    ...observePasses(emit, snapshot, announcer, standing, failure, { now: now ?? null, whole, movements }),
  };
  return {
    observer,
    start: (torch, python) => emit({ kind: 'start', torch, python }),
    defineSite: (id, source) => emit({ kind: 'site', id, source }),
    setSite(id) {
      if (id === standing.site && standing.stack.length <= 1) return;
      standing.site = id;
      standing.stack = id === null ? [] : [id];
    },
    setStack(ids) {
      standing.site = ids[0] ?? null;
      standing.stack = ids as number[];
    },
    call(name, object, tensors, text) {
      tensors.forEach(announcer.ensure);
      emit({ kind: 'call', name, object, tensors: tensors.map(({ id }) => id), text, site: standing.site });
    },
    bind(name, scope, site, tensor) {
      announcer.ensure(tensor);
      emit({ kind: 'bind', name, scope, site, tensor: tensor.id });
    },
    output: (stream, text) => emit({ kind: 'output', stream, text, site: standing.site }),
    error({ type, message, frames, traceback, notes }) {
      const node = failure.error === message ? failure.node : null;
      emit({ kind: 'error', type, message, frames: [...frames], node, traceback, notes: [...notes] });
    },
    end: movements.tell,
  };
}

type TensorMoments = Pick<Observer, 'tensor' | 'node' | 'write' | 'flags' | 'gradChanged'>;

function observeTensors(emit: Emit, snapshot: Snapshot, announcer: Announcer, standing: Standing): TensorMoments {
  /** Of memory that is seen under several tensors (views, `.detach()`, `.data`): the one that had it first. */
  const owners = new WeakMap<object, Tensor>();

  function update(tensor: Tensor, op: string): void {
    announcer.ensure(tensor);
    const { id, version, gradFn } = tensor;
    const made = gradFn === null ? null : gradFn.id;
    emit({ kind: 'update', tensor: id, op, version, gradFn: made, site: standing.site, value: snapshot(tensor) });
    const leaf = announcer.leafOf(tensor);
    if (leaf !== null) gradChanged(leaf);
  }

  function gradChanged(tensor: Tensor): void {
    announcer.ensure(tensor);
    const { id, grad } = tensor;
    if (grad !== null) announcer.isGradOf(grad, tensor);
    emit({ kind: 'grad', tensor: id, value: grad === null ? null : snapshot(grad), site: standing.site });
  }

  return {
    tensor(tensor, op, inputs) {
      announcer.tensor(tensor, op, inputs);
      for (const input of inputs) {
        const { memory } = input.storage;
        if (memory === tensor.storage.memory && !owners.has(memory)) owners.set(memory, input);
      }
    },
    node: announcer.node,
    /** A write through a view or an alias is one to the tensor that owns the memory, too. */
    write(tensor, op) {
      update(tensor, op);
      const owner = tensor.base ?? owners.get(tensor.storage.memory);
      if (owner !== undefined && owner !== tensor && owner.storage.memory === tensor.storage.memory) update(owner, op);
    },
    flags(tensor) {
      announcer.ensure(tensor);
      emit({
        kind: 'flags',
        tensor: tensor.id,
        requiresGrad: tensor.requiresGrad,
        isLeaf: tensor.isLeaf,
        site: standing.site,
      });
    },
    gradChanged,
  };
}

type PassMoments = Pick<Observer, 'passBegin' | 'step' | 'accumulate' | 'passEnd'>;

function observePasses(
  emit: Emit,
  snapshot: Snapshot,
  announcer: Announcer,
  standing: Standing,
  failure: Failure,
  { now, whole, movements }: { now: (() => number) | null; whole: Whole; movements: Movements },
): PassMoments {
  const optional = (tensor: Tensor | null): RawValue | null => (tensor === null ? null : snapshot(tensor));
  /** Until a pass runs its first node: the one that it would begin with. */
  let starting: GraphNode | null = null;
  const begun: number[] = [];
  const retention = createRetention(whole);
  let passes = 0;
  /** Whether a root or the `.grad` of a leaf was not finite. */
  let strange = false;

  const look = (value: RawValue): RawValue => {
    strange ||= isStrange(value);
    return value;
  };

  /** A pass in no other has ended. */
  function endStretch(): void {
    announcer.next();
    const old = retention.end(passes, strange);
    strange = false;
    if (old === null) return;
    announcer.forget(old);
    emit({ kind: 'forget', stretch: old });
  }

  return {
    passBegin({ kind: pass, roots, gradients, retainGraph, createGraph }) {
      if (begun.length === 0) movements.tell();
      roots.forEach(announcer.ensure);
      for (const root of roots) look(snapshot(root));
      passes++;
      starting = roots[0]?.gradFn ?? null;
      begun.push(now?.() ?? 0);
      emit({
        kind: 'pass',
        pass,
        roots: roots.map((root) => root.id),
        gradients: gradients.map(optional),
        retainGraph,
        createGraph,
        site: standing.site,
      });
    },
    step(node, gradOutputs, gradInputs) {
      starting = null;
      announcer.ensureNode(node);
      const outputs = gradOutputs.map(optional);
      emit({ kind: 'step', node: node.id, gradOutputs: outputs, gradInputs: gradInputs.map(optional) });
    },
    accumulate(leaf, before, incoming, after) {
      announcer.ensure(leaf);
      announcer.isGradOf(after, leaf);
      movements.note(leaf);
      const sum = { before: optional(before), incoming: snapshot(incoming), after: look(snapshot(after)) };
      emit({ kind: 'accumulate', tensor: leaf.id, ...sum });
    },
    passEnd(error, node) {
      const culprit = node ?? starting;
      if (error !== null && culprit !== null) announcer.ensureNode(culprit);
      failure.error = error;
      failure.node = culprit === null ? null : culprit.id;
      const began = begun.pop();
      emit({ kind: 'passEnd', error, ms: now === null || began === undefined ? null : now() - began });
      if (begun.length === 0) endStretch();
    },
  };
}

/** Elements that are no numbers to JSON are texts: among them what is not finite. */
const isStrange = ({ data, stats }: RawValue): boolean =>
  stats === undefined
    ? data!.some((element) => typeof element === 'string' && /nan|inf/.test(element))
    : stats.nans + stats.infs > 0;
