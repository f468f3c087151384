// A library lays out the graph that it is given, once: its answer is boxes, lines and how long it took.
import { readFileSync } from 'node:fs';

const [library] = process.argv.slice(2);
const { nodes, edges } = JSON.parse(readFileSync(0, 'utf8'));
const order = new Map(nodes.map(({ id }, at) => [id, at]));

const LIBRARIES = {
  async dagre() {
    const dagre = (await import('@dagrejs/dagre')).default;
    const graph = new dagre.graphlib.Graph({ multigraph: true });
    graph.setGraph({ rankdir: 'TB' });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
    for (const [at, { source, target }] of edges.entries()) graph.setEdge(source, target, {}, String(at));
    const ms = await timed(() => dagre.layout(graph));
    const boxes = nodes.map(({ id }) => {
      const { x, y, width, height } = graph.node(id);
      return { x: x - width / 2, y: y - height / 2, width, height };
    });
    const lines = edges.map(({ source, target }, at) => graph.edge(source, target, String(at)).points);
    return { ms, boxes, lines, curved: false };
  },
  async elk() {
    const ELK = (await import('elkjs/lib/elk.bundled.js')).default;
    const elk = new ELK();
    const graph = {
      id: 'root',
      layoutOptions: { 'elk.algorithm': 'layered', 'elk.direction': 'DOWN' },
      children: nodes.map(({ id, width, height }) => ({ id, width, height })),
      edges: edges.map(({ source, target }, at) => ({ id: `e${at}`, sources: [source], targets: [target] })),
    };
    let laid;
    const ms = await timed(async () => {
      laid = await elk.layout(graph);
    });
    const lines = laid.edges.map(({ sections: [section] }) => [
      section.startPoint,
      ...(section.bendPoints ?? []),
      section.endPoint,
    ]);
    return { ms, boxes: laid.children, lines, curved: false };
  },
  async dot() {
    const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
    const graphviz = await Graphviz.load();
    const text = [
      'digraph { node [shape=box fixedsize=true label=""];',
      ...nodes.map(({ width, height }, at) => `${at} [width=${width / 72} height=${height / 72}];`),
      ...edges.map(
        ({ source, target }, at) => `${order.get(source)} -> ${order.get(target)} [id=e${at} arrowhead=none];`,
      ),
      '}',
    ];
    let laid;
    const ms = await timed(() => {
      laid = JSON.parse(graphviz.dot(text.join('\n'), 'json'));
    });
    const boxes = new Array(nodes.length);
    for (const { name, pos } of laid.objects) {
      const [x, y] = pos.split(',').map(Number);
      const { width, height } = nodes[Number(name)];
      boxes[Number(name)] = { x: x - width / 2, y: y - height / 2, width, height };
    }
    const lines = new Array(edges.length);
    for (const { id, pos } of laid.edges) lines[Number(id.slice(1))] = pos.split(' ').map(pointOf);
    return { ms, boxes, lines, curved: true };
  },
};

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function pointOf(text) {
  const [x, y] = text.split(',').map(Number);
  return { x, y };
}

process.stdout.write(JSON.stringify(await LIBRARIES[library]()));
