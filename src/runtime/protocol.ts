/**
 * What the host and a worker say to each other. Types and validators only; validated where it is received.
 *
 * One worker runs one program: it is given Python's code, warms up, says `ready`, takes one `run`, answers `done` (or `fatal`) and is then spent.
 */
import * as v from 'valibot';

export const PROTOCOL_VERSION = 1;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Host to worker, first: Python's machine code. Compiled once beside the first worker's start, and shared by all. */
export const PythonCode = v.object({ kind: v.literal('python'), module: v.instance(WebAssembly.Module) });

/** Host to worker, then. */
export const RunRequest = v.object({
  kind: v.literal('run'),
  version: v.literal(PROTOCOL_VERSION),
  /** Becomes `co_filename` and `__file__`: an absolute path, or an untitled document's name. */
  file: v.string(),
  source: v.string(),
  /** `sys.argv`, program name first. */
  argv: v.array(v.string()),
  /** Files under this folder can be imported and opened for reading. Null: none. */
  root: v.nullable(v.string()),
  /** Unsaved texts that stand for what is on disk, by absolute path. */
  overlays: v.record(v.string(), v.string()),
  /** Bytes on stdout and stderr together, after which the program is stopped. */
  outputLimit: count,
  /** Bytes that tensors may hold, after which an allocation raises. */
  tensorLimit: count,
  /** Passes after which the program is left, as by `sys.exit()`. Null: never. */
  passLimit: v.nullable(v.pipe(count, v.minValue(1))),
  /** Passes that are kept whole wherever they are: from one to another, from 1. */
  keep: v.array(v.tuple([count, count])),
  /** Whether events are recorded; without, only output and error. */
  record: v.boolean(),
});
export type RunRequest = v.InferOutput<typeof RunRequest>;

export const HostMessage = v.variant('kind', [PythonCode, RunRequest]);
export type HostMessage = v.InferOutput<typeof HostMessage>;

/** Worker to host. */
export const WorkerMessage = v.variant('kind', [
  v.object({ kind: v.literal('stage'), stage: v.picklist(['loading', 'python', 'restored']), ms: v.number() }),
  /** `interrupt`: write 2 into its first byte and Python raises KeyboardInterrupt. */
  v.object({
    kind: v.literal('ready'),
    version: v.literal(PROTOCOL_VERSION),
    interrupt: v.instance(SharedArrayBuffer),
    ms: v.number(),
    snapshot: v.boolean(),
  }),
  /** `TraceEvent`s as `trace/packing` packs them, the texts as a JSON array; the host unpacks and so validates them. */
  v.object({ kind: v.literal('events'), texts: v.string(), words: v.instance(Float64Array) }),
  v.object({
    kind: v.literal('done'),
    exitCode: v.pipe(v.number(), v.integer()),
    limit: v.nullable(v.picklist(['output', 'passes'])),
    files: v.array(v.string()),
  }),
  /** The interpreter died, or Backpass itself failed: never an ordinary exception of the program. */
  v.object({ kind: v.literal('fatal'), message: v.string(), ours: v.boolean() }),
]);
export type WorkerMessage = v.InferOutput<typeof WorkerMessage>;
