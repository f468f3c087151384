import type { OpDef } from './registry.ts';
import type { Param } from './schema.ts';

/** What every function that makes a tensor from sizes takes by keyword, as PyTorch lists it. */
const TAIL = 'torch.dtype dtype, torch.layout layout, torch.device device, bool pin_memory, bool requires_grad';

/** Functions that have a form with names for the dimensions, before the other one and after it. */
const NAMED_FIRST: ReadonlySet<string> = new Set(['zeros', 'ones', 'full', 'empty']);
const NAMED_RANDOM: ReadonlySet<string> = new Set(['rand', 'randn']);

/** Whether the op makes a tensor of nothing but numbers. */
export const isFactory = ({ schema, variants }: OpDef): boolean =>
  variants.method === false &&
  variants.namespace === 'torch' &&
  schema.params[0]?.type !== 'Tensor' &&
  hasDevice(schema.params);

const hasDevice = (params: readonly Param[]): boolean => params.some(({ type }) => type === 'Device');

/** How many forms PyTorch has of what is one op here. */
export function formsOf(op: OpDef): number {
  if (!isFactory(op)) return 1;
  const random = op.schema.params.some(({ type }) => type === 'Generator');
  return (random ? 2 : 1) * (NAMED_FIRST.has(op.publicName) || NAMED_RANDOM.has(op.publicName) ? 2 : 1);
}

/** The forms in the parser's notation. `positional`: the parameters before the star. */
export function factorySignatures(op: OpDef, positional: readonly string[]): string[] {
  const { publicName: name, schema } = op;
  const form = (...keywords: string[]): string => `(${[...positional, '*', ...keywords, TAIL].join(', ')})`;
  const plain = form('Tensor out');
  const [generator, names] = ['torch.Generator generator', 'tuple of names names'];
  if (NAMED_RANDOM.has(name)) return [form(generator, names), form(generator, 'Tensor out'), plain, form(names)];
  if (schema.params.some(({ type }) => type === 'Generator')) return [form(generator, 'Tensor out'), plain];
  const format = name === 'empty' ? ['torch.memory_format memory_format'] : [];
  if (!NAMED_FIRST.has(name)) return [plain];
  return [form(names, ...format).replace('tuple of SymInts', 'tuple of ints'), form(...format, 'Tensor out')];
}
