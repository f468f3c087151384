/** A value as text for elsewhere: Python, CSV, and its statistics. */
import { formatElement } from '../../trace/format.ts';
import type { Element, Value } from '../../trace/model.ts';
import { flatData, numelOf } from '../../trace/value.ts';
import { t } from '../l10n.ts';

/** `torch.tensor([[1., 2.]])`; null where the trace keeps no elements. */
export function pythonText(value: Value): string | null {
  const elements = flatData(value);
  if (elements === null) return null;
  const dtype = value.dtype.replace(/^torch\./, '');
  const nested = nestedText(
    elements.map((element) => pythonElement(element, dtype)),
    value.shape,
  );
  const plain = dtype === 'float32' || dtype === 'int64' || dtype === 'bool';
  return `torch.tensor(${nested}${plain ? '' : `, dtype=torch.${dtype}`})`;
}

/** A line per row of the last dim. */
export function csvText(value: Value): string | null {
  const elements = flatData(value);
  if (elements === null) return null;
  const columns = value.shape.at(-1) ?? 1;
  const texts = elements.map((element) => elementText(element, value.dtype));
  const lines: string[] = [];
  for (let at = 0; at < texts.length; at += columns) lines.push(texts.slice(at, at + columns).join(','));
  return lines.join('\n');
}

/** `min -1. · max 2. · mean 0.5000 ...`, the odd ones only where there are some. */
export function statsTexts({ shape, stats }: Value): string[] {
  const { min, max, mean, std, norm } = stats;
  const measures = [
    ['min', min],
    ['max', max],
    ['mean', mean],
    ['std', std],
    ['norm', norm],
  ] as const;
  const told = measures.map(([name, x]) => `${name} ${x === null ? '—' : formatElement(x, 'float32')}`);
  const count = numelOf(shape);
  if (stats.zeros > 0) told.push(t('{0}% zeros', Math.round((100 * stats.zeros) / count)));
  if (stats.nans > 0) told.push(`${stats.nans} NaN`);
  if (stats.infs > 0) told.push(`${stats.infs} inf`);
  return told;
}

function nestedText(texts: readonly string[], shape: readonly number[]): string {
  const [size, ...inner] = shape;
  if (size === undefined) return texts[0] ?? '';
  const step = texts.length / Math.max(1, size);
  return `[${Array.from({ length: size }, (_, i) => nestedText(texts.slice(i * step, (i + 1) * step), inner)).join(', ')}]`;
}

function pythonElement(element: Element, dtype: string): string {
  const text = elementText(element, dtype);
  if (/^-?(nan|inf)$/.test(text)) return `float('${text}')`;
  return dtype.includes('float') && /^-?\d+$/.test(text) ? `${text}.` : text;
}

function elementText(element: Element, dtype: string): string {
  if (typeof element === 'boolean') return element ? 'True' : 'False';
  return typeof element === 'number' ? shortest(element, dtype) : element;
}

/** The fewest digits that give the same float32. */
function shortest(x: number, dtype: string): string {
  if (!dtype.includes('float32') || Number.isInteger(x)) return String(x);
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(x.toPrecision(digits));
    if (Math.fround(text) === Math.fround(x)) return String(text);
  }
  return String(x);
}
