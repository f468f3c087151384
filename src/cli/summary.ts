/** `--summary`: what a run comes to, as tables on a terminal. */
import { formatElement, formatRoots, formatShape } from '../trace/format.ts';
import type { LeafSummary, Pass, Trace, TraceTensor } from '../trace/model.ts';
import { labelOfTensor, moduleNorms, totalNorm } from '../trace/queries.ts';

/** Rows of the table of passes; of more passes, that many are told, the first and the last among them. */
const ROWS = 200;

type Cells = readonly string[];

/** A table of the passes, one of the modules in the last of them, and one of the leaves that require a gradient. */
export function summaryText(trace: Trace): string {
  const { passes } = trace;
  if (passes.length === 0) return 'No backward pass ran.\n';
  const told = spread(passes, ROWS);
  const ratios = new Map(passes.flatMap(({ summary }) => (summary?.leaves ?? []).filter(isMoved).map(toRatio)));
  const rest = told.length < passes.length ? [`${told.length} of ${passes.length} passes are told here.`] : [];
  return [
    ...table(['pass', 'line', 'root', '|grad|', MOVED, 'ms'], told.map(passRow)),
    ...rest,
    '',
    ...moduleTable(trace),
    ...table(
      ['parameter', 'shape', '|grad|', 'min', 'max', 'zeros', 'nan', MOVED],
      trace.tensors.flatMap((tensor) => leafRow(tensor, ratios.get(tensor.id) ?? null)),
    ),
    '',
  ].join('\n');
}

/** How far a parameter was moved after a pass, by its own norm. */
const MOVED = '|Δw|/|w|';
const isMoved = ({ ratio }: LeafSummary): boolean => ratio !== null;
const toRatio = ({ tensor, ratio }: LeafSummary): [number, number | null] => [tensor, ratio];

/** Where there is more than one. */
function moduleTable(trace: Trace): string[] {
  const last = trace.passes.findLast(({ summary }) => summary !== null && summary.leaves.length > 0);
  const norms = last === undefined ? [] : moduleNorms(trace, last);
  if (norms.length < 2) return [];
  return [
    ...table(
      ['module', '|grad|'],
      norms.map(({ module, norm }) => [module, number(norm)]),
    ),
    '',
  ];
}

/** So many of the items, evenly. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}

function passRow({ index, source, summary, error }: Pass): Cells {
  const leaves = summary?.leaves ?? [];
  const norms = leaves.map(({ norm }) => norm);
  const moved = leaves.filter(isMoved).map(({ ratio }) => ratio as number);
  return [
    `${index + 1}${error === null ? '' : ' failed'}`,
    String(source?.line ?? '-'),
    formatRoots(summary?.roots ?? []).join(' ') || '-',
    norms.length === 0 ? '-' : number(totalNorm(norms)),
    moved.length === 0 ? '-' : number(moved.reduce((a, b) => Math.max(a, b))),
    summary?.ms == null ? '-' : summary.ms.toFixed(1),
  ];
}

function leafRow(tensor: TraceTensor, ratio: number | null): Cells[] {
  const { isLeaf, requiresGrad, shape, grad } = tensor;
  if (!isLeaf || !requiresGrad) return [];
  const name = [labelOfTensor(tensor), formatShape(shape)];
  if (grad === null) return [[...name, 'None', '-', '-', '-', '-', '-']];
  const { norm, min, max, zeros, nans } = grad.stats;
  return [[...name, number(norm), number(min), number(max), String(zeros), String(nans), number(ratio)]];
}

/** What is not finite has no place in statistics. */
const number = (x: number | null): string => (x === null ? '-' : formatElement(x, 'float32'));

/** Columns side by side: names to the left, numbers to the right. */
function table(head: Cells, rows: readonly Cells[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]!.length)));
  const line = (cells: Cells): string =>
    cells
      .map((cell, column) => (isText(head[column]!) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return all.map(line);
}

const isText = (title: string): boolean => title === 'parameter' || title === 'module' || title === 'shape';
