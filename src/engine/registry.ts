/** The op table's row. (Filled in by the next commit.) */
export interface OpDef {
  readonly name: string;
  readonly nodeName: string;
  /** The schema's names of the differentiable inputs, one for each edge. */
  readonly inputNames: readonly string[];
  /** The local derivative of each differentiable input, e.g. `∂L/∂self = upstream · other`. */
  readonly formulas: readonly { readonly input: string; readonly formula: string }[];
}
