/** What the page shows, as text: read off the drawn page, so that a golden of it is a picture without its pixels. */

/**
 * Every box with its lines, every edge between the boxes that its drawn line meets, banners, passes and the table. A text's colour is
 * told by the theme's role that it is of. Runs in the page: the tests know no DOM.
 */
export const CONTENT = `(() => {
  const ROLES = {
    error: '--vscode-errorForeground',
    upstream: '--vscode-backpass-upstreamGradient',
    grad: '--vscode-backpass-accumulatedGrad',
    value: '--vscode-backpass-value',
  };
  const probe = document.body.appendChild(document.createElement('i'));
  const roles = Object.entries(ROLES).map(([role, name]) => {
    probe.style.color = 'var(' + name + ')';
    return [getComputedStyle(probe).color, role];
  });
  probe.remove();
  const roleOf = (colour) => roles.find(([known]) => known === colour)?.[1] ?? 'text';
  const full = (text) => text.dataset.full ?? text.textContent;
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const seen = (element) => element.getClientRects().length > 0;
  const lines = (texts) => {
    const rows = new Map();
    for (const text of texts) {
      const y = Math.round(text.getAttribute('y'));
      rows.set(y, [...(rows.get(y) ?? []), text]);
    }
    const written = [...rows.entries()].sort(([a], [b]) => a - b).map(([, row]) => {
      const sorted = row.sort((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left);
      const parts = [...new Set(sorted.map((text) => roleOf(getComputedStyle(text).fill)))];
      return '    ' + parts.join('+').padEnd(10) + sorted.map(full).join('  ');
    });
    // A text that is wrapped into lines knows all of itself in each.
    return written.filter((line, at) => line !== written[at - 1]);
  };
  const nodes = all(document, '.node').filter(seen);
  const titleOf = (node) => full(node.querySelector('.title'));
  const far = ({ x, y }, { left, right, top, bottom }) =>
    Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
  const at = (path, length) => {
    const point = path.getPointAtLength(length).matrixTransform(path.getScreenCTM());
    const [nearest] = nodes
      .map((node) => [far(point, node.querySelector('.frame').getBoundingClientRect()), node])
      .sort(([a], [b]) => a - b);
    return nearest[0] < 12 ? titleOf(nearest[1]) : '?';
  };
  const said = [];
  for (const banner of all(document, '.banner').filter(seen)) said.push('! ' + banner.querySelector('.said').textContent);
  for (const node of nodes) {
    const state = [...node.classList].filter((name) => name !== 'node').join(' ');
    const frame = getComputedStyle(node.querySelector('.frame'));
    const dashed = frame.strokeDasharray === 'none' ? '' : ', dashed';
    said.push('[' + titleOf(node) + '] ' + state + ', outlined ' + roleOf(frame.stroke) + dashed);
    said.push(...lines(all(node, '.texts text')));
  }
  for (const edge of all(document, '.edge').filter(seen)) {
    const path = edge.querySelector('.line');
    const ends = [at(path, 0), at(path, path.getTotalLength())];
    const state = edge.classList[1] + ', ' + roleOf(getComputedStyle(path).stroke);
    said.push(ends.join(' -> ') + ' (' + state + ')');
    said.push(...lines(all(edge, '.label text')));
  }
  return said.map((line) => line.trimEnd()).join('\\n');
})()`;

/** The table twin: a row per line, its cells parted by bars. */
export const TABLE = `[...document.querySelectorAll('table.twin tr')]
  .map((row) => [...row.cells].map((cell) => cell.innerText.trim().replaceAll('\\n', ' / ')).join(' | '))
  .join('\\n')`;
