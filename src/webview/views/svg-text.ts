/** The graph as it is drawn, as an SVG that stands alone: what the style sheet says is written on each element. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'display',
] as const;
const MARGIN = 24;

export function svgText(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const copies = [...copy.querySelectorAll('*')];
  for (const [i, element] of [...svg.querySelectorAll('*')].entries()) inscribe(element, copies[i]!);
  copy.querySelector('.viewport')?.removeAttribute('transform');
  const { x, y, width, height } = (svg.querySelector('.viewport') as SVGGElement).getBBox();
  const room = [x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN].map(Math.round);
  copy.setAttribute('viewBox', room.join(' '));
  copy.setAttribute('width', String(room[2]));
  copy.setAttribute('height', String(room[3]));
  const back = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [i, name] of (['x', 'y', 'width', 'height'] as const).entries()) back.setAttribute(name, String(room[i]));
  back.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  copy.prepend(back);
  return new XMLSerializer().serializeToString(copy);
}

function inscribe(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of STYLES) to.setAttribute(name, style.getPropertyValue(name));
  for (const name of ['class', 'tabindex', 'role', 'aria-label', 'aria-pressed']) to.removeAttribute(name);
}
