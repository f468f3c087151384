/** Draws boxes from their cards; updates in place by key. */
import type { Selection } from 'd3';
import type { Card, CardRule, CardText } from '../card.ts';
import { describeBox } from '../describe.ts';
import { type DrawnGraph, isSelected } from '../graph.ts';
import type { Size } from '../layout/index.ts';
import type { SceneBox } from '../scene.ts';
import { textWidth, truncate } from '../text.ts';
import type { Tints } from '../tints.ts';

export interface NodeContext {
  readonly graph: DrawnGraph;
  readonly selection: string | null;
  readonly tints: Tints;
  /** The one node that Tab reaches. */
  readonly focus: string | null;
  readonly onActivate: (key: string) => void;
  readonly onFold: (key: string) => void;
  readonly onFocus: (key: string) => void;
}
type Layer = Selection<SVGGElement, unknown, null, undefined>;

export function renderNodes(layer: Layer, boxes: readonly SceneBox[], context: NodeContext): void {
  const nodes = layer
    .selectAll<SVGGElement, SceneBox>('g.node')
    .data(boxes, ({ box }) => box.key)
    .join((enter) => {
      const node = enter.append('g');
      node.append('rect').attr('class', 'frame').attr('role', 'button');
      node.append('rect').attr('class', 'focus-ring');
      // The frame's label says it all; what is drawn would say it twice.
      const drawn = node.append('g').attr('class', 'drawn').attr('aria-hidden', 'true');
      drawn.append('title');
      drawn.append('g').attr('class', 'rules');
      drawn.append('g').attr('class', 'texts');
      drawn.append('text').attr('class', 'far-title').attr('text-anchor', 'middle');
      drawn.append('circle').attr('class', 'breakpoint').attr('r', 6);
      addFoldMark(node.filter(({ box }) => box.kind === 'group'));
      return node;
    })
    .attr('class', (item) => nodeClass(item, context.selection))
    .attr('data-key', ({ box }) => box.key)
    .attr('transform', ({ at }) => `translate(${at.x},${at.y})`)
    .on('click', (event: MouseEvent, { box }) => {
      if (isFoldMark(event.target)) context.onFold(box.key);
      else context.onActivate(box.key);
    })
    .on('dblclick', (event: MouseEvent, { box }) => {
      if (box.kind === 'group' && !isFoldMark(event.target)) context.onFold(box.key);
    })
    .on('focusin', (_event, { box }) => context.onFocus(box.key));
  nodes.each(function ({ box }) {
    const tint = context.tints.of(box.key);
    this.classList.toggle('tinted', tint !== null);
    this.style.setProperty('--share', tint === null ? null : `${Math.round(tint.share * 1000) / 10}%`);
    this.style.setProperty('--tint-colour', tint === null ? null : `var(${tint.colour ?? '--tint'})`);
  });
  nodes.select('title').text(({ box }) => [box.title, box.detail].filter((part) => part !== '').join(' = '));
  frames(nodes, context);
  farTitles(nodes);
  foldMarks(nodes);
  nodes.each(function ({ card }) {
    const [rules, texts] = this.querySelectorAll<SVGGElement>('.rules, .texts');
    if (rules !== undefined) drawRules(rules, card);
    if (texts !== undefined) drawTexts(texts, card);
  });
}

type Nodes = Selection<SVGGElement, SceneBox, SVGGElement, unknown>;

/** What opens and closes a group under the pointer; the keyboard does it from the frame. */
function addFoldMark(groups: Selection<SVGGElement, SceneBox, SVGGElement, unknown>): void {
  const mark = groups.append('g').attr('class', 'fold').attr('aria-hidden', 'true');
  mark.append('rect').attr('width', 26).attr('height', 26).attr('rx', 5);
  mark.append('path').attr('d', 'M9.5 8.5 15 13 9.5 17.5');
}

function isFoldMark(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.fold') !== null;
}

function foldMarks(nodes: Nodes): void {
  nodes
    .select('.fold')
    .attr('transform', ({ box, at }) => (box.open === true ? null : `translate(${at.width - 32},8)`))
    .select('path')
    .attr('transform', ({ box }) => (box.open === true ? 'rotate(90 13 13)' : null));
}

function nodeClass({ box }: SceneBox, selection: string | null): string {
  const turn = box.turn === undefined ? '' : ` turn-${box.turn}`;
  const breaks = box.breaks === true ? ' breaks' : '';
  const mark = box.mark === undefined ? '' : ` mark-${box.mark}`;
  const state = `${box.state}${turn}${breaks}${mark}`;
  return `node ${box.kind}${box.open === true ? ' open' : ''} ${state}${isSelected(box, selection) ? ' selected' : ''}`;
}

function frames(nodes: Selection<SVGGElement, SceneBox, SVGGElement, unknown>, context: NodeContext): void {
  const radius = ({ box }: SceneBox): number => (box.kind === 'seed' ? 16 : 8);
  nodes
    .select('.frame')
    .attr('tabindex', ({ box }) => (box.key === context.focus ? 0 : -1))
    .attr('aria-pressed', ({ box }) => String(isSelected(box, context.selection)))
    .attr('aria-label', ({ box }) => describeBox(box, context.graph))
    .attr('aria-expanded', ({ box }) => (box.kind === 'group' ? String(box.open === true) : null))
    .attr('width', ({ at }) => at.width)
    .attr('height', ({ at }) => at.height)
    .attr('rx', radius);
  nodes
    .select('.focus-ring')
    .attr('x', -4)
    .attr('y', -4)
    .attr('width', ({ at }) => at.width + 8)
    .attr('height', ({ at }) => at.height + 8)
    .attr('rx', (item) => radius(item) + 4);
}

/** From afar a box shows its name only, as large as it can. */
function farTitles(nodes: Selection<SVGGElement, SceneBox, SVGGElement, unknown>): void {
  nodes
    .select('.far-title')
    .attr('x', ({ at }) => at.width / 2)
    .attr('y', ({ at }) => at.height / 2)
    .attr('font-size', ({ box, at }) => farSize(box.title, at).toFixed(1))
    .text(({ box }) => truncate(box.title, FAR_WIDTH, 'title'));
}

const FAR_WIDTH = 160;
const FAR_LARGEST = 56;
function farSize(title: string, { width, height }: Size): number {
  const natural = Math.min(FAR_WIDTH, textWidth(title, 'title'));
  return Math.min(FAR_LARGEST, height * 0.5, (15 * (width - 20)) / Math.max(1, natural));
}

/** Plain DOM where a join per card would be thousands of selections. */
function drawRules(group: SVGGElement, card: Card): void {
  keyed<CardRule>(group, 'line', card.rules, (line, rule) => {
    for (const name of ['x1', 'x2'] as const) set(line, name, String(rule[name]));
    set(line, 'y1', String(rule.y));
    set(line, 'y2', String(rule.y));
  });
}

function drawTexts(group: SVGGElement, card: Card): void {
  keyed<CardText>(group, 'text', card.texts, (text, item) => {
    set(text, 'x', String(item.x));
    set(text, 'y', String(item.y));
    set(text, 'text-anchor', item.anchor);
    set(text, 'class', `${item.font} ${item.tone}`);
    if (item.text !== item.full) set(text, 'data-full', item.full);
    else text.removeAttribute('data-full');
    if (text.textContent !== item.text) text.textContent = item.text;
  });
}

function keyed<T extends { readonly key: string }>(
  group: SVGGElement,
  tag: string,
  items: readonly T[],
  update: (element: SVGElement, item: T) => void,
): void {
  const old = new Map([...group.children].map((element) => [element.getAttribute('data-part'), element as SVGElement]));
  for (const item of items) {
    const element = old.get(item.key) ?? append(group, tag, item.key);
    old.delete(item.key);
    update(element, item);
  }
  for (const element of old.values()) element.remove();
}

function append(group: SVGGElement, tag: string, key: string): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag) as SVGElement;
  element.setAttribute('data-part', key);
  group.append(element);
  return element;
}

function set(element: SVGElement, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
