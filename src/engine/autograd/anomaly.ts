/** Anomaly mode: nodes remember which line of the program made them, and gradients that are not numbers are errors. */
import { context } from '../context.ts';
import { runtimeError } from '../errors.ts';
import { elements } from '../item.ts';
import type { Tensor } from '../tensor.ts';
import { Complex, type Scalar } from '../values.ts';
import type { GraphNode } from './node.ts';

export interface Anomaly {
  /** Where the program stands, as a traceback. */
  readonly place: () => string;
  readonly checkNan: boolean;
}

/** Notes where a node was made, and by which node's backward, if by any. */
export function notePlace(node: GraphNode): void {
  node.origin = { place: context.anomaly!.place(), parent: context.running };
}

/** Throws for a gradient with a NaN in it. */
export function refuseNan(node: GraphNode, gradInputs: readonly (Tensor | null)[]): void {
  const index = gradInputs.findIndex((grad) => grad !== null && elements(grad).some(isNan));
  if (index < 0) return;
  const error = runtimeError(`Function '${node.name}' returned nan values in its ${index}th output.`);
  error.node = node;
  throw error;
}

function isNan(value: Scalar): boolean {
  return value instanceof Complex ? Number.isNaN(value.re) || Number.isNaN(value.im) : Number.isNaN(value);
}

/** What anomaly mode says of a node that failed: one text per warning. */
export function anomalyReport(node: GraphNode): string[] {
  const said = [
    node.origin === null
      ? `Error detected in ${node.name}. No forward pass information available. Enable detect anomaly during forward pass for more information.`
      : `Error detected in ${node.name}. Traceback of forward call that caused the error:\n${node.origin.place}`,
  ];
  for (let parent = node.origin?.parent ?? null; parent !== null; parent = parent.origin?.parent ?? null) {
    said.push(
      parent.origin === null
        ? `\n\nPrevious calculation was induced by ${parent.name}. No forward pass information available. Enable detect anomaly during forward pass for more information.`
        : `\n\nPrevious calculation was induced by ${parent.name}. Traceback of forward call that induced the previous calculation:\n${parent.origin.place}`,
    );
  }
  return said;
}
