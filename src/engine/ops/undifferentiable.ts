/** What stands in the graph for an op that PyTorch has no derivative of. */
import { runtimeError } from '../errors.ts';

/** A rule that refuses. */
export const notImplementedRule = (name: string) => ({
  formula: 'no derivative',
  rule: (): never => {
    throw runtimeError(`derivative for aten::${name} is not implemented`);
  },
});
