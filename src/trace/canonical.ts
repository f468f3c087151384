import { assertNever } from '../common/assert-never.ts';
import type { Element, Nested, Pass, Saved, Source, Trace, TraceNode, TraceTensor, Value } from './model.ts';

/**
 * A trace as text that is the same for the same run everywhere, and that a person can review: ids count from 0 in the order of
 * appearance, paths are base names, numbers have six significant digits, times are left out.
 */
export function canonicalText(trace: Trace): string {
  const names = createNames(trace);
  const lines = [
    `trace ${trace.version} of ${baseName(trace.file)} ${JSON.stringify(trace.argv.slice(1))}`,
    ...section(
      'tensors',
      trace.tensors.flatMap((tensor) => tensorLines(tensor, names)),
    ),
    ...section(
      'nodes',
      trace.nodes.flatMap((node) => nodeLines(node, names)),
    ),
    ...trace.passes.flatMap((pass) => passLines(pass, names)),
    ...section(
      'bindings',
      trace.bindings.map(({ name, scope, source, tensor }) => {
        const where = scope === '' ? '' : ` in ${scope}`;
        return `${name}${where} = ${names.tensor(tensor)} ${place(source)}`;
      }),
    ),
    ...section('output', outputLines(trace)),
    ...errorLines(trace, names),
  ];
  return `${lines.join('\n')}\n`;
}

interface Names {
  tensor(id: number | null): string;
  node(id: number | null): string;
}

function createNames(trace: Trace): Names {
  const tensors = new Map(trace.tensors.map(({ id }, i) => [id, `t${i}`]));
  const nodes = new Map(trace.nodes.map(({ id }, i) => [id, `n${i}`]));
  return {
    tensor: (id) => (id === null ? '-' : (tensors.get(id) ?? `t?${id}`)),
    node: (id) => (id === null ? '-' : (nodes.get(id) ?? `n?${id}`)),
  };
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];

function tensorLines(tensor: TraceTensor, names: Names): string[] {
  const { id, origin } = tensor;
  const head = [names.tensor(id), tensor.names.join('|') || '-', `${tensor.dtype}[${tensor.shape.join(', ')}]`];
  if (tensor.isLeaf) head.push('leaf');
  if (tensor.requiresGrad) head.push('requires_grad');
  if (tensor.gradFn !== null) head.push(`grad_fn=${names.node(tensor.gradFn)}`);
  if (origin !== null) head.push(`${origin.op}(${origin.inputs.map(names.tensor).join(', ')})`);
  head.push(place(tensor.source), `= ${valueText(tensor.value)}`);
  const updates = tensor.updates.map(({ op, version, gradFn, source, value }) => {
    const history = gradFn === null ? '' : ` grad_fn=${names.node(gradFn)}`;
    return `  ${op} -> version ${version}${history} ${place(source)} = ${valueText(value)}`;
  });
  const grad = tensor.grad === null ? [] : [`  .grad = ${valueText(tensor.grad)}`];
  return [head.join(' '), ...updates, ...grad];
}

function nodeLines(node: TraceNode, names: Names): string[] {
  const inputs = node.inputs.map(names.tensor).join(', ');
  const edges = node.next.map((edge, i) => {
    const to = edge === null ? '-' : `${names.node(edge.node)}.${edge.index}`;
    return `${node.inputNames[i] ?? i} -> ${to}`;
  });
  const parts = [
    names.node(node.id),
    node.name,
    `${node.op ?? ''}(${inputs})`,
    `makes ${node.outputs.map(names.tensor).join(', ') || '-'}`,
  ];
  if (edges.length > 0) parts.push(`sends ${edges.join(', ')}`);
  if (node.saved.length > 0) parts.push(`saves ${node.saved.map((saved) => savedText(saved, names)).join(', ')}`);
  if (node.module !== null) parts.push(`in ${node.module}#${node.moduleCall}`);
  parts.push(node.stack.length > 0 ? node.stack.map(place).join(' < ') : place(null));
  return [parts.join(' '), ...node.formulas.map(({ formula }) => `  ${formula}`)];
}

const savedText = ({ name, tensor, version, text }: Saved, names: Names): string =>
  tensor === null ? `${name}=${text}` : `${name}=${names.tensor(tensor)}@${version}`;

function passLines(pass: Pass, names: Names): string[] {
  const flags = `${pass.retainGraph ? ' retain_graph' : ''}${pass.createGraph ? ' create_graph' : ''}`;
  const lines = pass.roots.map((root, i) => `${names.tensor(root)} <- ${valueText(pass.gradients[i] ?? null)}`);
  for (const step of pass.steps) {
    const sent = step.gradInputs.length === 0 ? '' : ` sends ${step.gradInputs.map(valueText).join(', ')}`;
    lines.push(`${names.node(step.node)} gets ${step.gradOutputs.map(valueText).join(', ')}${sent}`);
  }
  for (const { tensor, before, incoming, after } of pass.accumulations) {
    lines.push(`${names.tensor(tensor)}.grad: ${valueText(before)} + ${valueText(incoming)} = ${valueText(after)}`);
  }
  if (pass.error !== null) lines.push(`fails: ${oneLine(pass.error)}`);
  return section(`pass ${pass.index} ${pass.kind}${flags} ${place(pass.source)}`, lines);
}

/** Writes to one stream belong together, however they were cut. */
function outputLines(trace: Trace): string[] {
  const runs: { stream: string; text: string }[] = [];
  for (const { stream, text } of trace.output) {
    const last = runs.at(-1);
    if (last?.stream === stream) last.text += text;
    else runs.push({ stream, text });
  }
  const short = (text: string): string => text.replaceAll(trace.file, baseName(trace.file));
  return runs.flatMap(({ stream, text }) =>
    short(text)
      .split(/(?<=\n)/)
      .map((line) => `${stream} ${JSON.stringify(line)}`),
  );
}

function errorLines({ error }: Trace, names: Names): string[] {
  if (error === null) return [];
  const frames = error.frames.map(({ source, name }) => `in ${name} ${place(source)}`);
  return section(`error ${error.type}: ${oneLine(error.message)}`, [`at node ${names.node(error.node)}`, ...frames]);
}

const oneLine = (text: string): string => text.replaceAll('\n', '\\n');

function place(source: Source | null): string {
  if (source === null) return '@ ?';
  const { file, line, column, endLine, endColumn } = source;
  const end = endLine === line ? `${endColumn}` : `${endLine}:${endColumn}`;
  return `@ ${baseName(file)}:${line}:${column}-${end}`;
}

const baseName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

function valueText(value: Value | null): string {
  if (value === null) return 'None';
  if (value.data !== undefined) return nestedText(value.data);
  const { min, max, mean, std, nans, infs } = value.stats;
  const numbers = [min, max, mean, std].map((x) => (x === null ? '-' : numberText(x))).join(' ');
  const ends =
    value.preview === undefined ? '' : ` ${nestedText(value.preview.head)}..${nestedText(value.preview.tail)}`;
  return `[${value.shape.join(', ')}] (min max mean std ${numbers}, nan ${nans}, inf ${infs})${ends}`;
}

function nestedText(nested: Nested): string {
  if (typeof nested === 'object') return `[${nested.map(nestedText).join(', ')}]`;
  return elementText(nested);
}

function elementText(element: Element): string {
  if (typeof element === 'number') return numberText(element);
  if (typeof element === 'string') return element;
  if (typeof element === 'boolean') return element ? 'True' : 'False';
  return assertNever(element);
}

const numberText = (x: number): string => String(Number.isInteger(x) ? x : Number(x.toPrecision(6)));
