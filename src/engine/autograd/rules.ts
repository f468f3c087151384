import type { Contribution, OpDef } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import type { GraphNode } from './node.ts';

/** Runs an op's rules: one contribution per edge. An undefined gradient gives undefined contributions. */
export function applyRules(node: GraphNode, gradOutputs: readonly (Tensor | null)[]): (Tensor | null)[] {
  const op = node.op!;
  const saved = new op.Saved(node);
  if (op.joint !== null) return spread(op.joint(byOutput(op, gradOutputs), saved as never));
  const upstream = gradOutputs[0]!;
  const { rules } = op;
  const { next } = node;
  if (upstream === null) return next.map(() => null);
  if (rules.length !== next.length) return spread(rules.map((rule) => rule(upstream, saved)));
  const contributions: (Tensor | null)[] = rules.length === 1 ? [null] : next.map(() => null);
  for (let i = 0; i < rules.length; i++) {
    const input = op.ruleOrder[i]!;
    if (next[input] === null) continue;
    const given = rules[input]!(upstream, saved);
    contributions[input] = Array.isArray(given) ? (given[0] as Tensor | null) : (given as Tensor | null);
  }
  return contributions;
}

const spread = (contributions: readonly Contribution[]): (Tensor | null)[] => contributions.flat() as (Tensor | null)[];

/** The rules of an op count all of its outputs, a node only those that are differentiable. */
function byOutput({ differentiable }: OpDef, gradOutputs: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
  if (differentiable === null || differentiable.every((output, i) => output === i)) return gradOutputs;
  const all: (Tensor | null)[] = [];
  differentiable.forEach((output, i) => {
    all[output] = gradOutputs[i]!;
  });
  return Array.from(all, (grad) => grad ?? null);
}
