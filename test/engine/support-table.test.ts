import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { type OpInfo, opList } from '../../src/engine/index.ts';
import { type Fault, readFaults, readStatuses, type Statuses } from '../conformance/statuses.ts';

const HEAD = `# What the embedded engine supports

Made from the op table and from what the conformance suite found; \`ACCEPT=1 npm run test:unit\` writes it again. Numbers, names, order and
messages are those of PyTorch 1.13. What is not here fails at its line, by name.
`;
const TABLE = `
## The ops

| op | how it can be said | schemas |
|---|---|---|
`;

const LATER = `
## What PyTorch 2 does otherwise
The engine is beside PyTorch 1.13. A program that was written for a later version meets these differences:

| | here, as in 1.13 | in PyTorch 2 |
|---|---|---|
| \`zero_grad()\` of modules and optimizers | fills \`.grad\` with zeros | sets \`.grad\` to None (\`set_to_none=True\` is the default) |
| products of two dtypes | "expected scalar type Float but found Double" | "expected m1 and m2 to have the same dtype, but got: float != double" |
| products and many functions of float16 on the CPU | \`not implemented for 'Half'\` | computed |
| \`torch.symeig\` | deprecated, computed | removed: \`torch.linalg.eigh\` |
| \`torch.load(FILE)\` | unpickles anything | only tensors and the like (\`weights_only=True\` is the default) |
| \`torch.utils.checkpoint\` | reentrant unless told otherwise | asks for \`use_reentrant\` to be said |
| \`torch.compile\` | runs the function as it is, with a note | compiles it |
| \`torch.set_default_device\`, \`with torch.device(...)\` | not there | there |
`;

it('OPS.md lists every op of the table, as it can be said, and how it stands beside PyTorch', () => {
  const expected =
    HEAD +
    conformance(readStatuses()) +
    faults(readFaults()) +
    LATER +
    TABLE +
    [...opList()].sort(byName).map(row).join('');
  if (process.env['ACCEPT']) writeFileSync('OPS.md', expected);
  assert.equal(readFileSync('OPS.md', 'utf8'), expected);
});

function conformance({ autograd, others }: Statuses): string {
  const all = { ...autograd, ...others };
  const of = (table: Statuses['others'], state: string): string[] =>
    Object.keys(table).filter((name) => table[name]!.startsWith(state));
  const passing = (table: Statuses['others']): string => `${of(table, 'pass').length} of ${Object.keys(table).length}`;
  const section = (title: string, state: string): string => {
    const names = of(all, state).sort();
    const text = names.map((name) => `\`${name}\`${all[name]!.replace(/^\w+/, '')}`).join(', ');
    return names.length === 0 ? '' : `\n### ${title} (${names.length})\n${text}\n`;
  };
  return `
## Beside PyTorch's operator database
PyTorch tests its ops with samples of its own (\`op_db\`); \`npm run test:conformance\` calls both with them and compares values, dtypes, shapes,
\`grad_fn\`, views, gradients of both orders, in-place forms, \`out=\` and errors. **${passing(autograd)}** names with autograd pass in all, and
**${passing(others)}** others. Names are those of the database: \`nn.functional.elu\` is \`torch.nn.functional.elu\`.
${section('Pass', 'pass')}${section('Pass in part: checks that pass, of all', 'partial')}${section('Missing', 'missing')}`;
}

function faults(all: readonly Fault[]): string {
  const rows = all.map(({ names, reason }) => `- ${names.map((name) => `\`${name}\``).join(', ')}: ${reason}.\n`);
  return `
### Where PyTorch 1.13 is no judge
What the suite compares with instead, and only where PyTorch's numbers do differ from it (\`test/conformance/faults.json\`):

${rows.join('')}- \`pow\`, \`__rpow__\`, \`linalg.tensorsolve\`: in single precision the tolerances are those that the database itself has for the entry.
`;
}

const byName = (a: OpInfo, b: OpInfo): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function row(op: OpInfo): string {
  const ways = [
    ...(op.function ? [`\`${op.namespace === 'torch' ? 'torch' : `torch.${op.namespace}`}.${op.name}\``] : []),
    ...(op.method || op.attribute ? [`\`Tensor.${op.name}\``] : []),
    ...(op.inplace ? [`\`Tensor.${op.name}_\``] : []),
    ...op.operators.map((name) => `\`${name}\``),
  ];
  const schemas = op.schemas.map((schema) => `\`${schema}\``).join('<br>');
  return `| ${op.name} | ${ways.join(', ')} | ${schemas.replaceAll('|', '\\|')} |\n`;
}
