import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { type OpInfo, opList } from '../../src/engine/index.ts';

const HEAD = `# What the embedded engine supports

Made from the op table; \`ACCEPT=1 npm run test:unit\` writes it again. Numbers, names, order and messages are those of PyTorch 1.13, and every
op below is compared with it by \`npm run test:torch\` or stands for a form of one that is. What is not here fails at its line, by name.

| op | how it can be said | schemas |
|---|---|---|
`;

it('OPS.md lists every op of the table, as it can be said', () => {
  const expected = HEAD + [...opList()].sort(byName).map(row).join('');
  if (process.env['ACCEPT']) writeFileSync('OPS.md', expected);
  assert.equal(readFileSync('OPS.md', 'utf8'), expected);
});

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
