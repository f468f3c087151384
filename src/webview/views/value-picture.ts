/** Numbers as a picture: bars for a row, a heat map for a matrix. Drawn from zero: what lies below it has another colour. */
import type { Selection } from 'd3';
import { short } from '../explain/numbers.ts';
import type { Plane } from '../values/slices.ts';
import { child, type Html } from './elements.ts';

const WIDTH = 296;
const BARS = 44;
const CELL = 30;
const LEAST = 4;

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly tone: string;
  readonly strength: number;
  readonly said: string;
}

export function renderPicture(parent: Html, plane: Plane, label: string): void {
  const marks = plane.rows === 1 ? bars(plane) : cells(plane);
  const height = plane.rows === 1 ? BARS : plane.rows * cellSize(plane);
  const svg = child(parent, 'svg', 'picture') as unknown as Selection<SVGSVGElement, unknown, null, undefined>;
  svg
    .attr('viewBox', `0 0 ${WIDTH} ${height}`)
    .attr('width', WIDTH)
    .attr('height', height)
    .attr('role', 'img')
    .attr('aria-label', label);
  const rects = svg
    .selectAll<SVGRectElement, Mark>('rect')
    .data(marks)
    .join((enter) => {
      const rect = enter.append('rect');
      rect.append('title');
      return rect;
    })
    .attr('class', ({ tone }) => tone)
    .attr('fill-opacity', ({ strength }) => strength.toFixed(3));
  for (const name of ['x', 'y', 'width', 'height'] as const) rects.attr(name, (mark) => mark[name].toFixed(2));
  rects.select('title').text(({ said }) => said);
}

const largest = (numbers: readonly number[]): number =>
  Math.max(1e-300, ...numbers.filter(Number.isFinite).map(Math.abs));
const toneOf = (x: number): string => (Number.isFinite(x) ? (x < 0 ? 'below' : 'above') : 'odd');

function bars({ numbers }: Plane): Mark[] {
  const top = Math.max(0, ...numbers.filter(Number.isFinite));
  const bottom = Math.min(0, ...numbers.filter(Number.isFinite));
  const scale = (BARS - 2) / (top - bottom || 1);
  const width = Math.min(24, WIDTH / numbers.length);
  return numbers.map((x, i) => {
    const size = Number.isFinite(x) ? Math.max(1, Math.abs(x) * scale) : BARS;
    const y = Number.isFinite(x) ? 1 + (top - Math.max(0, x)) * scale : 0;
    return {
      x: i * width,
      y,
      width: width * 0.86,
      height: size,
      tone: toneOf(x),
      strength: 1,
      said: `[${i}] ${short(x)}`,
    };
  });
}

const cellSize = ({ columns }: Plane): number => Math.max(LEAST, Math.min(CELL, WIDTH / columns, 22));

function cells(plane: Plane): Mark[] {
  const { columns, numbers } = plane;
  const most = largest(numbers);
  const [width, height] = [Math.min(CELL, WIDTH / columns), cellSize(plane)];
  return numbers.map((x, i) => ({
    x: (i % columns) * width,
    y: Math.floor(i / columns) * height,
    width: Math.max(1, width - 1),
    height: Math.max(1, height - 1),
    tone: toneOf(x),
    strength: Number.isFinite(x) ? 0.06 + (0.94 * Math.abs(x)) / most : 1,
    said: `[${Math.floor(i / columns)}, ${i % columns}] ${short(x)}`,
  }));
}
