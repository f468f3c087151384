/** Makes elements of a formula. Only what the tree says; text is text. */
import type { MathNode } from '../explain/mathml.ts';

const NAMESPACE = 'http://www.w3.org/1998/Math/MathML';

/** A row breaks into lines where it is too long, which MathML itself does not. */
export function renderMath(parent: Element, tree: MathNode, label: string): void {
  if (parent.getAttribute('aria-label') === label && parent.getAttribute('data-drawn') === JSON.stringify(tree)) return;
  parent.setAttribute('data-drawn', JSON.stringify(tree));
  parent.setAttribute('role', 'math');
  parent.setAttribute('aria-label', label);
  parent.replaceChildren(...pieces(tree).map(mathOf));
  // What is too wide even so scrolls, by the keyboard too.
  if (parent.scrollWidth > parent.clientWidth) parent.setAttribute('tabindex', '0');
  else parent.removeAttribute('tabindex');
}

function mathOf(tree: MathNode): Element {
  const math = document.createElementNS(NAMESPACE, 'math');
  math.append(elementOf(tree));
  return math;
}

/** Parts that end with a sign between them; what stands in brackets is one. */
function pieces(tree: MathNode): MathNode[] {
  const rows: MathNode[][] = [[]];
  for (const part of flat(tree)) {
    rows.at(-1)?.push(part);
    if (part.tag === 'mo' && part.attributes === undefined) rows.push([]);
  }
  return rows.filter((parts) => parts.length > 0).map((parts) => ({ tag: 'mrow', children: parts }));
}

function flat(node: MathNode): MathNode[] {
  return node.tag === 'mrow' && node.attributes === undefined ? (node.children ?? []).flatMap(flat) : [node];
}

function elementOf({ tag, tone, text, attributes, children }: MathNode): Element {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  if (tone !== undefined) element.setAttribute('class', tone);
  if (text !== undefined) element.textContent = text;
  for (const inner of children ?? []) element.append(elementOf(inner));
  return element;
}
