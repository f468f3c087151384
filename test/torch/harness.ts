/** Runs the same calls in the engine and in PyTorch. PyTorch is asked once, with all cases in one script. */
import { spawnSync } from 'node:child_process';
import * as engine from '../../src/engine/index.ts';
import { type Arg, ELLIPSIS, Slice, Tensor } from '../../src/engine/index.ts';

/** A leaf that a case is given. */
export interface Leaf {
  readonly leaf: true;
  readonly values: readonly (number | boolean)[];
  readonly shape: readonly number[];
  readonly dtype: engine.DTypeName;
  readonly grad: boolean;
}

/** An argument of a case; a float is written `fl(2)` where its value is whole. */
export type Given = Leaf | Arg | readonly Given[] | { readonly float: number };

export interface Case {
  readonly op: string;
  readonly args: readonly Given[];
  readonly kwargs: Readonly<Record<string, Given>>;
  /** Units in the last place that values may be off by. */
  readonly ulps: number;
}

export const fl = (float: number): Given => ({ float });

/** What a case gave: errors, or each output and the gradients of each leaf, of first and second order. */
export interface Outcome {
  readonly error?: string;
  readonly outputs?: readonly Value[];
  readonly grads?: readonly (Value | null)[];
  readonly second?: readonly (Value | null)[] | string;
}

export interface Value {
  readonly values: readonly (number | string | boolean)[];
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly repr: string;
  readonly gradFn: string | null;
}

const isLeaf = (given: Given): given is Leaf => typeof given === 'object' && given !== null && 'leaf' in given;
const isFloat = (given: Given): given is { float: number } =>
  typeof given === 'object' && given !== null && 'float' in given && typeof given.float === 'number';

/** Python's text of an argument. */
function python(given: Given): string {
  if (given === null) return 'None';
  if (given === ELLIPSIS) return '...';
  if (isLeaf(given)) {
    const values = given.values.map((value) =>
      typeof value === 'boolean' ? (value ? 'True' : 'False') : number(value),
    );
    return `leaf([${values.join()}], [${given.shape.join()}], torch.${given.dtype}, ${given.grad ? 'True' : 'False'})`;
  }
  if (isFloat(given)) return number(given.float, true);
  if (given instanceof Slice) {
    return `slice(${[given.start, given.stop, given.step].map((n) => n ?? 'None').join()})`;
  }
  if (Array.isArray(given)) return `(${(given as readonly Given[]).map((one) => `${python(one)}, `).join('')})`;
  if (typeof given === 'boolean') return given ? 'True' : 'False';
  if (typeof given === 'string') return JSON.stringify(given);
  if (typeof given === 'number') return number(given, true);
  if (typeof given === 'object' && 'name' in given) return `torch.${given.name}`;
  return String(given);
}

function number(value: number, float = false): string {
  if (!Number.isFinite(value)) return `float('${Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'}')`;
  if (Object.is(value, -0)) return '-0.0';
  return float && Number.isInteger(value) ? `${value}.0` : String(value);
}

function callText({ op, args, kwargs }: Case): string {
  const given = args.map(python);
  const method = op.startsWith('.');
  const name = op.startsWith('F.') ? `torch.nn.functional.${op.slice(2)}` : method ? `${given[0]}${op}` : `torch.${op}`;
  const rest = [
    ...given.slice(method ? 1 : 0),
    ...Object.entries(kwargs).map(([key, value]) => `${key}=${python(value)}`),
  ];
  return `${name}(${rest.join(', ')})`;
}

const PRELUDE = `
import json, sys, warnings, torch
warnings.filterwarnings('ignore')
leaves = []
def leaf(values, shape, dtype, grad):
    tensor = torch.tensor(values, dtype=dtype).reshape(shape).detach()
    tensor.requires_grad_(grad)
    if grad: leaves.append(tensor)
    return tensor
def plain(value):
    if isinstance(value, float) and (value != value or value in (float('inf'), float('-inf'))): return str(value)
    return value
def node(tensor):
    return None if tensor.grad_fn is None else tensor.grad_fn.name().rsplit('::', 1)[-1]
def show(tensor):
    if tensor is None: return None
    if not isinstance(tensor, torch.Tensor): return dict(values=[plain(tensor)], shape=[], dtype=type(tensor).__name__, repr=repr(tensor), gradFn=None)
    if tensor._is_zerotensor(): tensor = torch.zeros(tensor.shape, dtype=tensor.dtype)
    return dict(values=[plain(v) for v in tensor.detach().reshape(-1).tolist()], shape=list(tensor.shape), dtype=str(tensor.dtype)[6:], repr=repr(tensor), gradFn=node(tensor))
def weights(tensor, salt):
    return torch.tensor([((i * 7 + salt) % 11 - 5) / 4 for i in range(tensor.numel())], dtype=tensor.dtype).reshape(tensor.shape)
def run(call):
    leaves.clear()
    try:
        result = call()
        outputs = list(result) if isinstance(result, (tuple, list)) else [result]
        out = dict(outputs=[show(o) for o in outputs])
        roots = [o for o in outputs if isinstance(o, torch.Tensor) and o.requires_grad and o.grad_fn is not None]
        if roots and leaves:
            grads = torch.autograd.grad(roots, leaves, [weights(o, i) for i, o in enumerate(roots)], create_graph=True, allow_unused=True)
            out['grads'] = [show(None if g is None else g.detach()) for g in grads]
            twice = [g for g in grads if g is not None and g.requires_grad]
            if twice:
                second = torch.autograd.grad(twice, leaves, [weights(g, i + 3) for i, g in enumerate(twice)], allow_unused=True)
                out['second'] = [show(g) for g in second]
        return out
    except Exception as error:
        return dict(error=type(error).__name__ + ': ' + str(error))
`;

/** Answers of PyTorch, in the order of the cases. Fails where there is no PyTorch: these tests are never skipped. */
export function runPython(body: string): unknown {
  const executable = process.env['BACKPASS_TORCH_PYTHON'] ?? '/usr/bin/python3';
  const result = spawnSync(executable, ['-'], { input: body, maxBuffer: 2 ** 28, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${executable} with torch is needed for these tests: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

export function askPyTorch(cases: readonly Case[]): Outcome[] {
  const calls = cases.map((one) => `  run(lambda: ${callText(one)}),`).join('\n');
  return runPython(`${PRELUDE}\nprint(json.dumps([\n${calls}\n]))`) as Outcome[];
}

/** The same case in the engine. */
export function askEngine(one: Case): Outcome {
  const leaves: Tensor[] = [];
  const value = (given: Given): Exclude<Arg, undefined> => {
    if (isLeaf(given)) {
      const tensor = engine.tensorFromData(given.values, given.shape, engine.dtypes[given.dtype], given.grad);
      if (given.grad) leaves.push(tensor);
      return tensor;
    }
    if (isFloat(given)) return given.float;
    return Array.isArray(given) ? (given as readonly Given[]).map(value) : (given as Arg);
  };
  try {
    const kwargs: Record<string, Arg> = {};
    for (const [key, given] of Object.entries(one.kwargs)) kwargs[key] = value(given);
    const result = engine.invoke(one.op, one.args.map(value), kwargs);
    const outputs = Array.isArray(result) ? (result as unknown[]) : [result];
    return { outputs: outputs.map((output) => show(output)!), ...derivatives(outputs, leaves) };
  } catch (error) {
    if (!(error instanceof engine.EngineError)) throw error;
    return { error: `${error.type === 'LinAlgError' ? '_LinAlgError' : error.type}: ${error.message}` };
  }
}

function derivatives(outputs: readonly unknown[], leaves: readonly Tensor[]): Pick<Outcome, 'grads' | 'second'> {
  const roots = outputs.filter((output): output is Tensor => output instanceof Tensor && output.gradFn !== null);
  if (roots.length === 0 || leaves.length === 0) return {};
  const grads = engine.grad(roots, leaves, roots.map(weights), { createGraph: true, allowUnused: true });
  const shown = grads.map((grad) => show(grad === null ? null : (engine.invoke('.detach', [grad]) as Tensor)));
  const twice = grads.filter((grad): grad is Tensor => grad?.requiresGrad === true);
  if (twice.length === 0) return { grads: shown };
  const salted = twice.map((grad, i) => weights(grad, i + 3));
  return { grads: shown, second: engine.grad(twice, leaves, salted, { allowUnused: true }).map(show) };
}

function weights(tensor: Tensor, salt: number): Tensor {
  const values = Array.from({ length: tensor.numel }, (_, i) => (((i * 7 + salt) % 11) - 5) / 4);
  return engine.tensorFromData(values, tensor.shape, tensor.dtype);
}

/** A result in the form in which PyTorch's is fetched. */
export function show(result: unknown): Value | null {
  if (result === null) return null;
  if (!(result instanceof Tensor)) {
    const dtype = typeof result === 'boolean' ? 'bool' : typeof result === 'bigint' ? 'int' : 'float';
    return { values: [plain(result)], shape: [], dtype, repr: String(result), gradFn: null };
  }
  return {
    values: engine.elements(result).map(plain),
    shape: result.shape,
    dtype: result.dtype.name,
    repr: engine.repr(result),
    gradFn: result.gradFn?.name ?? null,
  };
}

function plain(value: unknown): number | string | boolean {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'number' || Number.isFinite(value)) return value as number | boolean;
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** What differs, in words; null where nothing does. */
export function difference(got: Outcome, wanted: Outcome, ulps: number): string | null {
  if (got.error !== undefined || wanted.error !== undefined) {
    return got.error === firstLines(wanted.error) ? null : `error\n  got    ${got.error}\n  wanted ${wanted.error}`;
  }
  const found: string[] = [];
  compareAll('output', got.outputs, wanted.outputs, ulps, found);
  compareAll('gradient', got.grads, wanted.grads, ulps, found);
  compareAll('second-order gradient', got.second as Value[], wanted.second as Value[], ulps * 2, found);
  return found.length === 0 ? null : found.join('\n');
}

/** What follows the message in some builds: where in C++ it was raised. */
const firstLines = (error: string | undefined): string | undefined =>
  error?.replace(/\nException raised from[\s\S]*/, '');

type Values = readonly (Value | null)[] | undefined;

function compareAll(what: string, got: Values, wanted: Values, ulps: number, found: string[]): void {
  if ((got?.length ?? 0) !== (wanted?.length ?? 0)) found.push(`${got?.length} ${what}s, wanted ${wanted?.length}`);
  wanted?.forEach((value, i) => {
    const reason = compare(got?.[i] ?? null, value, ulps);
    if (reason !== null) found.push(`${what} ${i}: ${reason}\n  got    ${text(got?.[i])}\n  wanted ${text(value)}`);
  });
}

const text = (value: Value | null | undefined): string =>
  value ? `${value.repr} ${value.dtype} ${value.gradFn}\n         ${value.values.join(' ')}` : 'None';

/** JSON does not tell -0 from 0, and PyTorch's own kernels do not agree on the sign of a zero gradient. */
const zeros = ({ gradFn, values }: Value): boolean => gradFn === null && values.includes(0);

function compare(got: Value | null, wanted: Value | null, ulps: number): string | null {
  if (got === null || wanted === null) return got === wanted ? null : 'one is None';
  if (got.dtype !== wanted.dtype) return 'dtype';
  if (got.shape.join() !== wanted.shape.join()) return 'shape';
  if (got.gradFn !== wanted.gradFn) return 'grad_fn';
  const unit = wanted.dtype === 'float64' ? 2 ** -52 : 2 ** -23;
  const near = (a: unknown, b: unknown): boolean =>
    Object.is(a, b) ||
    a === b ||
    (typeof a === 'number' &&
      typeof b === 'number' &&
      Math.abs(a - b) <= ulps * unit * Math.max(Math.abs(a), Math.abs(b), 2 ** -3));
  if (!wanted.values.every((value, i) => near(got.values[i], value))) return 'values';
  const same = wanted.values.every((value, i) => got.values[i] === value);
  return !same || zeros(wanted) || wanted.dtype === 'bool' || got.repr === wanted.repr || wanted.dtype === 'int'
    ? null
    : 'repr';
}
