/** The picture for Graphviz. */
import type { DrawnGraph, GraphBox } from '../graph.ts';

export function dotText({ boxes, edges }: DrawnGraph): string {
  const nodes = boxes.map((box) => `  ${quoted(box.key)} [label=${quoted(labelOf(box))}, shape=box, style=rounded];`);
  const lines = edges.map(({ source, target, label, text }) => {
    const said = [label, ...text].filter((part) => part !== '').join('\n');
    // Gradients flow from what was computed to what it was computed from.
    return `  ${quoted(target)} -> ${quoted(source)}${said === '' ? '' : ` [label=${quoted(said)}]`};`;
  });
  return `digraph backward {\n${[...nodes, ...lines].join('\n')}\n}\n`;
}

function labelOf({ title, detail, badge, lines }: GraphBox): string {
  const told = lines.map(({ label, text }) => `${label} ${text.join(' ')}`.trim());
  return [detail === '' ? title : `${title} = ${detail}`, badge, ...told].join('\n');
}

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
