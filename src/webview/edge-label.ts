/** What stands beside an edge, measured and placed: the input that it leads to and the contribution. No DOM. */
import type { GraphEdge } from './graph.ts';
import type { Direction, PlacedEdge, Size } from './layout/index.ts';
import { type Font, textWidth, truncate } from './text.ts';

const MAX_WIDTH = 440;
const INSET = 6;
/** Of the first line below the top, and of each line of numbers below the one before. */
const BASE = 11;
const LINE = 16;
const BELOW = 4;

export interface LabelText {
  readonly text: string;
  readonly full: string;
  readonly font: Font;
  readonly tone: string;
  readonly anchor: 'start' | 'end';
  readonly x: number;
  readonly y: number;
}

/** Room for what an edge carries; null for one that carries nothing. */
export function edgeLabelSize(edge: GraphEdge): Size | null {
  if (edge.text.length === 0) return null;
  const width = Math.max(textWidth(edge.label, 'label'), ...edge.text.map((line) => textWidth(line, 'mono')));
  return { width: Math.min(width, MAX_WIDTH) + 2 * INSET, height: heightOf(edge) };
}

function heightOf(edge: GraphEdge): number {
  return BASE + LINE * edge.text.length + BELOW;
}

/** Text stands against its line: under or over one that runs sideways, beside one that runs down. */
export function edgeLabelTexts(edge: GraphEdge, label: PlacedEdge['label'], direction: Direction): LabelText[] {
  if (label === null || edge.text.length === 0) return [];
  const { x, y, width, height, line } = label;
  const top = direction === 'right' && line === 'end' ? y + Math.max(0, height - heightOf(edge)) : y;
  const end = direction === 'down' && line === 'end';
  const place = { anchor: end ? ('end' as const) : ('start' as const), x: end ? x + width - INSET : x + INSET };
  const make = (full: string, font: Font, tone: string, at: number): LabelText => {
    return { ...place, text: truncate(full, width - INSET, font), full, font, tone, y: top + BASE + LINE * at };
  };
  return [
    make(edge.label, 'label', 'via', 0),
    ...edge.text.map((text, i) => make(text, 'mono', 'contribution', i + 1)),
  ];
}
