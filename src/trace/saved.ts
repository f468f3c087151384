import { pythonFloat } from '../common/number.ts';
import type { DType, GraphNode, SavedTensor, Slice, Tensor } from '../engine/index.ts';
import type { Saved } from './model.ts';

/** What a node keeps for backward, tensors first. `ensure` makes a tensor known to the trace. */
export function savedOf(node: GraphNode, ensure: (tensor: Tensor) => void): Saved[] {
  const saved = (node.saved ?? []).map((entry) => savedTensor(entry, ensure));
  const { op } = node;
  if (op === null) return saved;
  node.args.forEach((arg, position) => {
    const param = op.schema.params[position];
    if (param === undefined || op.inputs.includes(position)) return;
    const text = argText(arg, param.type.startsWith('float'));
    if (text !== null) saved.push({ name: param.name, tensor: null, version: null, text });
  });
  return saved;
}

/** What hooks have packed is theirs. A Python number that stood for a tensor is shown as the number. */
function savedTensor({ name, tensor, version }: SavedTensor, ensure: (tensor: Tensor) => void): Saved {
  if (tensor === null) return { name, tensor: null, version: null, text: 'packed by a hook' };
  if (tensor.isWrappedNumber) {
    const text = argText(wrappedNumber(tensor), tensor.dtype.category === 2) ?? '';
    return { name, tensor: null, version: null, text };
  }
  ensure(tensor);
  return { name, tensor: tensor.id, version, text: null };
}

function wrappedNumber(tensor: Tensor): number | bigint | boolean {
  const raw = tensor.storage.data[tensor.offset]!;
  return tensor.dtype.name === 'bool' ? raw !== 0 : raw;
}

/** As Python would print it; null for what is not worth a line (None) and for tensors. */
function argText(arg: unknown, float: boolean): string | null {
  switch (typeof arg) {
    case 'number':
      return float ? pythonFloat(arg) : String(arg);
    case 'bigint':
      return String(arg);
    case 'boolean':
      return arg ? 'True' : 'False';
    case 'string':
      return `'${arg}'`;
    case 'object':
      return objectText(arg, float);
    default:
      return null;
  }
}

function objectText(arg: object | null, float: boolean): string | null {
  if (arg === null || 'storage' in arg) return null;
  if (Array.isArray(arg)) return `[${arg.map((item) => argText(item, float) ?? 'None').join(', ')}]`;
  if ('scalar' in arg) return `torch.${(arg as DType).name}`;
  if (!('start' in arg)) return null;
  const { start, stop, step } = arg as Slice;
  return `slice(${[start, stop, step].map((part) => part ?? 'None').join(', ')})`;
}
