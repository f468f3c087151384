/** The few things that all views are made of. Text goes in as text, never as markup. */
import { type BaseType, type Selection, select } from 'd3';

export type Html = Selection<HTMLElement, unknown, null, undefined>;

/** Gets or makes the one child of this tag and class. */
export function child(parent: Html, tag: string, className: string): Html {
  const found = parent.selectChildren<HTMLElement, unknown>(`${tag}.${className.split(' ')[0]}`);
  return found.empty() ? parent.append<HTMLElement>(tag).attr('class', className) : select(found.node()!);
}

export function button(parent: Html, className: string, text: string, onClick: () => void): Html {
  const node = child(parent, 'button', className).attr('type', 'button').on('click', onClick);
  if (node.text() !== text) node.text(text);
  return node;
}

/** Shows or hides without taking the element out: screen readers keep their place. */
export function show<E extends BaseType>(selection: Selection<E, unknown, null, undefined>, visible: boolean): void {
  selection.attr('hidden', visible ? null : '');
}
