/** Traces of small programs, made by hand: a reverse sweep over flat arrays, enough for pictures. */
import type {
  Accumulation,
  Pass,
  Source,
  Stats,
  Step,
  Trace,
  TraceNode,
  TraceTensor,
  Value,
} from '../../src/trace/model.ts';

const FILE = '/programs/train.py';

export function source(line: number, column = 0, endColumn = 9): Source {
  return { file: FILE, line, column, endLine: line, endColumn };
}

export function value(shape: readonly number[], flat: readonly number[]): Value {
  const size = shape.reduce((product, part) => product * part, 1);
  const base = { shape: [...shape], dtype: 'float32', stats: stats(flat), ref: null };
  if (size > 64) return { ...base, preview: { head: flat.slice(0, 3), tail: flat.slice(-3) } };
  return { ...base, data: nest(shape, flat) };
}

type List = number | List[];
function nest(shape: readonly number[], flat: readonly number[]): List {
  const [first, ...rest] = shape;
  if (first === undefined) return flat[0] ?? 0;
  const size = flat.length / first;
  return Array.from({ length: first }, (_, i) => nest(rest, flat.slice(i * size, (i + 1) * size)));
}

function stats(flat: readonly number[]): Stats {
  const mean = flat.reduce((sum, item) => sum + item, 0) / flat.length;
  const squares = flat.reduce((sum, item) => sum + item * item, 0);
  const std = Math.sqrt(Math.max(0, squares / flat.length - mean * mean));
  const zeros = flat.filter((item) => item === 0).length;
  return {
    min: Math.min(...flat),
    max: Math.max(...flat),
    mean,
    std,
    norm: Math.sqrt(squares),
    zeros,
    nans: 0,
    infs: 0,
  };
}

/** The gradient of each input, from the upstream gradient and the inputs' numbers. */
type Rule = (upstream: number[], inputs: readonly Variable[]) => (number[] | null)[];

export interface Variable {
  readonly id: number;
  readonly shape: readonly number[];
  readonly flat: number[];
  readonly node: number | null;
}

const zip = (a: readonly number[], b: readonly number[], f: (x: number, y: number) => number): number[] =>
  a.map((x, i) => Math.fround(f(x, b[b.length === 1 ? 0 : i] ?? 0)));

export class TraceMaker {
  readonly tensors: TraceTensor[] = [];
  readonly nodes: TraceNode[] = [];
  readonly passes: Pass[] = [];
  error: Trace['error'] = null;
  private readonly rules = new Map<number, { rule: Rule; inputs: readonly Variable[] }>();
  private readonly grads = new Map<number, { shape: readonly number[]; flat: number[] }>();
  private readonly accumulators = new Map<number, number>();
  private at = 0;

  tensor(
    name: string | null,
    shape: readonly number[],
    flat: readonly number[],
    requiresGrad: boolean,
    line: number,
  ): Variable {
    return this.addTensor(name, shape, flat.map(Math.fround), requiresGrad, null, { op: 'tensor', inputs: [] }, line);
  }

  mul(name: string | null, a: Variable, b: Variable, line: number): Variable {
    const rule: Rule = (up, [x, y]) => [zip(up, y!.flat, (g, v) => g * v), zip(up, x!.flat, (g, v) => g * v)];
    return this.op(
      name,
      'mul',
      [a, b],
      a.shape,
      zip(a.flat, b.flat, (x, y) => x * y),
      rule,
      line,
      ['∂L/∂self = upstream · other', '∂L/∂other = upstream · self'],
    );
  }

  add(name: string | null, a: Variable, b: Variable, line: number): Variable {
    const rule: Rule = (up, [, y]) => [up, y!.flat.length === 1 ? [up.reduce((sum, g) => sum + g, 0)] : up];
    return this.op(
      name,
      'add',
      [a, b],
      a.shape,
      zip(a.flat, b.flat, (x, y) => x + y),
      rule,
      line,
      ['∂L/∂self = upstream', '∂L/∂other = upstream'],
    );
  }

  relu(name: string | null, a: Variable, line: number): Variable {
    const flat = a.flat.map((x) => Math.max(0, x));
    const rule: Rule = (up, [x]) => [zip(up, x!.flat, (g, v) => (v > 0 ? g : 0))];
    return this.op(name, 'relu', [a], a.shape, flat, rule, line, ['∂L/∂self = upstream · (self > 0)']);
  }

  mean(name: string | null, a: Variable, line: number): Variable {
    const flat = [a.flat.reduce((sum, x) => sum + x, 0) / a.flat.length];
    const rule: Rule = ([up], [x]) => [x!.flat.map(() => (up ?? 0) / x!.flat.length)];
    return this.op(name, 'mean', [a], [], flat, rule, line, ['∂L/∂self = upstream / n']);
  }

  matmul(name: string | null, a: Variable, b: Variable, line: number): Variable {
    const [n, k] = a.shape as [number, number];
    const m = b.shape[1]!;
    const times = (
      x: readonly number[],
      y: readonly number[],
      rows: number,
      inner: number,
      columns: number,
    ): number[] =>
      Array.from({ length: rows * columns }, (_, at) => {
        let sum = 0;
        for (let i = 0; i < inner; i++)
          sum += x[Math.floor(at / columns) * inner + i]! * y[i * columns + (at % columns)]!;
        return sum;
      });
    const turn = (x: readonly number[], rows: number, columns: number): number[] =>
      x.map((_, at) => x[(at % rows) * columns + Math.floor(at / rows)]!);
    const rule: Rule = (up, [x, y]) => [
      times(up, turn(y!.flat, k, m), n, m, k),
      times(turn(x!.flat, n, k), up, k, n, m),
    ];
    return this.op(name, 'matmul', [a, b], [n, m], times(a.flat, b.flat, n, k, m), rule, line, [
      '∂L/∂self = upstream @ otherᵀ',
      '∂L/∂other = selfᵀ @ upstream',
    ]);
  }

  backward(root: Variable, gradient: readonly number[], line: number, kind: Pass['kind'] = 'backward'): void {
    const arriving = new Map<number, number[]>([[root.node!, gradient.map(Math.fround)]]);
    const steps: Step[] = [];
    const accumulations: Accumulation[] = [];
    for (const node of [...this.nodes].sort((a, b) => b.at - a.at)) {
      const upstream = arriving.get(node.id);
      if (upstream === undefined || node.op === null) continue;
      const { rule, inputs } = this.rules.get(node.id)!;
      const sent = rule(upstream, inputs).map((part, i) => (node.next[i] === null ? null : part));
      const gradInputs = sent.map((part, i) => (part === null ? null : value(inputs[i]!.shape, part)));
      steps.push({ node: node.id, gradOutputs: [value(this.tensors[node.outputs[0]!]!.shape, upstream)], gradInputs });
      sent.forEach((part, i) => {
        const next = node.next[i];
        if (part === null || next == null) return;
        const before = arriving.get(next.node);
        arriving.set(next.node, before === undefined ? part : zip(before, part, (x, y) => x + y));
      });
    }
    if (kind === 'backward')
      for (const [leaf, node] of this.accumulators)
        this.accumulate(leaf, arriving.get(node), steps, accumulations, node);
    this.passes.push({
      ...this.emptyPass(root, line),
      kind,
      gradients: [value(root.shape, gradient)],
      steps,
      accumulations,
    });
  }

  failingPass(root: Variable, line: number, message: string): void {
    this.passes.push({ ...this.emptyPass(root, line), error: message });
    this.error = {
      type: 'RuntimeError',
      message,
      frames: [{ source: source(line), name: '<module>' }],
      node: root.node,
      traceback: `Traceback (most recent call last):\nRuntimeError: ${message}`,
      notes: [],
    };
  }

  clearGrads(): void {
    this.grads.clear();
  }

  trace(): Trace {
    const tensors = this.tensors.map((tensor) => {
      const grad = this.grads.get(tensor.id);
      return grad === undefined ? tensor : { ...tensor, grad: value(grad.shape, grad.flat) };
    });
    const empty = { bindings: [], calls: [], output: [], findings: [], argv: [] };
    const runtime = { kind: 'embedded' as const, torch: '2.9.0', python: '3.14.0' };
    return {
      version: 1,
      runtime,
      file: FILE,
      tensors,
      nodes: this.nodes,
      passes: this.passes,
      error: this.error,
      ...empty,
    };
  }

  private emptyPass(root: Variable, line: number): Pass {
    const rest = { steps: [], accumulations: [], error: null, retainGraph: true, createGraph: false };
    const end = { summary: null, whole: true };
    return {
      index: this.passes.length,
      kind: 'backward',
      source: source(line),
      at: this.at++,
      roots: [root.id],
      gradients: [null],
      ...rest,
      ...end,
    };
  }

  private accumulate(
    leaf: number,
    incoming: number[] | undefined,
    steps: Step[],
    out: Accumulation[],
    node: number,
  ): void {
    if (incoming === undefined) return;
    const { shape } = this.tensors[leaf]!;
    const before = this.grads.get(leaf);
    const after = before === undefined ? incoming : zip(before.flat, incoming, (x, y) => x + y);
    this.grads.set(leaf, { shape, flat: after });
    steps.push({ node, gradOutputs: [value(shape, incoming)], gradInputs: [] });
    out.push({
      tensor: leaf,
      before: before === undefined ? null : value(shape, before.flat),
      incoming: value(shape, incoming),
      after: value(shape, after),
    });
  }

  private addTensor(
    name: string | null,
    shape: readonly number[],
    flat: number[],
    requiresGrad: boolean,
    node: number | null,
    origin: TraceTensor['origin'],
    line: number,
  ): Variable {
    const id = this.tensors.length;
    this.tensors.push({
      id,
      name,
      names: name === null ? [] : [name],
      shape: [...shape],
      dtype: 'float32',
      requiresGrad,
      isLeaf: node === null,
      gradFn: node,
      origin,
      source: source(line),
      at: this.at++,
      value: value(shape, flat),
      updates: [],
      grad: null,
      flagChanges: [],
      gradChanges: [],
    });
    return { id, shape, flat, node };
  }

  private op(
    name: string | null,
    op: string,
    inputs: readonly Variable[],
    shape: readonly number[],
    flat: number[],
    rule: Rule,
    line: number,
    formulas: readonly string[],
  ): Variable {
    const next = inputs.map((input) => this.edgeTo(input, line));
    const differentiable = next.some((edge) => edge !== null);
    const names = ['self', 'other'].slice(0, inputs.length);
    const id = differentiable ? this.nodes.length : null;
    const origin = { op, inputs: inputs.map((input) => input.id) };
    const output = this.addTensor(name, shape, flat.map(Math.fround), differentiable, id, origin, line);
    if (id === null) return output;
    this.rules.set(id, { rule, inputs });
    this.nodes.push({
      id,
      name: `${op[0]!.toUpperCase()}${op.slice(1)}Backward0`,
      op,
      inputs: inputs.map((input) => input.id),
      inputNames: names,
      outputs: [output.id],
      next,
      saved: inputs.map((input, i) => ({ name: names[i]!, tensor: input.id, version: 0, text: null })),
      formulas: formulas.map((formula, i) => ({ input: names[i]!, formula })),
      module: null,
      moduleCall: null,
      source: source(line),
      stack: [source(line)],
      at: this.at++,
    });
    return output;
  }

  private edgeTo(input: Variable, line: number): { node: number; index: number } | null {
    if (input.node !== null) return { node: input.node, index: 0 };
    if (!this.tensors[input.id]!.requiresGrad) return null;
    let node = this.accumulators.get(input.id);
    if (node === undefined) {
      node = this.nodes.length;
      this.accumulators.set(input.id, node);
      const none = { inputNames: [], outputs: [], next: [], saved: [], formulas: [], module: null, moduleCall: null };
      this.nodes.push({
        id: node,
        name: 'AccumulateGrad',
        op: null,
        inputs: [input.id],
        ...none,
        source: source(line),
        stack: [],
        at: 1e6 + node,
      });
    }
    return { node, index: 0 };
  }
}
