/** Small pictures for buttons, in the colour of the text. */
import { child, type Html } from './elements.ts';

const PATHS = {
  start: 'M3 3h1.6v10H3zM13 3v10L5.6 8z',
  previous: 'M12 3v10L4.5 8z',
  play: 'M4 2.5v11L13.5 8z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  next: 'M4 3v10l7.5-5z',
  end: 'M11.4 3H13v10h-1.6zM3 3v10l7.4-5z',
} as const;
export type Icon = keyof typeof PATHS;

export function iconButton(parent: Html, className: string, icon: Icon, label: string, onClick: () => void): Html {
  const node = child(parent, 'button', `${className} icon`)
    .attr('type', 'button')
    .attr('aria-label', label)
    .attr('title', label)
    .on('click', onClick);
  const drawn = node.select('path');
  if (!drawn.empty()) drawn.attr('d', PATHS[icon]);
  else drawIcon(node, icon);
  return node;
}

function drawIcon(node: Html, icon: Icon): void {
  const svg = node.append('svg').attr('viewBox', '0 0 16 16').attr('aria-hidden', 'true');
  svg.append('path').attr('d', PATHS[icon]);
}
