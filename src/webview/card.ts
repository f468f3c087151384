/** A box as measured text: what stands where on it. No DOM. */
import type { BoxLine, GraphBox } from './graph.ts';
import type { Size } from './layout/index.ts';
import { type Font, textWidth, truncate, wrap } from './text.ts';

export interface CardText {
  /** Stable within the card, for in-place updates. */
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
  readonly font: Font;
  /** A style class: a role of a line, or part of the head. */
  readonly tone: string;
  readonly text: string;
  /** The untruncated text. */
  readonly full: string;
}
export interface CardRule {
  readonly key: string;
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
}
export interface Card extends Size {
  readonly texts: readonly CardText[];
  readonly rules: readonly CardRule[];
}

const PAD = 14;
const MAX_INNER = 440;
const MIN_INNER = 104;
const TITLE_MAX = 210;
const MONO_LINE = 16;
const LABEL_LINE = 15;
const BLOCK_GAP = 8;
const NOTE_WIDTH = 250;
/** For the mark that opens a group. */
const FOLD_ROOM = 26;

export function makeCard(box: GraphBox, least: Size = { width: 0, height: 0 }): Card {
  if (box.open === true) return headerCard(box);
  const inner = Math.max(innerWidth(box), least.width - 2 * PAD);
  const pen: Pen = { y: PAD, texts: [], rules: [], width: inner };
  drawHead(pen, box);
  for (const line of box.lines) drawLine(pen, line);
  return {
    width: inner + 2 * PAD,
    height: Math.max(pen.y + PAD - 2, least.height),
    texts: pen.texts,
    rules: pen.rules,
  };
}

const HEADER = { height: 26, left: 26, right: 12 };

/** The header of an open group: its name behind the mark that closes it. */
function headerCard(box: GraphBox): Card {
  const text = truncate(box.title, MAX_INNER, 'small');
  const part = { key: 'title', x: HEADER.left, y: 17, anchor: 'start', font: 'small', tone: 'group-name' } as const;
  return {
    width: HEADER.left + textWidth(text, 'small') + HEADER.right,
    height: HEADER.height,
    texts: [{ ...part, text, full: box.title }],
    rules: [],
  };
}

interface Pen {
  y: number;
  readonly width: number;
  readonly texts: CardText[];
  readonly rules: CardRule[];
}

function isSum(line: BoxLine): boolean {
  return line.role === 'before' || line.role === 'incoming' || line.role === 'after';
}

function innerWidth(box: GraphBox): number {
  const title = Math.min(TITLE_MAX, textWidth(box.title, 'title'));
  const detail = box.detail === '' ? 0 : 10 + textWidth(box.detail, 'small');
  const widths = box.lines.map(lineWidth);
  const mark = box.kind === 'group' ? FOLD_ROOM : 0;
  return Math.min(MAX_INNER, Math.max(MIN_INNER, title + detail + mark, textWidth(box.badge, 'label'), ...widths));
}

function lineWidth(line: BoxLine): number {
  if (line.role === 'error') return NOTE_WIDTH;
  const text = longest(line, 'mono');
  if (line.role === 'note') return textWidth(noteText(line), 'label');
  if (isSum(line)) return text + sumLabelWidth(line) + 12;
  return Math.max(text, textWidth(line.label, 'label'));
}

function longest(line: BoxLine, font: Font): number {
  return Math.max(...line.text.map((part) => textWidth(part, font)));
}

function noteText({ label, text }: BoxLine): string {
  return label === '' ? (text[0] ?? '') : `${label}: ${text[0] ?? ''}`;
}

function sumLabelWidth(line: BoxLine): number {
  return textWidth(line.label, 'mono');
}

function drawHead(pen: Pen, box: GraphBox): void {
  const title = truncate(box.title, box.detail === '' ? pen.width : Math.min(TITLE_MAX, pen.width), 'title');
  pen.y += 12;
  put(pen, { key: 'title', font: 'title', tone: 'title', text: title, full: box.title });
  const start = textWidth(title, 'title') + 10;
  const detail = truncate(box.detail, pen.width - start, 'small');
  if (box.detail !== '' && pen.width - start > 30) {
    put(pen, { key: 'detail', x: PAD + start, font: 'small', tone: 'detail', text: detail, full: box.detail });
  }
  pen.y += 17;
  put(pen, {
    key: 'badge',
    font: 'label',
    tone: 'badge',
    text: truncate(box.badge, pen.width, 'label'),
    full: box.badge,
  });
}

function drawLine(pen: Pen, line: BoxLine): void {
  const first = line.role === 'value' || line.role === 'before' ? 4 : 0;
  if (isSum(line)) drawSumLine(pen, line);
  else if (line.role === 'error') drawError(pen, line);
  else if (line.role === 'note') drawNote(pen, line);
  else drawStacked(pen, line, first);
}

function drawStacked(pen: Pen, line: BoxLine, extra: number): void {
  pen.y += BLOCK_GAP + extra + LABEL_LINE - 2;
  const label = truncate(line.label, pen.width, 'label');
  put(pen, {
    key: `${line.label}·label`,
    font: 'label',
    tone: `label ${line.role}-label`,
    text: label,
    full: line.label,
  });
  drawTexts(pen, line, 'start');
}

/** The label on the left, the numbers on the right, a rule above the result: an addition as one writes it. */
function drawSumLine(pen: Pen, line: BoxLine): void {
  pen.y += line.role === 'incoming' ? 3 : BLOCK_GAP;
  if (line.role === 'before') pen.y += 4;
  if (line.label.startsWith('=')) {
    pen.rules.push({ key: line.role, x1: PAD + sumLabelWidth(line), x2: PAD + pen.width, y: pen.y });
  }
  put(pen, {
    key: `${line.role}·label`,
    y: pen.y + MONO_LINE,
    font: 'mono',
    tone: line.role,
    text: line.label,
    full: line.label,
  });
  drawTexts(pen, line, 'end');
}

/** Numbers that take several lines keep their common left edge. */
function drawTexts(pen: Pen, line: BoxLine, side: 'start' | 'end'): void {
  const anchor = line.text.length > 1 ? 'start' : side;
  const left = side === 'start' ? PAD : PAD + Math.max(0, pen.width - longest(line, 'mono'));
  line.text.forEach((part, i) => {
    pen.y += MONO_LINE;
    const text = truncate(part, pen.width, 'mono');
    const x = anchor === 'start' ? left : PAD + pen.width;
    put(pen, { key: `${line.role}·${line.label}·${i}`, x, anchor, font: 'mono', tone: line.role, text, full: part });
  });
}

function drawNote(pen: Pen, line: BoxLine): void {
  pen.y += BLOCK_GAP + LABEL_LINE - 2;
  const text = noteText(line);
  put(pen, {
    key: `note·${line.label}`,
    font: 'label',
    tone: 'note',
    text: truncate(text, pen.width, 'label'),
    full: text,
  });
}

function drawError(pen: Pen, line: BoxLine): void {
  const full = line.text.join(' ');
  pen.y += BLOCK_GAP + LABEL_LINE;
  put(pen, { key: 'error·label', font: 'label', tone: 'error', text: `✕ ${line.label}`, full: line.label });
  wrap(full, pen.width, 'label', 4).forEach((text, i) => {
    pen.y += LABEL_LINE;
    put(pen, { key: `error·${i}`, font: 'label', tone: 'error', text, full });
  });
}

function put(pen: Pen, text: Partial<CardText> & Pick<CardText, 'key' | 'font' | 'tone' | 'text' | 'full'>): void {
  pen.texts.push({ x: PAD, y: pen.y, anchor: 'start', ...text });
}
